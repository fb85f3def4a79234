"""Putting a plan into force: posts, tasks, clocks, the incident, and every way it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.accounts.models import Person, RoleGrant
from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.services import group_set
from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.selectors import entries_of
from huiying.base.clocks.selectors import clock_of_rule, clocks_of
from huiying.base.clocks.services import clock_stop
from huiying.base.notify.models import Message
from huiying.base.rosters.services import shift_add
from huiying.base.tasks.selectors import tasks_of
from huiying.base.tasks.services import task_move
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.incidents import selectors as incidents
from huiying.respond.incidents.models import Incident
from huiying.respond.incidents.signals import incident_moved
from huiying.respond.plans import selectors, services
from huiying.respond.plans.models import Activation, PlanVersion, RoleSlot
from huiying.respond.plans.rules import ActivationState

Maker = Callable[..., Any]


@pytest.fixture
def activate(cast: Any, service_plan: PlanVersion, now: datetime) -> Callable[..., Activation]:
    """Return a way to put the public-service plan into force, as the commander."""

    def put(incident: Any, level: str = "L2", **changes: Any) -> Activation:
        given: dict[str, Any] = {
            "actor": cast.actor("commander"),
            "now": now,
            "incident_id": incident.pk,
            "plan_version_id": service_plan.pk,
            "response_level": level,
        }
        return services.plan_activate(**{**given, **changes})

    return put


def holder(activation: Activation, group: str, role: str) -> RoleSlot:
    return next(slot for slot in selectors.slots_of(activation) if (slot.group_key, slot.role_key) == (group, role))


def test_an_activation_moves_the_incident_to_responding(graded: Maker, activate: Maker, service_plan: PlanVersion, now: datetime) -> None:
    activation = activate(graded())
    incident = incidents.incident(activation.incident_id)
    assert (incident.state, incident.plan_version_id, incident.response_level) == ("responding", service_plan.pk, "L2")
    assert (activation.activated_at, activation.activated_by_name, activation.exercise) == (now, "Commander", False)


def test_each_step_of_the_response_becomes_a_task_with_owner_and_due_time(
    graded: Maker, activate: Maker, service_plan: PlanVersion
) -> None:
    activation = activate(graded())
    tasks = {task.source: task for task in tasks_of(("incident", activation.incident_id))}
    expected = [
        entry.step.key
        for entry in selectors.unfolding_of(activation, incidents.incident(activation.incident_id), activation.activated_at).steps
    ]
    assert set(tasks) == {f"plan:public_service_opinion@1.1:{key}" for key in expected}
    assert all(task.owner_id and task.due_at and task.expected_result["zh-Hans"] for task in tasks.values())
    convene = tasks["plan:public_service_opinion@1.1:convene"]
    assert (convene.due_at, convene.group) == (activation.activated_at + timedelta(minutes=30), "command_group")


def test_the_holding_statement_is_due_from_the_crisis_not_from_activation(graded: Maker, activate: Maker) -> None:
    incident = graded()
    activate(incident)
    task = next(task for task in tasks_of(("incident", incident.pk)) if task.source.endswith(":holding_statement"))
    assert task.due_at == incident.crisis_at + timedelta(minutes=30)


def test_a_lower_level_makes_fewer_tasks_and_longer_limits(graded: Maker, activate: Maker) -> None:
    light = activate(graded("IV_GENERAL"), "L4")
    sources = {task.source.rsplit(":", 1)[1] for task in tasks_of(("incident", light.incident_id))}
    assert not sources & {"holding_statement", "press_conference", "upward_report"}


def test_the_plans_clocks_start_beside_those_of_the_incident(graded: Maker, activate: Maker, now: datetime) -> None:
    activation = activate(graded())
    clock = clock_of_rule(("incident", activation.incident_id), "plan.strategy_decided")
    assert clock is not None
    assert (clock.started_at, clock.due_at) == (now, now + timedelta(minutes=30))
    with translation.override("en"):
        assert clock.citation_text == "this plan"
    with translation.override("zh-hans"):
        assert clock.citation_text == "预案自定"
    keys = {clock.rule_key for clock in clocks_of(("incident", activation.incident_id))}
    assert {"plan.first_facts", "plan.help_in_place", "plan.questions_answered", "authoritative_information"} <= keys
    assert "plan.promises_answered" not in keys


def test_commander_and_deputy_of_the_incident_lead_the_command_group(
    graded: Maker, activate: Maker, cast: Any, second_commander: Person
) -> None:
    activation = activate(graded())
    assert holder(activation, "command_group", "head").person_id == cast.commander.pk
    assert holder(activation, "command_group", "deputy").person_id == second_commander.pk
    assert holder(activation, "command_group", "head").filled_by == "incident"


def test_the_roster_then_the_group_fill_the_other_posts(graded: Maker, activate: Maker, cast: Any, now: datetime) -> None:
    night = Person.objects.create(username="night", display_name="Night", language="en")
    RoleGrant.objects.create(person=night, role="analyst")
    shift_add(
        actor=cast.actor("admin"),
        now=now,
        person_id=night.pk,
        role="analyst",
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
    )
    group_set(actor=cast.actor("admin"), now=now, kind=GroupKind.COMMUNICATION, head=cast.lawyer, deputy=cast.publisher, members=[])
    activation = activate(graded())
    assert (holder(activation, "information_group", "head").person_id, holder(activation, "information_group", "head").filled_by) == (
        night.pk,
        "roster",
    )
    assert holder(activation, "information_group", "deputy").person_id == cast.analyst.pk
    assert (holder(activation, "communication_group", "head").person_id, holder(activation, "communication_group", "head").filled_by) == (
        cast.lawyer.pk,
        "group",
    )


def test_a_post_nobody_can_take_stays_open_and_its_task_goes_to_a_stand_in(graded: Maker, activate: Maker, cast: Any) -> None:
    activation = activate(graded())
    assert holder(activation, "logistics_group", "head").person_id is None
    assert "logistics_group" in {slot.group_key for slot in selectors.unfilled_slots(activation)}
    task = next(task for task in tasks_of(("incident", activation.incident_id)) if task.source.endswith(":service_measures"))
    assert (task.owner_id, task.owner_role) == (cast.commander.pk, "logistics")


def test_everybody_in_a_post_is_told_once_in_their_language(graded: Maker, activate: Maker, cast: Any) -> None:
    cast.writer.language = "zh-hans"
    cast.writer.save(update_fields=["language"])
    activation = activate(graded())
    told = Message.objects.filter(key__startswith=f"activation:{activation.pk}:", person=cast.writer)
    assert told.count() == 1
    assert "文稿撰写" in told.get().text
    assert told.get().url == f"/incidents/{activation.incident_id}/"


def test_the_activation_is_one_entry_of_the_log(graded: Maker, activate: Maker) -> None:
    activation = activate(graded())
    entries = [entry for entry in entries_of("incident", activation.incident_id) if entry.verb == "plan.activate"]
    assert len(entries) == 1
    assert '"level":"L2"' in entries[0].body


def test_an_exercise_stays_an_exercise(graded: Maker, activate: Maker) -> None:
    activation = activate(graded(exercise=True))
    subject = ("incident", activation.incident_id)
    assert activation.exercise
    assert all(task.exercise for task in tasks_of(subject))
    assert all(clock.exercise for clock in clocks_of(subject))
    assert all(entry.exercise for entry in entries_of(*subject))


def test_commander_and_deputy_are_named_from_the_plan_when_the_incident_has_none(
    graded: Maker, activate: Maker, cast: Any, second_commander: Person
) -> None:
    activation = activate(graded(commanded=False))
    incident = incidents.incident(activation.incident_id)
    assert {incident.commander_id, incident.deputy_id} == {cast.commander.pk, second_commander.pk}


def test_without_two_people_to_command_nothing_is_activated(graded: Maker, activate: Maker, second_commander: Person) -> None:
    incident = graded(commanded=False)
    second_commander.is_active = False
    second_commander.save(update_fields=["is_active"])
    with pytest.raises(NotNow, match="two people"):
        activate(incident)
    assert selectors.activation_of(incident.pk) is None
    assert tasks_of(("incident", incident.pk)) == []
    assert incidents.incident(incident.pk).state == "graded"


@pytest.mark.parametrize("name", ["analyst", "writer", "publisher", "outsider", "admin"])
def test_only_a_commander_activates(graded: Maker, activate: Maker, cast: Any, name: str) -> None:
    with pytest.raises(NotYou):
        activate(graded(), actor=cast.actor(name))


def test_before_the_grade_it_is_not_time(graded: Maker, activate: Maker) -> None:
    with pytest.raises(NotNow, match="when the incident is graded"):
        activate(graded(is_graded=False))


def test_a_second_activation_is_refused(graded: Maker, activate: Maker) -> None:
    incident = graded()
    activate(incident)
    with pytest.raises(NotNow):
        activate(incident)
    assert Activation.objects.count() == 1


def test_a_plan_that_is_not_in_force_cannot_be_activated(graded: Maker, activate: Maker, service_plan: PlanVersion) -> None:
    PlanVersion.objects.filter(pk=service_plan.pk).update(state="suspended")
    with pytest.raises(NotNow, match="only a plan in force"):
        activate(graded())


def test_another_level_than_the_plan_sets_needs_a_reason(graded: Maker, activate: Maker) -> None:
    incident = graded()
    with pytest.raises(BadInput, match="sets level L2"):
        activate(incident, "L3")
    assert activate(incident, "L1", level_reason="School holidays end tomorrow").response_level == "L1"


def test_unknown_levels_plans_and_incidents_are_told_apart(graded: Maker, activate: Maker) -> None:
    incident = graded()
    with pytest.raises(BadInput, match="no response level"):
        activate(incident, "L7")
    with pytest.raises(NotThere):
        activate(incident, plan_version_id=99)
    with pytest.raises(NotThere):
        activate(incident, incident_id=9999)


def test_a_step_done_stops_its_clock_at_the_time_it_was_done(graded: Maker, activate: Maker, cast: Any, now: datetime) -> None:
    activation = activate(graded())
    subject, later = ("incident", activation.incident_id), now + timedelta(minutes=12)
    task = next(task for task in tasks_of(subject) if task.source.endswith(":convene"))
    task_move(actor=cast.actor("commander"), now=later, task_id=task.pk, to="done")
    assert services.activations_follow(now=later + timedelta(seconds=15)) == 1
    clock = clock_of_rule(subject, "plan.strategy_decided")
    assert clock is not None
    assert (clock.state, clock.stopped_at, clock.stop_evidence) == ("met", later, f"task {task.pk}")
    assert services.activations_follow(now=later + timedelta(seconds=30)) == 0


def test_a_published_statement_finishes_its_step(graded: Maker, activate: Maker, now: datetime) -> None:
    activation = activate(graded())
    subject = ("incident", activation.incident_id)
    clock_stop(actor=SYSTEM, now=now, subject=subject, rule_key="holding_statement", stopped_at=now, stop_evidence="statement 1")
    services.activations_follow(now=now)
    states = {task.source.rsplit(":", 1)[1]: task.state for task in tasks_of(subject)}
    assert (states["holding_statement"], states["authoritative_information"]) == ("done", "todo")


def test_a_statement_published_before_activation_counts(graded: Maker, activate: Maker, now: datetime) -> None:
    incident = graded()
    clock_stop(
        actor=SYSTEM, now=now, subject=("incident", incident.pk), rule_key="holding_statement", stopped_at=now, stop_evidence="statement 1"
    )
    activate(incident)
    task = next(task for task in tasks_of(("incident", incident.pk)) if task.source.endswith(":holding_statement"))
    assert task.state == "done"


def resolve(incident_id: int, now: datetime) -> None:
    """Let the rooms below say that the incident is resolved."""
    Incident.objects.filter(pk=incident_id).update(state="resolved", resolved_at=now)
    incident_moved.send(sender=Incident, incident_id=incident_id, old="stabilising", new="resolved", actor=SYSTEM, now=now)


def test_the_aftermath_begins_when_the_incident_is_resolved(graded: Maker, activate: Maker, now: datetime) -> None:
    activation = activate(graded())
    subject, end = ("incident", activation.incident_id), now + timedelta(hours=30)
    before = len(tasks_of(subject))
    resolve(activation.incident_id, end)
    tasks = {task.source.rsplit(":", 1)[1]: task for task in tasks_of(subject)}
    assert len(tasks) - before == 4
    assert tasks["promised_outcomes"].due_at == end + timedelta(days=7)
    clock = clock_of_rule(subject, "plan.promises_answered")
    assert clock is not None
    assert clock.started_at == end
    resolve(activation.incident_id, end + timedelta(hours=1))
    assert len(tasks_of(subject)) == before + 4


def test_closing_the_incident_stands_the_plan_down(graded: Maker, activate: Maker, now: datetime) -> None:
    activation = activate(graded())
    incident_moved.send(sender=Incident, incident_id=activation.incident_id, old="reviewing", new="closed", actor=SYSTEM, now=now)
    activation.refresh_from_db()
    assert (activation.state, activation.stood_down_at) == (ActivationState.STOOD_DOWN, now)
    assert selectors.activation_in_force(activation.incident_id) is None
    assert services.activation_stand_down(now=now, incident_id=activation.incident_id) is None


def test_a_post_is_filled_by_hand_and_its_holder_told(graded: Maker, activate: Maker, cast: Any, now: datetime) -> None:
    slot = holder(activate(graded()), "logistics_group", "head")
    services.role_slot_fill(actor=cast.actor("commander"), now=now, slot_id=slot.pk, person_id=cast.officer.pk)
    slot.refresh_from_db()
    assert (slot.person_id, slot.filled_by) == (cast.officer.pk, "hand")
    assert Message.objects.filter(person=cast.officer, key__contains=f":post:{slot.pk}:").count() == 1


def test_nobody_holds_two_posts_of_one_group(graded: Maker, activate: Maker, cast: Any, now: datetime) -> None:
    activation = activate(graded())
    deputy = holder(activation, "command_group", "deputy")
    with pytest.raises(BadInput, match="two people"):
        services.role_slot_fill(actor=cast.actor("commander"), now=now, slot_id=deputy.pk, person_id=cast.commander.pk)


def test_filling_a_post_is_refused_to_others_for_strangers_and_after_the_end(
    graded: Maker, activate: Maker, cast: Any, now: datetime
) -> None:
    activation = activate(graded())
    slot = holder(activation, "logistics_group", "head")
    common: dict[str, Any] = {"now": now, "slot_id": slot.pk}
    with pytest.raises(NotYou):
        services.role_slot_fill(actor=cast.actor("writer"), person_id=cast.officer.pk, **common)
    with pytest.raises(BadInput):
        services.role_slot_fill(actor=cast.actor("commander"), person_id=999, **common)
    with pytest.raises(NotThere):
        services.role_slot_fill(actor=cast.actor("commander"), now=now, slot_id=9999, person_id=cast.officer.pk)
    services.activation_stand_down(now=now, incident_id=activation.incident_id)
    with pytest.raises(NotNow):
        services.role_slot_fill(actor=cast.actor("commander"), person_id=cast.officer.pk, **common)


def test_the_statements_room_gets_the_template_of_the_plan_in_force(graded: Maker, activate: Maker) -> None:
    incident = graded()
    assert selectors.holding_template_of(incident.pk) is None
    activate(incident)
    holding = selectors.holding_template_of(incident.pk)
    assert holding is not None
    assert {slot.key for slot in holding.slots} >= {"matter", "fact", "unknown", "next_time"}


def test_plans_are_offered_best_first_with_reasons(graded: Maker, library: dict[str, PlanVersion]) -> None:
    best, other = selectors.matching_plans(graded())
    assert (best.version.key, best.level, best.is_best, other.is_best) == ("public_service_opinion", "L2", True, False)
    assert best.match.score > other.match.score
    assert best.reasons and other.against
