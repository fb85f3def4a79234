"""Confirming, assessing, grading, and who must agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.grading.factors import FactorTable
from huiying.core.grading.levels import EventGrade
from huiying.listen.stories.models import Story
from huiying.listen.warnings.truths import truths_of
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import Assessment, GradeDecision
from huiying.respond.incidents.rules import GRADE_MOVES, GradeState, State
from huiying.respond.incidents.selectors.grading import combined
from huiying.respond.incidents.services.judging import _set_grade_state
from huiying.respond.incidents.signals import incident_graded

from .conftest import Room, judgement

GRADE_I, II, III, IV = "I_EXTRAORDINARY", "II_MAJOR", "III_LARGER", "IV_GENERAL"


def assessed(room: Room, **changes: Any) -> int:
    """Return the id of a confirmed and assessed incident."""
    incident = room.to(State.CONFIRMED)
    services.incident_assess(actor=room.analyst, now=room.now, incident_id=incident.pk, judgement=judgement(**changes))
    return incident.pk


def test_confirming_records_the_checklist(room: Room, now: datetime) -> None:
    incident = room.open()
    services.incident_confirm(
        actor=room.analyst,
        now=now,
        incident_id=incident.pk,
        basis="second_source",
        evidence=" Local paper ",
        checks=["plausible", "origin"],
    )
    incident.refresh_from_db()
    assert (incident.state, incident.confirmed_at) == (State.CONFIRMED, now)
    assert incident.verification_evidence == "Local paper"
    assert incident.verification_checks == ["origin", "plausible"]


@pytest.mark.parametrize(
    ("values", "said"),
    [({"basis": "rumour"}, "second_source"), ({"evidence": " "}, "rests on"), ({"checks": ["nice"]}, "nice")],
)
def test_a_bad_checklist_is_refused_and_nothing_moves(room: Room, now: datetime, values: dict[str, Any], said: str) -> None:
    incident = room.open()
    given = {"basis": "owner_word", "evidence": "Said so", "checks": [], **values}
    with pytest.raises(BadInput, match=said):
        services.incident_confirm(actor=room.analyst, now=now, incident_id=incident.pk, **given)
    incident.refresh_from_db()
    assert incident.state == State.SUSPECTED


@pytest.mark.parametrize(
    "changes",
    [
        {"nature": "sporting"},
        {"cause": ""},
        {"trend": "up"},
        {"risk": "huge"},
        {"scope": " "},
        {"evidence": ""},
        {"impacts": ("fame",)},
        {"affected": ("cats",)},
        {"features": ("nice",)},
        {"authority_attention": "king"},
        {"offline_impact": "x"},
        {"harm_if_rumour_believed": "x"},
    ],
)
def test_an_assessment_uses_the_known_words_and_says_why(room: Room, now: datetime, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        services.incident_assess(actor=room.analyst, now=now, incident_id=room.open().pk, judgement=judgement(**changes))
    assert not Assessment.objects.exists()


def test_a_new_assessment_counts_and_the_old_one_stays(room: Room, now: datetime) -> None:
    incident_id = assessed(room)
    later = now + timedelta(minutes=5)
    services.incident_assess(
        actor=room.analyst, now=later, incident_id=incident_id, judgement=judgement(nature="natural", features=("sudden",))
    )
    incident = selectors.incident(incident_id)
    latest = selectors.latest_assessment(incident)
    assert incident.nature == "natural"
    assert latest is not None
    assert latest.features == ["sudden"]
    assert incident.assessments.count() == 2


def test_writers_do_not_assess(room: Room, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.incident_assess(actor=room.cast.actor("writer"), now=now, incident_id=room.open().pk, judgement=judgement())


def test_what_was_assessed_feeds_the_proposal(room: Room, now: datetime) -> None:
    incident = selectors.incident(assessed(room, offline_impact="deaths_or_public_order"))
    proposal = selectors.grade_proposal(incident, now)
    assert proposal.level == EventGrade.I_EXTRAORDINARY
    assert proposal.reasons[0].factor == "offline_impact"
    assert proposal.scheme_key == "huiying_default_v1"
    assert "reads_24h" in proposal.missing


def test_several_stories_add_counts_and_keep_the_largest_of_the_rest() -> None:
    table = combined([FactorTable(posts_24h=5, authors_24h=3, media_tier_max=0), FactorTable(posts_24h=2, authors_24h=4), FactorTable()])
    assert table.as_dict() == {"posts_24h": 7, "authors_24h": 4, "media_tier_max": 0}


def test_grading_like_the_proposal_needs_no_reason_and_shows_the_scheme(room: Room, now: datetime) -> None:
    incident_id = assessed(room, harm_if_rumour_believed="money_or_time")
    decision = services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=III)
    incident = selectors.incident(incident_id)
    assert (incident.state, incident.grade, incident.graded_at) == (State.GRADED, III, now)
    assert (incident.scheme_key, bool(incident.scheme_version)) == ("huiying_default_v1", True)
    assert decision.proposed_grade == III
    assert decision.proposal["reasons"]


def test_differing_from_the_proposal_needs_a_reason(room: Room, now: datetime) -> None:
    incident_id = assessed(room, harm_if_rumour_believed="money_or_time")
    with pytest.raises(BadInput, match="proposal"):
        services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=IV)
    assert (
        services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=IV, reason="One street only").state
        == GradeState.IN_FORCE
    )


def test_the_first_serious_grade_of_an_analyst_waits_for_a_commander(room: Room, now: datetime) -> None:
    incident_id = assessed(room)
    decision = services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=II, reason="Hospital affected")
    assert decision.state == GradeState.PROPOSED
    assert selectors.incident(incident_id).state == State.CONFIRMED
    with pytest.raises(NotYou):
        services.grade_accept(actor=room.analyst, now=now, decision_id=decision.pk)
    services.grade_accept(actor=room.commander, now=now, decision_id=decision.pk)
    incident = selectors.incident(incident_id)
    assert (incident.state, incident.grade) == (State.GRADED, II)


def test_a_commander_gives_a_serious_grade_at_once(room: Room, now: datetime) -> None:
    decision = services.incident_grade(actor=room.commander, now=now, incident_id=assessed(room), grade=GRADE_I, reason="Deaths feared")
    assert decision.state == GradeState.IN_FORCE


def test_a_refused_grade_leaves_everything_as_it_was(room: Room, now: datetime) -> None:
    incident_id = assessed(room)
    decision = services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=II, reason="Hospital affected")
    with pytest.raises(BadInput, match="why"):
        services.grade_refuse(actor=room.commander, now=now, decision_id=decision.pk, reason="")
    services.grade_refuse(actor=room.commander, now=now, decision_id=decision.pk, reason="The hospital has its own well")
    assert selectors.incident(incident_id).grade == ""
    with pytest.raises(NotNow):
        services.grade_accept(actor=room.commander, now=now, decision_id=decision.pk)


def test_a_second_proposal_replaces_the_first(room: Room, now: datetime) -> None:
    incident_id = assessed(room)
    first = services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=II, reason="Hospital affected")
    second = services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=GRADE_I, reason="Two hospitals")
    first.refresh_from_db()
    assert (first.state, second.state) == (GradeState.REPLACED, GradeState.PROPOSED)


def test_raising_counts_at_once_with_a_reason(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    with pytest.raises(BadInput, match="grade in force"):
        services.incident_grade(actor=room.analyst, now=now, incident_id=incident.pk, grade=II)
    services.incident_grade(actor=room.analyst, now=now, incident_id=incident.pk, grade=II, reason="A hospital is affected")
    decisions = selectors.dossier_of(incident.pk).decisions
    assert sorted((each.grade, each.state) for each in decisions) == [(III, GradeState.REPLACED), (II, GradeState.IN_FORCE)]


def test_the_grade_in_force_is_not_decided_again(room: Room, now: datetime) -> None:
    with pytest.raises(BadInput, match="already in force"):
        services.incident_grade(actor=room.analyst, now=now, incident_id=room.to(State.GRADED).pk, grade=III, reason="Again")


def test_lowering_before_the_hold_time_is_refused_with_the_time(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    with pytest.raises(NotNow, match="2026-11-24T06:40"):
        services.incident_grade(
            actor=room.commander, now=now + timedelta(hours=1), incident_id=incident.pk, grade=IV, reason="It calms down"
        )


def test_lowering_while_values_reach_the_grade_is_refused(room: Room, now: datetime) -> None:
    incident = room.to(State.GRADED)
    services.incident_assess(
        actor=room.analyst, now=now, incident_id=incident.pk, judgement=judgement(harm_if_rumour_believed="money_or_time")
    )
    with pytest.raises(NotNow, match="still reach"):
        services.incident_grade(
            actor=room.commander, now=now + timedelta(hours=30), incident_id=incident.pk, grade=IV, reason="It calms down"
        )


def test_lowering_after_the_hold_time_needs_a_second_person(room: Room, now: datetime) -> None:
    incident, later = room.to(State.GRADED), now + timedelta(hours=13)
    decision = services.incident_grade(actor=room.commander, now=later, incident_id=incident.pk, grade=IV, reason="12 hours calm")
    assert decision.state == GradeState.PROPOSED
    with pytest.raises(NotYou, match="second person"):
        services.grade_accept(actor=room.commander, now=later, decision_id=decision.pk)
    from huiying.base.accounts.models import RoleGrant

    RoleGrant.objects.create(person=room.cast.evaluator, role="commander")
    services.grade_accept(actor=room.cast.actor("evaluator"), now=later, decision_id=decision.pk)
    assert selectors.incident(incident.pk).grade == IV


@pytest.mark.parametrize("state", [State.SUSPECTED, State.RESOLVED, State.REVIEWING])
def test_nothing_is_graded_before_confirmation_or_after_resolution(room: Room, now: datetime, state: State) -> None:
    with pytest.raises(NotNow, match="between confirmation and resolution"):
        services.incident_grade(actor=room.commander, now=now, incident_id=room.to(state).pk, grade=II, reason="x")


def test_grading_needs_an_assessment(room: Room, now: datetime) -> None:
    with pytest.raises(NotNow, match="no assessment"):
        services.incident_grade(actor=room.commander, now=now, incident_id=room.to(State.CONFIRMED).pk, grade=II, reason="x")


def test_an_unknown_grade_is_named_with_the_known_ones(room: Room, now: datetime) -> None:
    with pytest.raises(BadInput, match="IV_GENERAL"):
        services.incident_grade(actor=room.commander, now=now, incident_id=assessed(room), grade="V_SMALL")


def test_an_unknown_decision_is_not_there(room: Room, now: datetime) -> None:
    with pytest.raises(NotThere):
        services.grade_accept(actor=room.commander, now=now, decision_id=404)


def test_the_rooms_above_hear_of_a_grade_in_force(room: Room, now: datetime) -> None:
    heard: list[str] = []

    def hear(sender: object, *, grade: str, **rest: object) -> None:
        heard.append(grade)

    incident_graded.connect(hear)
    try:
        incident_id = assessed(room)
        services.incident_grade(actor=room.analyst, now=now, incident_id=incident_id, grade=II, reason="Waits")
        services.incident_grade(actor=room.commander, now=now, incident_id=incident_id, grade=III, reason="Not that grave")
    finally:
        incident_graded.disconnect(hear)
    assert heard == [III]


@pytest.mark.parametrize("old", list(GradeState))
@pytest.mark.parametrize("new", list(GradeState))
def test_a_grade_decision_moves_only_as_its_table_says(room: Room, now: datetime, old: GradeState, new: GradeState) -> None:
    decision = GradeDecision.objects.create(
        incident=room.open(), state=old.value, grade=III, scheme_key="x", scheme_version="1", at=now, by_name="Analyst"
    )
    if new in GRADE_MOVES[old]:
        _set_grade_state(decision, new, actor=room.commander, now=now)
        assert decision.state == new
    else:
        with pytest.raises(NotNow):
            _set_grade_state(decision, new, actor=room.commander, now=now)


def test_stories_of_the_incident_are_measured(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(7, posts=10)
    make_story(8, posts=5)
    incident = room.open(story_ids=[7, 8])
    assert selectors.factors_of_incident(incident, now).posts_24h == 90


def test_back_tests_of_warning_rules_know_incidents_that_nobody_was_warned_of(room: Any, make_story: Any, now: datetime) -> None:
    story = make_story()
    incident = room.open(story_ids=[story.pk])
    assert truths_of(now - timedelta(days=1), now) == []
    room.grade(incident)
    (truth,) = truths_of(now - timedelta(days=1), now)
    assert truth.is_incident and truth.at == incident.opened_at
