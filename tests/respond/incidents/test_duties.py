"""Clocks: selected by grade, never reset, stopped by what happens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.selectors import clocks_of
from huiying.base.clocks.services import clock_stop, clocks_sweep
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.incidents import services
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.rules import State

from .conftest import Room


def clocks(incident: Incident) -> dict[str, Any]:
    """Return the clocks that count by rule; one a rule."""
    return {clock.rule_key: clock for clock in clocks_of(("incident", incident.pk)) if clock.state != "waived"}


def running(incident: Incident) -> set[str]:
    """Return the keys of the running clocks."""
    return {key for key, clock in clocks(incident).items() if clock.state == "running"}


def test_a_serious_grade_starts_the_clocks_of_the_law_at_detection(room: Room, now: datetime) -> None:
    incident = room.open()
    room.grade(incident, "II_MAJOR")
    found = clocks(incident)
    assert running(incident) == {
        "holding_statement",
        "activation",
        "first_report",
        "upward_report",
        "authoritative_information",
        "press_conference",
    }
    assert found["authoritative_information"].due_at == incident.detected_at + timedelta(hours=5)
    assert found["press_conference"].due_at == incident.detected_at + timedelta(hours=24)
    assert "80号" in found["authoritative_information"].citation


def test_a_general_grade_lets_the_holding_statement_go(room: Room, now: datetime) -> None:
    incident = room.open()
    room.grade(incident, "IV_GENERAL")
    assert running(incident) == {"activation", "first_report", "reply"}
    assert any(clock.state == "waived" and clock.waived_reason for clock in clocks_of(("incident", incident.pk)))


def test_regrading_selects_again_and_never_resets(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    start = incident.crisis_at
    assert clocks(incident)["holding_statement"].due_at == start + timedelta(hours=2)
    services.incident_grade(
        actor=room.analyst, now=now + timedelta(minutes=9), incident_id=incident.pk, grade="II_MAJOR", reason="Hospital"
    )
    holding = clocks(incident)["holding_statement"]
    assert (holding.started_at, holding.due_at) == (start, start + timedelta(minutes=30))
    assert "reply" not in running(incident)


def test_regrading_back_and_forth_ends_with_the_clocks_of_the_grade(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    common: dict[str, Any] = {"incident_id": incident.pk, "actor": room.analyst}
    services.incident_grade(grade="II_MAJOR", reason="Hospital", now=now, **common)
    decision = services.incident_grade(grade="III_LARGER", reason="Calm", now=now + timedelta(hours=25), **common)
    services.grade_accept(actor=room.commander, now=now + timedelta(hours=25), decision_id=decision.pk)
    assert clocks(incident)["reply"].state == "running"
    assert clocks(incident)["holding_statement"].total_seconds == 7200


def test_a_late_grade_does_not_hide_a_late_answer(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    answered = incident.crisis_at + timedelta(minutes=45)
    clock_stop(
        actor=SYSTEM,
        now=answered,
        subject=("incident", incident.pk),
        rule_key="holding_statement",
        stopped_at=answered,
        stop_evidence="Statement 1",
    )
    assert clocks(incident)["holding_statement"].state == "met"
    services.incident_grade(actor=room.analyst, now=answered, incident_id=incident.pk, grade="II_MAJOR", reason="Hospital")
    latest = [
        clock for clock in clocks_of(("incident", incident.pk)) if clock.rule_key == "holding_statement" and clock.total_seconds == 1800
    ]
    assert [(clock.state, clock.stopped_at, clock.stop_evidence) for clock in latest if clock.state != "waived"] == [
        ("missed", answered, "Statement 1")
    ]


def test_selecting_twice_changes_nothing(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    before = [(clock.pk, clock.state) for clock in clocks_of(("incident", incident.pk))]
    services.duties_select(actor=SYSTEM, now=now, incident=incident)
    assert [(clock.pk, clock.state) for clock in clocks_of(("incident", incident.pk))] == before


def test_clocks_of_an_exercise_are_marked(room: Room) -> None:
    incident = room.open(exercise=True)
    assert {clock.exercise for clock in clocks_of(("incident", incident.pk))} == {True}


def test_reports_stop_their_clocks(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    for kind in ("first", "upward"):
        services.duty_report_file(
            actor=room.analyst, now=now, incident_id=incident.pk, kind=kind, recipient="Duty office", text="Facts, source, reaction"
        )
    found = clocks(incident)
    assert (found["first_report"].state, found["upward_report"].state) == ("met", "met")
    assert "Duty office" in found["first_report"].stop_evidence


def test_each_follow_up_report_starts_the_next_clock(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    first = clocks(incident)["follow_up_report"]
    later = now + timedelta(hours=3)
    services.duty_report_file(actor=room.analyst, now=now, incident_id=incident.pk, kind="first", recipient="Duty office", text="Picture")
    services.duty_report_file(
        actor=room.analyst, now=later, incident_id=incident.pk, kind="follow_up", recipient="Duty office", text="Second picture"
    )
    follow_ups = [clock for clock in clocks_of(("incident", incident.pk)) if clock.rule_key == "follow_up_report"]
    assert [(clock.state, clock.started_at) for clock in sorted(follow_ups, key=lambda clock: clock.started_at)] == [
        ("met", now),
        ("running", later),
    ]
    assert first.pk in {clock.pk for clock in follow_ups}


def test_resolution_ends_follow_ups_and_starts_what_comes_after(room: Room, now: datetime) -> None:
    incident = room.to(State.RESOLVED)
    assert "follow_up_report" not in running(incident)
    assert {"public_update", "after_action_review"} <= running(incident)


def test_a_corrected_crisis_time_moves_running_clocks_and_keeps_both_values(room: Room, now: datetime) -> None:
    from huiying.base.audit.selectors import log_of

    incident = room.open()
    old, new = incident.crisis_at, incident.crisis_at - timedelta(minutes=15)
    services.crisis_time_set(
        actor=room.analyst, now=now, incident_id=incident.pk, crisis_at=new, evidence="Call at 02:15 in the hotline log"
    )
    holding = clocks(incident)["holding_statement"]
    assert (holding.started_at, holding.due_at) == (new, new + timedelta(minutes=30))
    assert holding.start_evidence == "Call at 02:15 in the hotline log"
    line = next(line for line in log_of("incident", incident.pk) if line.verb == "incident.crisis_time")
    assert (line.detail["old"], line.detail["new"]) == (old.isoformat(), new.isoformat())


def test_a_crisis_time_in_the_future_or_without_evidence_is_refused(room: Room, now: datetime) -> None:
    common: dict[str, Any] = {"actor": room.analyst, "now": now, "incident_id": room.open().pk}
    with pytest.raises(BadInput, match="future"):
        services.crisis_time_set(crisis_at=now + timedelta(minutes=1), evidence="?", **common)
    with pytest.raises(BadInput, match="fact"):
        services.crisis_time_set(crisis_at=now, evidence=" ", **common)


def test_a_press_conference_is_recorded_with_evidence(room: Room, now: datetime) -> None:
    incident = room.open()
    room.grade(incident, "II_MAJOR")
    common: dict[str, Any] = {"actor": room.analyst, "now": now, "incident_id": incident.pk}
    with pytest.raises(BadInput, match="shows"):
        services.duty_done(rule_key="press_conference", evidence="", **common)
    with pytest.raises(BadInput, match="future"):
        services.duty_done(rule_key="press_conference", evidence="Hall 2", stopped_at=now + timedelta(hours=1), **common)
    services.duty_done(rule_key="press_conference", evidence="Hall 2, 40 journalists", **common)
    assert clocks(incident)["press_conference"].state == "met"


def test_a_statement_clock_is_not_stopped_by_saying_so(room: Room, now: datetime) -> None:
    common: dict[str, Any] = {"actor": room.analyst, "now": now, "incident_id": room.open().pk, "evidence": "Trust me"}
    with pytest.raises(NotNow, match="by itself"):
        services.duty_done(rule_key="holding_statement", **common)
    with pytest.raises(NotThere):
        services.duty_done(rule_key="tea_break", **common)


def test_only_a_commander_waives_and_only_clocks_of_this_incident(room: Room, now: datetime) -> None:
    incident, other = room.open(), room.open()
    clock = clocks(incident)["holding_statement"]
    common: dict[str, Any] = {"now": now, "clock_id": clock.pk, "reason": "Published by the city already"}
    with pytest.raises(NotYou):
        services.duty_waive(actor=room.analyst, incident_id=incident.pk, **common)
    with pytest.raises(NotThere):
        services.duty_waive(actor=room.commander, incident_id=other.pk, **common)
    services.duty_waive(actor=room.commander, incident_id=incident.pk, **common)
    assert "holding_statement" not in running(incident)


def test_a_missed_clock_stays_missed_through_a_milder_grade(room: Room, now: datetime) -> None:
    incident = room.open()
    late = now + timedelta(minutes=30)
    clocks_sweep(now=late)
    room.now = late
    room.grade(incident, "III_LARGER")
    states = [clock.state for clock in clocks_of(("incident", incident.pk)) if clock.rule_key == "holding_statement"]
    assert sorted(states) == ["missed", "running"]
