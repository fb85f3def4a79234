"""An incident that has just been resolved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps

from huiying.base.audit.rules import SYSTEM
from huiying.learn.reviews.models import CorrectiveAction, Finding, Review
from huiying.learn.reviews.services import action_create, finding_add, review_open

Maker = Callable[..., Any]


@pytest.fixture
def resolved(db: None, now: datetime) -> Maker:
    def make(state: str = "resolved", exercise: bool = False, title: str = "Yellow water") -> Any:
        incident = apps.get_model("incidents", "Incident")
        return incident.objects.create(
            title=title, state=state, exercise=exercise, opened_at=now, crisis_at=now, crisis_evidence="first post", detected_at=now
        )

    return make


@pytest.fixture
def review(resolved: Maker, now: datetime) -> Review:
    return review_open(actor=SYSTEM, now=now, incident_id=resolved().pk)


@pytest.fixture
def finding(review: Review, cast: Any, now: datetime) -> Finding:
    return finding_add(
        actor=cast.actor("evaluator"),
        now=now,
        review_id=review.pk,
        kind="shortfall",
        text="Holding statement 12 min late",
        evidence="clock",
    )


@pytest.fixture
def action(finding: Finding, cast: Any, now: datetime) -> CorrectiveAction:
    from datetime import timedelta

    return action_create(
        actor=cast.actor("evaluator"),
        now=now,
        finding_id=finding.pk,
        title="Night approver on call",
        owner_id=cast.writer.pk,
        due_at=now + timedelta(days=10),
    )
