"""The full square of moves through the service, and every condition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.selectors import clocks_of
from huiying.base.clocks.services import clock_stop
from huiying.base.tasks.services import task_create
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.listen.stories.models import Story
from huiying.listen.warnings.models import Warning
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import Incident, IncidentMove
from huiying.respond.incidents.rules import MOVES, State
from huiying.respond.incidents.signals import incident_moved

from .conftest import PLAN, Room

S = State


@pytest.mark.django_db
@pytest.mark.parametrize("old", list(State))
def test_from_each_state_only_the_moves_of_the_table_are_possible(room: Room, now: datetime, old: State) -> None:
    incident = room.to(old)
    for new in State:
        if new in MOVES[old]:
            continue
        with pytest.raises(NotNow, match="cannot become"):
            services.incident_move(actor=SYSTEM, now=now, incident_id=incident.pk, to=new, reason="try", override=True)
    incident.refresh_from_db()
    assert incident.state == old


@pytest.mark.parametrize("old", list(State))
def test_each_move_of_the_table_can_be_made_when_its_conditions_hold(room: Room, now: datetime, old: State) -> None:
    for new in MOVES[old]:
        incident = room.to(old)
        incident.verification_basis, incident.verification_evidence, incident.plan_version_id = "owner_word", "Said", 3
        incident.commander, incident.deputy = room.cast.commander, room.cast.analyst
        incident.merged_into = room.open() if new is S.MERGED else None
        incident.save()
        if (old, new) == (S.CONFIRMED, S.GRADED):
            continue  # graded by putting a grade in force: test_judging
        if new is S.CLOSED:
            room.make_ready_to_close(incident)
        services.incident_move(actor=SYSTEM, now=now, incident_id=incident.pk, to=new, reason="because", override=True)
        incident.refresh_from_db()
        assert incident.state == new


@pytest.mark.parametrize("old", [state for state in State if MOVES[state]])
def test_a_person_without_the_right_moves_nothing(room: Room, now: datetime, old: State) -> None:
    incident = room.to(old)
    for new in MOVES[old]:
        with pytest.raises(NotYou):
            services.incident_move(actor=room.cast.actor("writer"), now=now, incident_id=incident.pk, to=new, reason="try")


def test_an_analyst_does_not_resolve(room: Room, now: datetime) -> None:
    incident = room.to(S.STABILISING)
    with pytest.raises(NotYou):
        services.incident_move(actor=room.analyst, now=now, incident_id=incident.pk, to=S.RESOLVED)


def test_an_unknown_state_is_named_with_the_known_ones(room: Room, now: datetime) -> None:
    with pytest.raises(BadInput, match="suspected"):
        services.incident_move(actor=room.analyst, now=now, incident_id=room.open().pk, to="finished")


def test_an_unknown_incident_is_not_there(room: Room, now: datetime) -> None:
    with pytest.raises(NotThere):
        services.incident_move(actor=room.analyst, now=now, incident_id=404, to=S.CONFIRMED)


def test_dismissing_needs_a_reason_and_can_be_undone(room: Room, now: datetime) -> None:
    incident = room.open()
    with pytest.raises(BadInput, match="reason"):
        services.incident_move(actor=room.analyst, now=now, incident_id=incident.pk, to=S.DISMISSED, reason=" ")
    services.incident_move(actor=room.analyst, now=now, incident_id=incident.pk, to=S.DISMISSED, reason="A test pattern")
    assert {clock.state for clock in clocks_of(("incident", incident.pk))} == {"waived"}
    services.incident_move(actor=room.analyst, now=now, incident_id=incident.pk, to=S.SUSPECTED, reason="It was real")
    assert sum(clock.state == "running" for clock in clocks_of(("incident", incident.pk))) == 2


def test_confirming_needs_the_checklist(room: Room, now: datetime) -> None:
    with pytest.raises(NotNow, match="checklist"):
        services.incident_move(actor=room.analyst, now=now, incident_id=room.open().pk, to=S.CONFIRMED)


def test_grading_needs_assessment_and_grade(room: Room, now: datetime) -> None:
    with pytest.raises(NotNow, match=r"assessment.*grade"):
        services.incident_move(actor=room.commander, now=now, incident_id=room.to(S.CONFIRMED).pk, to=S.GRADED)


def test_hard_conditions_are_not_set_aside(room: Room, now: datetime) -> None:
    incident = room.to(S.GRADED)
    with pytest.raises(NotNow, match="No plan version"):
        services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.RESPONDING, override=True, reason="Hurry")


def test_responding_needs_commander_and_deputy(room: Room, now: datetime) -> None:
    incident = room.to(S.GRADED)
    common: dict[str, Any] = {"actor": room.commander, "now": now, "incident_id": incident.pk}
    with pytest.raises(NotNow, match="Commander and deputy"):
        services.incident_activate(plan_version_id=3, plan_title=PLAN, response_level="L2", **common)
    incident.refresh_from_db()
    assert incident.plan_version_id is None, "the whole activation is one transaction"


def test_activation_moves_on_and_stops_its_clock(room: Room, now: datetime) -> None:
    incident = room.to(S.RESPONDING)
    assert (incident.plan_version_id, incident.response_level, incident.activated_at) == (3, "L2", now)
    activation = next(clock for clock in clocks_of(("incident", incident.pk)) if clock.rule_key == "activation")
    assert activation.state == "met"
    assert "L2" in activation.stop_evidence


def test_a_plan_is_not_activated_before_the_grade(room: Room, now: datetime) -> None:
    incident = room.to(S.CONFIRMED)
    with pytest.raises(NotNow, match="grade"):
        services.incident_activate(
            actor=room.commander, now=now, incident_id=incident.pk, plan_version_id=3, plan_title=PLAN, response_level="L2"
        )


def test_only_command_activates(room: Room, now: datetime) -> None:
    incident = room.to(S.GRADED)
    with pytest.raises(NotYou):
        services.incident_activate(
            actor=room.analyst, now=now, incident_id=incident.pk, plan_version_id=3, plan_title=PLAN, response_level="L2"
        )


def test_changing_the_level_while_responding_keeps_the_first_activation_time(room: Room, now: datetime) -> None:
    incident = room.to(S.RESPONDING)
    later = now + timedelta(hours=1)
    services.incident_activate(
        actor=room.commander, now=later, incident_id=incident.pk, plan_version_id=4, plan_title=PLAN, response_level="L1"
    )
    incident.refresh_from_db()
    assert (incident.response_level, incident.activated_at, incident.state) == ("L1", now, S.RESPONDING)


def test_commander_and_deputy_are_two_existing_people(room: Room, now: datetime) -> None:
    incident = room.open()
    common: dict[str, Any] = {"actor": room.commander, "now": now, "incident_id": incident.pk, "commander_id": room.cast.commander.pk}
    with pytest.raises(BadInput, match="two people"):
        services.incident_command_set(deputy_id=room.cast.commander.pk, **common)
    with pytest.raises(BadInput, match="no active person"):
        services.incident_command_set(deputy_id=9999, **common)


def test_stabilising_needs_calm_and_an_answer(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(posts=10)
    incident = room.to(S.RESPONDING, story_ids=[7])
    with pytest.raises(NotNow) as caught:
        services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.STABILISING)
    assert "60 posts" in str(caught.value)
    assert "no answer" in str(caught.value)
    assert "A commander may go on" in str(caught.value)


def test_calm_and_answered_needs_no_override(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(posts=1)
    incident = room.to(S.RESPONDING, story_ids=[7])
    clock_stop(actor=SYSTEM, now=now, subject=("incident", incident.pk), rule_key="reply", stopped_at=now, stop_evidence="Statement 1")
    services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.STABILISING)
    assert IncidentMove.objects.get(incident=incident, new=S.STABILISING).waived == []


def test_what_is_set_aside_needs_a_reason_and_stays_on_record(room: Room, now: datetime) -> None:
    incident = room.to(S.RESPONDING)
    common: dict[str, Any] = {"actor": room.commander, "now": now, "incident_id": incident.pk, "to": S.STABILISING, "override": True}
    with pytest.raises(BadInput, match="reason"):
        services.incident_move(**common)
    services.incident_move(reason="Answered by telephone", **common)
    move = IncidentMove.objects.get(incident=incident, new=S.STABILISING)
    assert move.reason == "Answered by telephone"
    assert len(move.waived) == 1
    assert "no answer" in move.waived[0]


def test_resolving_needs_no_live_warning_and_owned_tasks(
    room: Room, now: datetime, make_story: Callable[..., Story], make_warning: Callable[..., Warning]
) -> None:
    story = make_story(posts=1)
    incident = room.to(S.STABILISING, story_ids=[7])
    make_warning(story)
    task_create(
        actor=SYSTEM,
        now=now,
        subject=("incident", incident.pk),
        title="Flush",
        owner_role="logistics",
        due_at=now,
        source="plan:x",
        exercise=False,
    )
    with pytest.raises(NotNow) as caught:
        services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.RESOLVED)
    assert story.title in str(caught.value)
    assert "1 open tasks have no owner" in str(caught.value)


def test_reviewing_waits_for_the_review_room(room: Room, now: datetime, reviewed: dict[str, str | None]) -> None:
    incident = room.to(S.RESOLVED)
    reviewed["review_opened"] = "The review is not open."
    with pytest.raises(NotNow, match="review is not open"):
        services.incident_move(actor=SYSTEM, now=now, incident_id=incident.pk, to=S.REVIEWING)


def test_without_a_review_room_nothing_is_closed(room: Room, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.respond.incidents import rules

    incident = room.to(S.REVIEWING)
    room.make_ready_to_close(incident)
    monkeypatch.setattr(rules, "_outside", {})
    with pytest.raises(NotNow, match="cannot be asked"):
        services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.CLOSED)


def test_closing_needs_review_purge_and_final_report(room: Room, now: datetime, reviewed: dict[str, str | None]) -> None:
    incident = room.to(S.REVIEWING, reporter_contact="Ms Li, ward 3")
    reviewed["review_approved"] = "The review is not approved."
    with pytest.raises(NotNow) as caught:
        services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.CLOSED)
    for said in ("not destroyed", "final report", "not approved"):
        assert said in str(caught.value)


def test_closing_ends_every_clock_but_the_survey(room: Room, now: datetime) -> None:
    incident = room.to(S.CLOSED)
    running = {clock.rule_key for clock in clocks_of(("incident", incident.pk)) if clock.state == "running"}
    assert running == {"satisfaction_survey"}
    assert incident.closed_at == now


def test_going_back_from_resolved_takes_its_clocks_away(room: Room, now: datetime) -> None:
    incident = room.to(S.RESOLVED)
    services.incident_move(actor=room.commander, now=now, incident_id=incident.pk, to=S.RESPONDING, reason="It came back")
    incident.refresh_from_db()
    running = {clock.rule_key for clock in clocks_of(("incident", incident.pk)) if clock.state == "running"}
    assert incident.resolved_at is None
    assert "public_update" not in running
    assert "follow_up_report" in running


def test_merging_takes_the_stories_along(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story()
    first, second = room.open(story_ids=[7]), room.open()
    services.incident_merge(actor=room.commander, now=now, incident_id=first.pk, into_id=second.pk, reason="Same matter")
    first.refresh_from_db()
    assert (first.state, first.merged_into_id) == (S.MERGED, second.pk)
    assert selectors.story_ids_of(second.pk) == [7]


def test_nothing_merges_into_itself_or_across_the_exercise_mark(room: Room, now: datetime) -> None:
    incident, drill = room.open(), room.open(exercise=True)
    common: dict[str, Any] = {"actor": room.commander, "now": now, "incident_id": incident.pk, "reason": "x"}
    with pytest.raises(BadInput, match="itself"):
        services.incident_merge(into_id=incident.pk, **common)
    with pytest.raises(BadInput, match="exercise"):
        services.incident_merge(into_id=drill.pk, **common)


def test_the_rooms_above_hear_of_every_move_inside_the_transaction(room: Room, now: datetime) -> None:
    heard: list[tuple[str, str]] = []

    def hear(sender: object, *, incident_id: int, old: str, new: str, **rest: object) -> None:
        heard.append((old, new))
        assert Incident.objects.get(pk=incident_id).state == new

    incident_moved.connect(hear)
    try:
        room.to(S.RESPONDING)
    finally:
        incident_moved.disconnect(hear)
    assert heard == [("suspected", "confirmed"), ("confirmed", "graded"), ("graded", "responding")]


def test_an_ended_incident_does_not_change(room: Room, now: datetime) -> None:
    incident = room.to(S.CLOSED)
    with pytest.raises(NotNow, match="nothing about it changes"):
        services.log_decision(actor=room.commander, now=now, incident_id=incident.pk, text="One more", reason="late")
