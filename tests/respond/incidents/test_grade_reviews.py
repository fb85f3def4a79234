"""Looking back on grades (R68)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.core.grading.levels import EventGrade
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.grade_rules import Decided, GradeHistory, Share
from huiying.respond.incidents.models import GradeReview
from huiying.respond.incidents.rules import State

from .conftest import Room

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("grades", "hours", "jumped", "quick"),
    [
        (["III_LARGER"], [0], False, False),
        (["III_LARGER", "II_MAJOR"], [0, 3], False, False),
        (["III_LARGER", "II_MAJOR"], [0, 1], False, True),
        (["IV_GENERAL", "II_MAJOR"], [0, 9], True, False),
        (["III_LARGER", "III_LARGER"], [0, 0.5], False, False),
    ],
)
def test_what_counts_as_unstable(now: datetime, grades: list[str], hours: list[float], jumped: bool, quick: bool) -> None:
    history = GradeHistory([Decided(EventGrade(g), now + h * HOUR) for g, h in zip(grades, hours, strict=True)])
    assert (history.jumped, history.changed_quickly) == (jumped, quick)


def test_fewer_than_five_cases_are_too_few() -> None:
    assert Share(2, 4).is_too_few and not Share(2, 5).is_too_few


def save(room: Room, incident: Any, who: str = "evaluator", **values: Any) -> GradeReview:
    given: dict[str, Any] = {"verdict": "too_high", "reason": "Nobody fell ill"}
    return services.grade_review_save(actor=room.cast.actor(who), now=room.now, incident_id=incident.pk, **{**given, **values})


def test_who_decided_a_grade_does_not_judge_it(room: Room) -> None:
    incident = room.to(State.CLOSED)
    with pytest.raises(NotYou, match="somebody else"):
        save(room, incident, "commander")
    with pytest.raises(NotYou):
        save(room, incident, "writer")
    save(room, incident)
    save(room, incident, verdict="right", reason="Two children did")
    row = selectors.grade_rows([incident])[0]
    assert row.review is not None and row.review.verdict == "right"
    assert GradeReview.objects.count() == 2, "the earlier judgement stays"


def test_only_closed_incidents_and_known_judgements(room: Room) -> None:
    with pytest.raises(NotNow, match="closed"):
        save(room, room.to(State.RESOLVED))
    incident = room.to(State.CLOSED)
    with pytest.raises(BadInput, match="right"):
        save(room, incident, verdict="perfect")
    with pytest.raises(BadInput, match="why"):
        save(room, incident, reason=" ")


def test_the_page_says_too_few_and_then_shares(client_as: Callable[[str], Any], room: Room) -> None:
    first = room.to(State.CLOSED)
    evaluator, address = client_as("evaluator"), "/incidents/grades/"
    assert "too few" in evaluator.get(address).content.decode()
    assert evaluator.post(f"{address}{first.pk}/", {"verdict": "too_low", "reason": "A ward was hit"}).status_code == 302
    for _each in range(5):
        save(room, room.to(State.CLOSED), verdict="right")
    page = evaluator.get(address).content.decode()
    assert "83.3 %" in page and "5 / n=6" in page and "A ward was hit" in page
    assert "No closed incident" in evaluator.get(f"{address}?exercise=1").content.decode()
