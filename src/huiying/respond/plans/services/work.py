"""Turn steps into tasks and time limits into clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from huiying.base.audit.rules import Actor
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.services import clock_start
from huiying.base.tasks.selectors import tasks_of
from huiying.base.tasks.services import task_create
from huiying.core.planning.model import Plan, Step
from huiying.core.planning.unfolding import ClockToStart, StepToTake

from ..models import Activation, RoleSlot
from ..rules import SUBJECT, rule_key, task_source
from ..selectors import slots_of


def make_tasks(actor: Actor, now: datetime, activation: Activation, plan: Plan, steps: Sequence[StepToTake]) -> list[int]:
    """Make a task of every step that is none yet; return their ids."""
    people = {(slot.group_key, slot.role_key): slot for slot in slots_of(activation)}
    resources = {resource.key: resource.name for resource in plan.resources}
    known = {task.source for task in tasks_of((SUBJECT, activation.incident_id))}
    made = []
    for entry in steps:
        step, source = entry.step, task_source(plan.key, plan.version, entry.step.key)
        if source in known:
            continue
        task = task_create(
            actor=actor,
            now=now,
            subject=(SUBJECT, activation.incident_id),
            title=step.title,
            owner_id=_owner_id(step, people),
            owner_role=_owner_role(step, people),
            group=step.owner.group if step.owner else None,
            due_at=entry.due_at,
            resources=_joined([resources[key] for key in step.resources]),
            expected_result=step.expected_result,
            source=source,
            exercise=activation.exercise,
        )
        made.append(task.pk)
    return made


def _owner_role(step: Step, people: Mapping[tuple[str, str], RoleSlot]) -> str | None:
    slot = people.get((step.owner.group, step.owner.post)) if step.owner else None
    return slot.role if slot else None


def _owner_id(step: Step, people: Mapping[tuple[str, str], RoleSlot]) -> int | None:
    """Return who answers: the post's holder, else the group's head or deputy, else who leads the plan."""
    if step.owner is None:
        return None
    slot = people.get((step.owner.group, step.owner.post))
    group = [other for (key, _post), other in people.items() if key == step.owner.group]
    stand_ins = sorted((other for other in group if other.standing != "member"), key=lambda other: other.place)
    leaders = sorted(people.values(), key=lambda other: other.place)[:2]
    ways = [slot, *stand_ins, *leaders]
    return next((way.person_id for way in ways if way and way.person_id), None)


def _joined(names: list[Mapping[str, str]]) -> dict[str, str]:
    return {"zh-Hans": "、".join(name["zh-Hans"] for name in names), "en": ", ".join(name["en"] for name in names)}


def start_clocks(actor: Actor, now: datetime, activation: Activation, plan: Plan, clocks: Sequence[ClockToStart]) -> list[int]:
    """Start the clocks; one that runs already is kept."""
    citations = {citation.key: citation for citation in plan.citations}
    made = []
    for entry in clocks:
        citation = citations[entry.clock.citation].short
        rule = ClockRule(rule_key(entry.clock.key), dict(entry.clock.label), entry.seconds, entry.warn_seconds, citation)
        clock = clock_start(
            actor=actor,
            now=now,
            subject=(SUBJECT, activation.incident_id),
            rule=rule,
            started_at=entry.started_at,
            start_evidence=f"{plan.key} {plan.version}, {activation.response_level}: {entry.clock.starts.value}",
            exercise=activation.exercise,
        )
        made.append(clock.pk)
    return made
