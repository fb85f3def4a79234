"""An objective is measured, and judged by its readings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.audit.models import AuditEntry
from huiying.base.clocks.rules import ClockState
from huiying.base.clocks.selectors import cadence_of, clocks_of
from huiying.base.clocks.services import cadences_sweep, clocks_sweep
from huiying.base.notify.selectors import messages_of
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.learn.programme import selectors, services
from huiying.learn.programme.models import Objective, Reading
from huiying.learn.programme.rules import OBJECTIVE_MOVES, ObjectiveState, Standing
from huiying.learn.programme.services.objectives import _set_state
from huiying.learn.programme.terms import ObjectiveTerms

pytestmark = pytest.mark.django_db
Aims = Callable[..., ObjectiveTerms]
YEAR = timedelta(days=365)


def read(cast: Any, objective: Objective, value: float, at: datetime, who: str = "evaluator", now: datetime | None = None) -> Reading:
    return services.reading_add(actor=cast.actor(who), now=now or at, objective_id=objective.pk, value=value, at=at, evidence="clock list")


def move(cast: Any, objective: Objective, to: str, now: datetime, who: str = "commander", reason: str = "seen") -> Objective:
    return services.objective_move(actor=cast.actor(who), now=now, objective_id=objective.pk, to=to, reason=reason)


def test_a_new_objective_says_that_it_has_no_reading(objective: Objective, now: datetime) -> None:
    (row,) = selectors.rows_of(selectors.objectives_list(), now)
    assert (row.value, row.progress, row.standing) == (None, None, Standing.NO_READING)
    assert row.turn is not None and not row.turn.is_due


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "  "},
        {"measure": ""},
        {"unit": " "},
        {"theme": "fame"},
        {"direction": "sideways"},
        {"every": "daily"},
        {"target": -1.0},
        {"target": float("nan")},
        {"baseline": 1e13},
        {"baseline": 30.0},
        {"baseline": 20.0},
        {"direction": "at_least"},
    ],
)
def test_terms_that_make_no_sense_are_refused(cast: Any, now: datetime, aims: Aims, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        services.objective_add(actor=cast.actor("commander"), now=now, terms=aims(**wrong))
    assert not Objective.objects.exists()


def test_it_is_due_after_it_begins_and_owned_by_somebody(cast: Any, now: datetime, aims: Aims) -> None:
    with pytest.raises(BadInput):
        services.objective_add(actor=cast.actor("commander"), now=now, terms=aims(due_at=now))
    with pytest.raises(NotThere):
        services.objective_add(actor=cast.actor("commander"), now=now, terms=aims(owner_id=999_999))


@pytest.mark.parametrize("who", ["writer", "analyst", "outsider"])
def test_only_command_and_administration_set_objectives(cast: Any, now: datetime, aims: Aims, who: str) -> None:
    with pytest.raises(NotYou):
        services.objective_add(actor=cast.actor(who), now=now, terms=aims())


def test_the_newest_reading_by_its_own_date_counts(objective: Objective, cast: Any, now: datetime) -> None:
    later = now + timedelta(days=182, hours=12)
    read(cast, objective, 45.0, later)
    read(cast, objective, 58.0, now + timedelta(days=30), now=later)
    (row,) = selectors.rows_of(selectors.objectives_list(), later)
    assert (row.value, row.progress, row.standing) == (45.0, 50, Standing.ON_COURSE)


def test_the_owner_notes_readings_without_the_right_and_others_do_not(objective: Objective, cast: Any, now: datetime) -> None:
    assert read(cast, objective, 50.0, now, who="writer").by_name == "Writer"
    with pytest.raises(NotYou):
        read(cast, objective, 50.0, now, who="lawyer")


def test_a_reading_needs_a_past_time_a_usable_value_and_evidence(objective: Objective, cast: Any, now: datetime) -> None:
    with pytest.raises(BadInput):
        read(cast, objective, 50.0, now + timedelta(seconds=1), now=now)
    with pytest.raises(BadInput):
        read(cast, objective, -1.0, now)
    with pytest.raises(BadInput):
        services.reading_add(actor=cast.actor("writer"), now=now, objective_id=objective.pk, value=1.0, at=now, evidence=" ")


def test_its_rhythm_asks_for_a_reading_and_the_reading_stops_the_clock(objective: Objective, cast: Any, now: datetime) -> None:
    cadence = cadence_of(("objective", objective.pk), "reading")
    assert cadence is not None and cadence.next_at is not None and cadence.next_at > now + timedelta(days=80)
    turn = cadence.next_at
    cadences_sweep(now=turn)
    assert selectors.turns_of("objective")[objective.pk].is_due
    read(cast, objective, 40.0, turn)
    assert [clock.state for clock in clocks_of(("objective", objective.pk))] == [ClockState.MET]


def test_a_reading_that_does_not_come_alarms_the_owner_and_nobody_else(objective: Objective, cast: Any, now: datetime) -> None:
    late = now + timedelta(days=120)
    cadences_sweep(now=late)
    clocks_sweep(now=late)
    (message,) = messages_of(cast.writer.pk)
    assert "First statement in half an hour" in message.text and message.url == f"/programme/objectives/{objective.pk}/"
    assert messages_of(cast.commander.pk).count() == messages_of(cast.analyst.pk).count() == 0


def test_an_objective_that_began_long_ago_is_asked_from_now_on(cast: Any, now: datetime, aims: Aims) -> None:
    terms = aims(starts_at=now - timedelta(days=200), every="weekly")
    objective = services.objective_add(actor=cast.actor("commander"), now=now, terms=terms)
    cadence = cadence_of(("objective", objective.pk), "reading")
    assert cadence is not None and cadence.next_at is not None and now < cadence.next_at <= now + timedelta(days=7)


@pytest.mark.parametrize("old", list(ObjectiveState))
@pytest.mark.parametrize("new", list(ObjectiveState))
def test_full_square_of_moves(objective: Objective, old: ObjectiveState, new: ObjectiveState) -> None:
    Objective.objects.filter(pk=objective.pk).update(state=old)
    if new in OBJECTIVE_MOVES[old]:
        _set_state(objective, old, new, "why")
    else:
        with pytest.raises(NotNow):
            _set_state(objective, old, new, "why")
    objective.refresh_from_db()
    assert objective.state == (new if new in OBJECTIVE_MOVES[old] else old)
    assert {line["to"] for line in objective.moves} == {state.value for state in OBJECTIVE_MOVES[ObjectiveState(objective.state)]}


def test_attained_needs_a_newest_reading_that_reaches_the_target(objective: Objective, cast: Any, now: datetime) -> None:
    with translation.override("en"), pytest.raises(NotNow, match="no reading yet"):
        move(cast, objective, "attained", now)
    read(cast, objective, 31.0, now)
    with translation.override("en"), pytest.raises(NotNow, match="31 min"):
        move(cast, objective, "attained", now)
    read(cast, objective, 30.0, now + timedelta(days=1))
    assert move(cast, objective, "attained", now + timedelta(days=1)).state == ObjectiveState.ATTAINED
    assert cadence_of(("objective", objective.pk), "reading") is None
    with pytest.raises(NotNow):
        read(cast, objective, 20.0, now + timedelta(days=2))


def test_not_attained_waits_for_the_date_and_dropping_does_not(objective: Objective, cast: Any, now: datetime) -> None:
    with pytest.raises(NotNow):
        move(cast, objective, "not_attained", now)
    assert move(cast, objective, "dropped", now, reason="merged with another").state_reason == "merged with another"
    assert move(cast, objective, "active", now).state == ObjectiveState.ACTIVE
    assert cadence_of(("objective", objective.pk), "reading") is not None
    assert move(cast, objective, "not_attained", now + YEAR).state == ObjectiveState.NOT_ATTAINED


def test_a_move_needs_a_reason_a_known_state_and_the_right(objective: Objective, cast: Any, now: datetime) -> None:
    for to, reason, error in (("dropped", " ", BadInput), ("won", "x", BadInput), ("active", "x", NotNow)):
        with pytest.raises(error):
            move(cast, objective, to, now, reason=reason)
    with pytest.raises(NotYou):
        move(cast, objective, "dropped", now, who="writer")


def test_a_change_needs_a_reason_and_keeps_what_was_before(objective: Objective, cast: Any, now: datetime, aims: Aims) -> None:
    def change(terms: ObjectiveTerms, reason: str) -> Objective:
        return services.objective_change(actor=cast.actor("commander"), now=now, objective_id=objective.pk, terms=terms, reason=reason)

    assert change(aims(), "").target == 30.0
    with pytest.raises(BadInput):
        change(aims(target=25.0), " ")
    assert change(aims(target=25.0, every="monthly"), "better staff").target == 25.0
    assert '"target":[30.0,25.0]' in AuditEntry.objects.get(verb="objective.change").body
    cadence = cadence_of(("objective", objective.pk), "reading")
    assert cadence is not None and cadence.every == "monthly"
    move(cast, objective, "dropped", now)
    with pytest.raises(NotNow):
        change(aims(target=20.0), "again")


def test_the_chart_lays_readings_beside_the_straight_way(objective: Objective, cast: Any, now: datetime) -> None:
    read(cast, objective, 55.0, now)
    read(cast, objective, 40.0, now + YEAR / 2)
    readings = selectors.readings_of(objective.pk)
    chart = selectors.chart_of(objective, readings)
    assert [value for _at, value in chart.points] == [55.0, 40.0]
    assert [value for _at, value in chart.expected or ()] == [60.0, 45.0]
    assert "n=2" in chart.note
    Objective.objects.filter(pk=objective.pk).update(baseline=None)
    objective.refresh_from_db()
    assert selectors.chart_of(objective, readings).expected is None


def test_what_is_not_there_is_not_there(cast: Any, now: datetime) -> None:
    with pytest.raises(NotThere):
        selectors.objective(404)
    with pytest.raises(NotThere):
        services.objective_move(actor=cast.actor("commander"), now=now, objective_id=404, to="dropped", reason="x")
