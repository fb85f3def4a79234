"""Hand a shift over: written and signed by who goes, accepted by who comes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import ids_with_role
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor, canonical
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

from ..models import Handover
from ..registry import handover_sections
from ..rules import HANDOVER_LABELS, HANDOVER_MOVES, HandoverState


@transaction.atomic
def handover_write(*, actor: Actor, now: datetime, role: str, incoming_id: int, note: str) -> Handover:
    """Sign what is running now over to the next person of one's own role; they are told and accept it."""
    require(actor, "roster.hand_over")
    if actor.id is None or role not in actor.roles:
        raise NotYou(_("You hand over only a role that you hold."))
    if incoming_id == actor.id:
        raise BadInput(_("Choose who takes over: it cannot be yourself."))
    if incoming_id not in ids_with_role(role):
        raise BadInput(_("Whoever takes over must hold the role “%(role)s”.") % {"role": str(ROLE_LABELS[Role(role)])})
    if Handover.objects.filter(outgoing_id=actor.id, role=role, state=HandoverState.WRITTEN).exists():
        raise NotNow(_("A hand-over of this role still waits to be accepted: withdraw it first."))
    handover = Handover.objects.create(
        role=role, outgoing_id=actor.id, incoming_id=incoming_id, written_at=now, summary=_summary(now), note=note.strip()
    )
    _record(handover, "handover.write", actor, now)
    _tell(handover, incoming_id, lambda: _("%(name)s hands the shift over to you: read it and accept it.") % {"name": actor.name}, now)
    return handover


def _summary(now: datetime) -> dict[str, object]:
    """Return what is running in every language, because the next person may read another one."""
    summary: dict[str, object] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            summary[code] = handover_sections(now)
    return summary


@transaction.atomic
def handover_accept(*, actor: Actor, now: datetime, handover_id: int) -> Handover:
    """Take the shift over; only the person it is handed to can."""
    handover = _handover(handover_id)
    if handover.incoming_id != actor.id:
        raise NotYou(_("Only %(name)s can accept this hand-over.") % {"name": str(handover.incoming)})
    _set_state(handover, HandoverState.ACCEPTED, now)
    _record(handover, "handover.accept", actor, now)
    _tell(handover, handover.outgoing_id, lambda: _("%(name)s has taken the shift over.") % {"name": actor.name}, now)
    return handover


@transaction.atomic
def handover_withdraw(*, actor: Actor, now: datetime, handover_id: int) -> Handover:
    """Take back a hand-over that nobody accepted yet; only who wrote it can."""
    handover = _handover(handover_id)
    if handover.outgoing_id != actor.id:
        raise NotYou(_("Only %(name)s can withdraw this hand-over.") % {"name": str(handover.outgoing)})
    _set_state(handover, HandoverState.WITHDRAWN, now)
    _record(handover, "handover.withdraw", actor, now)
    return handover


def _set_state(handover: Handover, to: HandoverState, now: datetime) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    old = HandoverState(handover.state)
    moved = to in HANDOVER_MOVES[old] and Handover.objects.filter(pk=handover.pk, state=old).update(state=to.value, ended_at=now)
    if moved != 1:
        shown = {"old": str(HANDOVER_LABELS[old]), "new": str(HANDOVER_LABELS[to])}
        raise NotNow(_("The hand-over is “%(old)s” and cannot become “%(new)s”.") % shown)
    handover.refresh_from_db()


def _handover(handover_id: int) -> Handover:
    handover = Handover.objects.select_related("outgoing", "incoming").filter(pk=handover_id).first()
    if handover is None:
        raise NotThere(_("There is no hand-over %(id)s.") % {"id": handover_id})
    return handover


def _record(handover: Handover, verb: str, actor: Actor, now: datetime) -> None:
    """Log the act with the hash of what was handed over, so that a later change of the text would show."""
    text = canonical({"summary": handover.summary, "note": handover.note})
    detail: dict[str, object] = {
        "role": handover.role,
        "outgoing": handover.outgoing_id,
        "incoming": handover.incoming_id,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    record(actor=actor, verb=verb, subject=("handover", handover.pk), now=now, detail=detail)


def _tell(handover: Handover, person_id: int, sentence: Callable[[], str], now: datetime) -> None:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    url = reverse("rosters:handover", args=[handover.pk])
    notify(now=now, person_ids=[person_id], text=texts, url=url, key=f"handover:{handover.pk}:{handover.state}", exercise=False)
