"""A library with the built-in plans, and an incident that is graded and waits for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.accounts.models import Person, RoleGrant
from huiying.respond.incidents import services as incident_services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.services.judging import Judgement
from huiying.respond.plans import services
from huiying.respond.plans.models import PlanVersion


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Let refusals speak English, so that tests can read them."""
    with translation.override("en"):
        yield


@pytest.fixture
def library(db: None, now: datetime) -> dict[str, PlanVersion]:
    """Return the built-in plans in force, by key."""
    return {version.key: version for version in services.load_builtin_plans(now=now)}


@pytest.fixture
def service_plan(library: dict[str, PlanVersion]) -> PlanVersion:
    """Return the public-service plan."""
    return library["public_service_opinion"]


@pytest.fixture
def second_commander(cast: Any) -> Person:
    """Return somebody else who may command."""
    person = Person.objects.create(username="vice", display_name="Vice", language="en")
    RoleGrant.objects.create(person=person, role="commander")
    return person


@pytest.fixture
def graded(cast: Any, second_commander: Person, now: datetime) -> Callable[..., Any]:
    """Return a maker of incidents about tap water, assessed and graded 20 minutes after the crisis began."""

    def make(grade: str = "II_MAJOR", *, is_graded: bool = True, exercise: bool = False, commanded: bool = True) -> Any:
        commander = cast.actor("commander")
        common: dict[str, Any] = {"now": now}
        incident = incident_services.incident_open(
            actor=commander,
            title="Brown tap water 自来水发黄",
            crisis_at=now - timedelta(minutes=20),
            crisis_evidence="First call",
            exercise=exercise,
            **common,
        )
        common["incident_id"] = incident.pk
        if commanded:
            incident_services.incident_command_set(actor=commander, commander_id=cast.commander.pk, deputy_id=second_commander.pk, **common)
        else:
            Incident.objects.filter(pk=incident.pk).update(commander=None, deputy=None)
        if not is_graded:
            return incident
        judged = Judgement(
            nature="social", cause="event", scope="Two districts", trend="rising", risk="medium", evidence="40 posts, 12 calls"
        )
        incident_services.incident_confirm(actor=commander, basis="owner_word", evidence="Water works said so", checks=["origin"], **common)
        incident_services.incident_assess(actor=commander, judgement=judged, **common)
        incident_services.incident_grade(actor=commander, grade=grade, reason="Two districts without clean water", **common)
        incident.refresh_from_db()
        return incident

    return make
