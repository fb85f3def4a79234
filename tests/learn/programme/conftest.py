"""One objective, one series of weekly meetings, one risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.learn.programme import services
from huiying.learn.programme.models import MeetingSeries, Objective, Risk
from huiying.learn.programme.terms import ObjectiveTerms, RiskTerms, SeriesTerms

Maker = Callable[..., Any]


@pytest.fixture
def aims(cast: Any, now: datetime) -> Callable[..., ObjectiveTerms]:
    """Return a maker of an objective's terms: from 60 to 30 minutes within a year."""

    def make(**changes: Any) -> ObjectiveTerms:
        terms = ObjectiveTerms(
            title="First statement in half an hour",
            theme="notice",
            measure="Minutes from the crisis to the holding statement",
            unit="min",
            baseline=60.0,
            target=30.0,
            direction="at_most",
            starts_at=now,
            due_at=now + timedelta(days=365),
            owner_id=cast.writer.pk,
            every="quarterly",
        )
        return replace(terms, **changes)

    return make


@pytest.fixture
def objective(cast: Any, now: datetime, aims: Callable[..., ObjectiveTerms]) -> Objective:
    return services.objective_add(actor=cast.actor("commander"), now=now, terms=aims())


@pytest.fixture
def weekly(cast: Any) -> SeriesTerms:
    return SeriesTerms("Coordination", "Progress, problems, plan", "coordination_committee", cast.lawyer.pk, "Room 3")


@pytest.fixture
def series(cast: Any, now: datetime, weekly: SeriesTerms) -> MeetingSeries:
    first = now + timedelta(days=1)
    return services.series_add(actor=cast.actor("commander"), now=now, terms=weekly, every="weekly", starts_at=first)


@pytest.fixture
def weights(cast: Any) -> Callable[..., RiskTerms]:
    """Return a maker of a risk's terms."""

    def make(**changes: Any) -> RiskTerms:
        terms = RiskTerms(
            title="Late information",
            consequence="People panic",
            likelihood=2,
            impact=3,
            measure="Holding statement within 30 minutes",
            treat_by=None,
            owner_id=cast.writer.pk,
            every="monthly",
        )
        return replace(terms, **changes)

    return make


@pytest.fixture
def risk(cast: Any, now: datetime, weights: Callable[..., RiskTerms]) -> Risk:
    return services.risk_add(actor=cast.actor("analyst"), now=now, terms=weights())
