"""Hand command over: written and signed by who goes, accepted by who comes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import Role
from huiying.base.accounts.selectors import ids_with_role, person
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor, canonical
from huiying.base.notify.services import notify
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

from ..models import CommandHandover, Incident
from ..selectors.command import command_summary
from ..standing_rules import COMMAND_HANDOVER_MOVES, HANDOVER_LABELS, CommandHandoverState
from .records import incident_to_change, write


@transaction.atomic
def command_hand_over(*, actor: Actor, now: datetime, incident_id: int, incoming_id: int, note: str = "") -> CommandHandover:
    """Sign what is running over to the next commander; command passes when they accept it."""
    require(actor, "incident.command")
    incident = incident_to_change(incident_id)
    if actor.id is None or actor.id not in {incident.commander_id, incident.deputy_id}:
        raise NotYou(_("Command is handed over by the commander or the deputy of the incident."))
    if incoming_id in {actor.id, incident.commander_id}:
        raise BadInput(_("Choose who takes over: it cannot be who commands now."))
    someone = person(incoming_id)
    if someone is None or incoming_id not in ids_with_role(Role.COMMANDER):
        raise BadInput(_("Whoever takes command must be active and hold the role of commander."))
    if CommandHandover.objects.filter(incident=incident, state=CommandHandoverState.WRITTEN).exists():
        raise NotNow(_("A hand-over of command still waits to be accepted: withdraw it first."))
    summary, said = command_summary(incident, now), note.replace("\x00", "").strip()
    sha256 = hashlib.sha256(canonical({"summary": summary, "note": said}).encode()).hexdigest()
    handover = CommandHandover.objects.create(
        incident=incident,
        outgoing_id=actor.id,
        outgoing_name=actor.name,
        incoming_id=incoming_id,
        incoming_name=str(someone),
        summary=summary,
        note=said,
        sha256=sha256,
        written_at=now,
    )
    write(incident, "incident.hand_over", actor=actor, now=now, handover=handover.pk, incoming=str(someone), sha256=sha256)
    _tell(incident, handover, incoming_id, lambda: _("%(name)s hands command over to you: read it and accept it."), now)
    return handover


@transaction.atomic
def command_accept(*, actor: Actor, now: datetime, handover_id: int) -> Incident:
    """Take command; only the person it is handed to can."""
    handover = _handover(handover_id)
    if handover.incoming_id != actor.id:
        raise NotYou(_("Only %(name)s can take command by this hand-over.") % {"name": handover.incoming_name})
    require(actor, "incident.command")
    incident = incident_to_change(handover.incident_id)
    _set_state(handover, CommandHandoverState.ACCEPTED, now)
    if incident.deputy_id == actor.id:
        incident.deputy_id = handover.outgoing_id
    incident.commander_id = actor.id
    incident.save(update_fields=["commander", "deputy"])
    detail: dict[str, object] = {"handover": handover.pk, "outgoing": handover.outgoing_name, "sha256": handover.sha256}
    write(incident, "incident.take_over", actor=actor, now=now, **detail)
    _tell(incident, handover, handover.outgoing_id, lambda: _("%(name)s has taken command."), now)
    return incident


@transaction.atomic
def command_withdraw(*, actor: Actor, now: datetime, handover_id: int) -> CommandHandover:
    """Take back a hand-over that nobody accepted yet; only who wrote it can."""
    handover = _handover(handover_id)
    if handover.outgoing_id != actor.id:
        raise NotYou(_("Only %(name)s can withdraw this hand-over of command.") % {"name": handover.outgoing_name})
    _set_state(handover, CommandHandoverState.WITHDRAWN, now)
    write(handover.incident, "incident.hand_over_withdraw", actor=actor, now=now, handover=handover.pk)
    return handover


def _set_state(handover: CommandHandover, to: CommandHandoverState, now: datetime) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    old = CommandHandoverState(handover.state)
    mine = CommandHandover.objects.filter(pk=handover.pk, state=old.value)
    if to not in COMMAND_HANDOVER_MOVES[old] or mine.update(state=to.value, ended_at=now) != 1:
        shown = {"old": str(HANDOVER_LABELS[old]), "new": str(HANDOVER_LABELS[to])}
        raise NotNow(_("The hand-over of command is “%(old)s” and cannot become “%(new)s”.") % shown)
    handover.state, handover.ended_at = to.value, now


def _handover(handover_id: int) -> CommandHandover:
    handover = CommandHandover.objects.select_related("incident").filter(pk=handover_id).first()
    if handover is None:
        raise NotThere(_("There is no hand-over of command %(id)s.") % {"id": handover_id})
    return handover


def _tell(incident: Incident, handover: CommandHandover, person_id: int, sentence: Callable[[], str], now: datetime) -> None:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names = {"name": handover.incoming_name if person_id == handover.outgoing_id else handover.outgoing_name}
            texts[code] = f"{incident.number}: {sentence() % names}"
    key = f"command:{handover.pk}:{handover.state}"
    notify(now=now, person_ids=[person_id], text=texts, url=f"{incident.get_absolute_url()}#people", key=key, exercise=incident.exercise)
