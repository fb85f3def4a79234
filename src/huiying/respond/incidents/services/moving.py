"""Moving an incident through its states: the table, the conditions, one assignment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import person
from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.ui.errors import BadInput, NotNow

from ..models import Incident, IncidentMove
from ..rules import MOVES, NEEDS_REASON, STATE_LABELS, State, may_move
from ..selectors.conditions import unmet_conditions
from ..signals import incident_moved
from .closing import survey_schedule
from .duties import duties_select, duty_stop
from .records import incident_of, incident_to_change, needed, write


@transaction.atomic
def incident_move(*, actor: Actor, now: datetime, incident_id: int, to: State | str, reason: str = "", override: bool = False) -> Incident:
    """Move an incident to another state.

    Raises NotNow with every condition that does not hold. Conditions that are a matter of judgement
    (calm for 12 hours, answered, no live warning, tasks owned) may be set aside by a commander with
    ``override`` and a reason; what was set aside stays on record.
    """
    incident = incident_of(incident_id)
    old, target = State(incident.state), _state(to)
    if not may_move(old, target):
        shown = {"number": incident.number, "old": STATE_LABELS[old], "new": STATE_LABELS[target]}
        raise NotNow(_("Incident %(number)s is %(old)s and cannot become %(new)s.") % shown)
    require(actor, MOVES[old][target])
    if (old, target) in NEEDS_REASON or override:
        reason = needed(reason, _("This step needs a reason: write why."))
    waived = _conditions(incident, target, actor=actor, now=now, override=override)
    _set_state(incident, old, target, now)
    IncidentMove.objects.create(
        incident=incident,
        old=old.value,
        new=target.value,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
        reason=reason.strip(),
        waived=waived,
    )
    write(incident, "incident.move", actor=actor, now=now, old=old.value, new=target.value, reason=reason.strip(), waived=waived)
    duties_select(actor=actor, now=now, incident=incident)
    if target is State.RESOLVED:
        survey_schedule(actor=SYSTEM, now=now, incident_id=incident.pk)
    incident_moved.send(sender=Incident, incident_id=incident.pk, old=old.value, new=target.value, actor=actor, now=now)
    return incident


def _state(to: State | str) -> State:
    if to not in set(State):
        raise BadInput(_("“%(state)s” is no state of an incident: use one of %(known)s.") % {"state": to, "known": ", ".join(State)})
    return State(to)


def _conditions(incident: Incident, target: State, *, actor: Actor, now: datetime, override: bool) -> list[str]:
    """Return the sentences of the conditions set aside; raises NotNow when one stands in the way."""
    unmet = unmet_conditions(incident, target, now)
    hard = [each.text for each in unmet if not each.may_waive]
    soft = [each.text for each in unmet if each.may_waive]
    if hard or (soft and not override):
        hint = [] if hard else [_("A commander may go on with a reason.")]
        start = _("Incident %(number)s cannot become %(new)s yet.") % {"number": incident.number, "new": STATE_LABELS[target]}
        raise NotNow(" ".join([start, *hard, *soft, *hint]))
    if soft:
        require(actor, "incident.command")
    return soft


def _set_state(incident: Incident, old: State, target: State, now: datetime) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    moments: dict[str, datetime | None] = {}
    if target is State.CONFIRMED:
        moments["confirmed_at"] = now
    elif target is State.GRADED:
        moments["graded_at"] = now
    elif target is State.RESOLVED:
        moments["resolved_at"] = now
    elif target is State.CLOSED:
        moments["closed_at"] = now
    elif target is State.RESPONDING and old is State.RESOLVED:
        moments["resolved_at"] = None
    if Incident.objects.filter(pk=incident.pk, state=old.value).update(state=target.value, **moments) != 1:
        raise NotNow(_("Somebody else moved incident %(number)s at the same moment: look again.") % {"number": incident.number})
    incident.state = target.value
    for name, at in moments.items():
        setattr(incident, name, at)


@transaction.atomic
def incident_command_set(*, actor: Actor, now: datetime, incident_id: int, commander_id: int, deputy_id: int) -> Incident:
    """Name who commands and who stands in."""
    require(actor, "incident.command")
    incident = incident_to_change(incident_id)
    if commander_id == deputy_id:
        raise BadInput(_("Commander and deputy must be two people."))
    names = []
    for person_id in (commander_id, deputy_id):
        someone = person(person_id)
        if someone is None:
            raise BadInput(_("There is no active person %(id)s: choose somebody from the list.") % {"id": person_id})
        names.append(str(someone))
    incident.commander_id, incident.deputy_id = commander_id, deputy_id
    incident.save(update_fields=["commander", "deputy"])
    write(incident, "incident.command", actor=actor, now=now, commander=names[0], deputy=names[1])
    return incident


@transaction.atomic
def incident_activate(
    *, actor: Actor, now: datetime, incident_id: int, plan_version_id: int, plan_title: Mapping[str, str], response_level: str
) -> Incident:
    """Record that a plan version is in force and move the incident from graded to responding.

    For the plans room, inside its own transaction. A second activation (another level or plan while
    responding) replaces the record; the log keeps both. Raises NotNow before the grade is in force
    or without commander and deputy.
    """
    require(actor, "plan.activate")
    incident = incident_to_change(incident_id)
    if incident.state not in {State.GRADED, State.RESPONDING, State.STABILISING}:
        shown = {"number": incident.number, "state": incident.get_state_display()}
        raise NotNow(_("Incident %(number)s is %(state)s: a plan is activated once the grade is in force.") % shown)
    incident.plan_version_id, incident.plan_title, incident.response_level = plan_version_id, dict(plan_title), response_level
    incident.activated_at = incident.activated_at or now
    incident.save(update_fields=["plan_version_id", "plan_title", "response_level", "activated_at"])
    detail: dict[str, object] = {"plan_version": plan_version_id, "plan": dict(plan_title), "response_level": response_level}
    write(incident, "incident.activate", actor=actor, now=now, **detail)
    evidence = _("Plan version %(id)s activated at level %(level)s.") % {"id": plan_version_id, "level": response_level}
    duty_stop(actor=actor, now=now, incident=incident, rule_key="activation", evidence=evidence)
    if incident.state == State.GRADED:
        return incident_move(actor=actor, now=now, incident_id=incident_id, to=State.RESPONDING)
    return incident
