"""What is in force for an incident: the posts, the steps with their tasks, the holding template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Protocol

from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PERSON_NAME
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading, read_together
from huiying.core.grading.levels import ResponseLevel
from huiying.core.planning.model import Holding
from huiying.core.planning.unfolding import Unfolding, unfold

from ..models import Activation, RoleSlot
from ..rules import ActivationState, IncidentMoments, moments_of, step_of_source
from .library import here, plan_of

_BY_TIME, _BY_PLACE = attrgetter("activated_at", "pk"), attrgetter("place")


def activation_of(incident_id: int) -> Activation | None:
    """Return the newest activation of an incident, in force or stood down, or None."""
    return Activation.objects.filter(incident_id=incident_id).select_related("plan_version", "activated_by").first()


def activation_with_slots(incident_id: int) -> tuple[Activation, list[RoleSlot]] | None:
    """Return the same with its posts and the people in them, read in one query."""
    found = read_together(
        {
            "activations": Reading(
                Activation.objects.filter(incident_id=incident_id), related={"plan_version": ()}, order=_BY_TIME, newest_first=True
            ),
            "slots": Reading(
                RoleSlot.objects.filter(activation__incident_id=incident_id), related={"person": PERSON_NAME}, order=_BY_PLACE
            ),
        }
    ).rows
    if not found["activations"]:
        return None
    newest = found["activations"][0]
    return newest, [slot for slot in found["slots"] if slot.activation_id == newest.pk]


def activation_in_force(incident_id: int) -> Activation | None:
    """Return the activation that binds people now, or None."""
    found = activation_of(incident_id)
    return found if found and found.state == ActivationState.IN_FORCE else None


def activations_in_force() -> list[Activation]:
    """Return every activation that binds people now."""
    return list(Activation.objects.filter(state=ActivationState.IN_FORCE).select_related("plan_version").order_by("pk"))


def slots_of(activation: Activation) -> list[RoleSlot]:
    """Return the posts of an activation in the plan's order, with the people in them."""
    return list(activation.slots.select_related("person"))


def post_to_fill(slot_id: int) -> RoleSlot:
    """Return one post with its activation; raises NotThere."""
    found = RoleSlot.objects.select_related("activation__plan_version", "person").filter(pk=slot_id).first()
    if found is None:
        raise NotThere(_("There is no post %(id)s.") % {"id": slot_id})
    return found


def unfilled_slots(activation: Activation) -> list[RoleSlot]:
    """Return the needed posts nobody holds."""
    return list(activation.slots.filter(person=None, is_optional=False))


def unfolding_of(activation: Activation, incident: IncidentMoments, at: datetime) -> Unfolding:
    """Return what the activation asks, given the moments known at a time."""
    return unfold(
        plan_of(activation.plan_version), ResponseLevel(activation.response_level), moments_of(incident, activation.activated_at, at)
    )


class TaskOfStep(Protocol):
    """What the board reads from a task."""

    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class BoardStep:
    """One step of the board, with the task it became; before activation there is none."""

    key: str
    title: str
    owner: str
    due_at: datetime | None
    task: object
    note: str


@dataclass(frozen=True)
class BoardStage:
    """One column of the board."""

    title: str
    steps: tuple[BoardStep, ...]

    @property
    def tasks(self) -> int:
        """How many of its steps are tasks."""
        return sum(1 for step in self.steps if step.task)

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(1 for step in self.steps if getattr(step.task, "state", "") == "done")


def board_of(activation: Activation, incident: IncidentMoments, at: datetime, known: Sequence[TaskOfStep]) -> list[BoardStage]:
    """Return the plan's stages with the state of every step; ``known`` are the incident's tasks."""
    plan, unfolding = plan_of(activation.plan_version), unfolding_of(activation, incident, at)
    tasks = {step_of_source(task.source): task for task in known}
    notes = {entry.step.key: _("on record before activation") for entry in unfolding.before}
    notes |= {entry.step.key: _("starts when the incident is resolved") for entry in unfolding.later if entry.step.key not in tasks}
    taken = {entry.step.key: entry for entry in (*unfolding.before, *unfolding.steps, *unfolding.later)}
    stages = []
    for stage in plan.stages:
        steps = []
        for step in stage.steps:
            if step.key not in taken:
                continue
            post = plan.post(step.owner) if step.owner else None
            owner = here(post.title) if post else ""
            steps.append(BoardStep(step.key, here(step.title), owner, taken[step.key].due_at, tasks.get(step.key), notes.get(step.key, "")))
        stages.append(BoardStage(here(stage.title), tuple(steps)))
    return stages


def holding_template_of(incident_id: int) -> Holding | None:
    """Return the holding statement template of the plan in force, for the statements room."""
    activation = activation_in_force(incident_id)
    return plan_of(activation.plan_version).holding if activation else None
