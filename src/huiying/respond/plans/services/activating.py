"""Put a plan into force, follow it, take up its aftermath, stand it down."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow
from huiying.core.grading.levels import ResponseLevel
from huiying.core.planning.model import Moment, Plan
from huiying.core.planning.unfolding import unfold
from huiying.respond.incidents import selectors as incidents
from huiying.respond.incidents import services as incident_services

from ..models import Activation, PlanVersion
from ..rules import ACTIVATION_MOVES, INCIDENT_GRADED, SUBJECT, ActivationState, IncidentForPlan, PlanState, moments_of
from ..selectors import activation_in_force, plan_of, plan_version, unfolding_of
from .following import activation_follow
from .posts import fill_posts, name_command, tell_posts
from .work import make_tasks, start_clocks


@transaction.atomic
def plan_activate(
    *, actor: Actor, now: datetime, incident_id: int, plan_version_id: int, response_level: ResponseLevel | str, level_reason: str = ""
) -> Activation:
    """Put a plan version into force: posts are filled, steps become tasks, time limits become clocks.

    Raises NotNow unless the incident is graded, the version is in force, and two people can be
    named for command and deputy; BadInput for an unknown level, or one that differs from what the
    plan sets for the grade without a reason.
    """
    require(actor, "plan.activate")
    incident, version = incidents.incident(incident_id), plan_version(plan_version_id)
    level, plan = _level(response_level), plan_of(version)
    _may_activate(incident, version, plan, level, level_reason)
    activation = _born(actor, now, incident, version, level, level_reason.strip())
    slots = fill_posts(activation, plan, incident, now)
    name_command(actor, now, incident, slots)
    unfolding = unfold(plan, level, moments_of(incident, now, now))
    tasks = make_tasks(actor, now, activation, plan, unfolding.steps)
    clocks = start_clocks(actor, now, activation, plan, unfolding.clocks)
    incident_services.incident_activate(
        actor=actor, now=now, incident_id=incident_id, plan_version_id=version.pk, plan_title=version.title, response_level=level.value
    )
    detail: dict[str, object] = {
        "activation": activation.pk,
        "plan": version.key,
        "version": version.version,
        "digest": version.digest,
        "level": level.value,
        "level_reason": activation.level_reason,
        "tasks": tasks,
        "clocks": clocks,
        "unfilled": [slot.role_key for slot in slots if not slot.person_id],
    }
    record(actor=actor, verb="plan.activate", subject=(SUBJECT, incident_id), now=now, detail=detail, exercise=activation.exercise)
    tell_posts(activation, slots, now, key=f"activation:{activation.pk}")
    activation_follow(now=now, activation=activation)
    return activation


def _level(text: ResponseLevel | str) -> ResponseLevel:
    if text not in set(ResponseLevel):
        raise BadInput(_("“%(level)s” is no response level: use one of %(known)s.") % {"level": text, "known": ", ".join(ResponseLevel)})
    return ResponseLevel(text)


def _may_activate(incident: IncidentForPlan, version: PlanVersion, plan: Plan, level: ResponseLevel, reason: str) -> None:
    shown = {"number": incident.number, "title": version.title_text}
    if incident.state != INCIDENT_GRADED:
        shown["state"] = str(incident.get_state_display())
        raise NotNow(_("Incident %(number)s is %(state)s: a plan is activated when the incident is graded.") % shown)
    if version.state != PlanState.PUBLISHED:
        shown["state"] = str(version.state_label)
        raise NotNow(_("The plan “%(title)s” is %(state)s: only a plan in force can be activated.") % shown)
    expected = next((entry.level for entry in plan.levels if entry.grade == incident.grade), None)
    if expected and expected != level and not reason.strip():
        shown |= {"expected": expected.value, "level": level.value}
        raise BadInput(_("The plan sets level %(expected)s for this grade, you chose %(level)s: write why.") % shown)


def _born(actor: Actor, now: datetime, incident: IncidentForPlan, version: PlanVersion, level: ResponseLevel, reason: str) -> Activation:
    try:
        with transaction.atomic():
            return Activation.objects.create(
                incident_id=incident.pk,
                plan_version=version,
                response_level=level.value,
                level_reason=reason,
                activated_at=now,
                activated_by_id=actor.id,
                activated_by_name=actor.name,
                exercise=incident.exercise,
            )
    except IntegrityError as error:
        raise NotNow(_("Incident %(number)s already has a plan in force.") % {"number": incident.number}) from error


@transaction.atomic
def aftermath_start(*, now: datetime, incident_id: int, actor: Actor = SYSTEM) -> list[int]:
    """Make the tasks and clocks of the aftermath once an incident is resolved; what exists stays."""
    activation = activation_in_force(incident_id)
    if activation is None:
        return []
    incident, plan = incidents.incident(incident_id), plan_of(activation.plan_version)
    unfolding = unfolding_of(activation, incident, now)
    made = make_tasks(actor, now, activation, plan, unfolding.later)
    resolved = tuple(entry for entry in unfolding.clocks if entry.clock.starts is Moment.RESOLUTION)
    clocks = start_clocks(actor, now, activation, plan, resolved)
    detail: dict[str, object] = {"activation": activation.pk, "tasks": made, "clocks": clocks}
    record(actor=actor, verb="plan.aftermath", subject=(SUBJECT, incident_id), now=now, detail=detail, exercise=activation.exercise)
    return made


@transaction.atomic
def activation_stand_down(*, now: datetime, incident_id: int, actor: Actor = SYSTEM) -> Activation | None:
    """End the activation of an incident that is over, or return None when there is none."""
    activation = activation_in_force(incident_id)
    if activation is None:
        return None
    activation_follow(now=now, activation=activation)
    _set_state(activation, ActivationState.STOOD_DOWN, now)
    detail: dict[str, object] = {"activation": activation.pk}
    record(actor=actor, verb="plan.stand_down", subject=(SUBJECT, incident_id), now=now, detail=detail, exercise=activation.exercise)
    return activation


def _set_state(activation: Activation, to: ActivationState, now: datetime) -> None:
    """Assign an activation's state, the only place that does, and only if nobody was first."""
    old = ActivationState(activation.state)
    mine = Activation.objects.filter(pk=activation.pk, state=old.value)
    if to not in ACTIVATION_MOVES[old] or mine.update(state=to.value, stood_down_at=now) != 1:
        raise NotNow(_("The activation of incident %(id)s is no longer in force.") % {"id": activation.incident_id})
    activation.refresh_from_db()
