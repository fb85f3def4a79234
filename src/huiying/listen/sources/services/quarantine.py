"""Take held-back records in after all, or discard them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.collectors.records import Record, Unreadable
from huiying.core.collectors.table import read_json_line

from ..models import Quarantine
from ..rules import QUARANTINE_MOVES, QuarantineState, Reason
from ..saying import in_words
from .intake import intake


@transaction.atomic
def quarantine_replay(*, actor: Actor, now: datetime, quarantine_id: int) -> Quarantine:
    """Read a held-back record again with today's readers; its time is now when the stated one is impossible.

    Raises BadInput when it still cannot be read: it stays held.
    """
    require(actor, "quarantine.manage")
    held = _held(quarantine_id)
    reading = _read_again(held)
    if isinstance(reading, Unreadable):
        raise BadInput(_("The record still cannot be read: %(reason)s.") % {"reason": in_words(reading.reason)})
    outcome = intake(source=held.source, records=[reading], now=now)
    if outcome.quarantined or not (outcome.stored or outcome.repeated):
        raise BadInput(_("The record still cannot be read: %(reason)s.") % {"reason": held.get_reason_display()})
    return _move(actor=actor, now=now, held=held, to=QuarantineState.REPLAYED, verb="quarantine.replay")


@transaction.atomic
def quarantine_discard(*, actor: Actor, now: datetime, quarantine_id: int) -> Quarantine:
    """Give a held-back record up; what was kept of it is erased."""
    require(actor, "quarantine.manage")
    held = _held(quarantine_id)
    Quarantine.objects.filter(pk=held.pk).update(raw="", record=None)
    return _move(actor=actor, now=now, held=held, to=QuarantineState.DISCARDED, verb="quarantine.discard")


def _held(quarantine_id: int) -> Quarantine:
    held = Quarantine.objects.select_related("source").filter(pk=quarantine_id).first()
    if held is None:
        raise NotThere(_("There is no quarantined record %(number)s.") % {"number": quarantine_id})
    if held.state != QuarantineState.HELD:
        raise NotNow(
            _("Record %(number)s is not held back any more: %(state)s.") % {"number": quarantine_id, "state": held.get_state_display()}
        )
    return held


def _read_again(held: Quarantine) -> Record | Unreadable:
    if held.reason == Reason.NO_TEXT:
        return Unreadable(str(held.get_reason_display()), held.place, "")
    if held.record is None:
        return read_json_line(held.raw, 0)
    kept = {name: value for name, value in held.record.items() if name in Record.__dataclass_fields__}
    return Record(**{**kept, "published_at": None, "author_handle": None})


def _move(*, actor: Actor, now: datetime, held: Quarantine, to: QuarantineState, verb: str) -> Quarantine:
    froms = [state.value for state, targets in QUARANTINE_MOVES.items() if to in targets]
    if Quarantine.objects.filter(pk=held.pk, state__in=froms).update(state=to.value) != 1:
        raise NotNow(_("Somebody else dealt with record %(number)s a moment ago.") % {"number": held.pk})
    held.refresh_from_db()
    record(actor=actor, verb=verb, subject=("quarantine", held.pk), now=now, detail={"place": held.place}, exercise=held.exercise)
    return held


def held_erase(found: QuerySet[Quarantine]) -> None:
    """Erase what was kept of records and give them up: who wrote them wants that, or their source."""
    found.update(raw="", record=None, state=QuarantineState.DISCARDED.value)
