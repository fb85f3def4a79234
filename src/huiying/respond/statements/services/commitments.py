"""Promises made in public: kept, kept late, or honestly broken."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.clocks.services import clock_stop
from huiying.base.ui.errors import NotThere

from ..models import Commitment, Release
from ..rules import COMMITMENT_MOVES, CommitmentState
from .moving import move, needed


@transaction.atomic
def commitment_keep(*, actor: Actor, now: datetime, commitment_id: int, note_zh: str, note_en: str = "") -> Commitment:
    """Say that a promise was kept and how; after its time it is marked as kept late."""
    to_note = needed(note_zh, _("Say how the promise was kept: readers see it."))
    commitment = _commitment(commitment_id)
    to = CommitmentState.KEPT if now <= commitment.due_at else CommitmentState.LATE
    return _end(commitment, to, actor=actor, now=now, note_zh=to_note, note_en=note_en)


@transaction.atomic
def commitment_break(*, actor: Actor, now: datetime, commitment_id: int, note_zh: str, note_en: str = "") -> Commitment:
    """Say openly that a promise cannot be kept and why."""
    to_note = needed(note_zh, _("Say why the promise cannot be kept: readers see it."))
    return _end(_commitment(commitment_id), CommitmentState.BROKEN, actor=actor, now=now, note_zh=to_note, note_en=note_en)


def _end(commitment: Commitment, to: CommitmentState, *, actor: Actor, now: datetime, note_zh: str, note_en: str) -> Commitment:
    require(actor, "statement.publish")
    move(commitment, to, COMMITMENT_MOVES, ended_at=now, note_zh=note_zh, note_en=note_en.strip())
    Release.objects.filter(pk=commitment.release_id).update(updated_at=now)
    subject = ("incident", commitment.incident_id)
    if to is not CommitmentState.BROKEN:  # the clock of a broken promise runs out: nothing was delivered
        clock_stop(actor=actor, now=now, subject=subject, rule_key=commitment.clock_key, stopped_at=now, stop_evidence=note_zh)
    detail: dict[str, object] = {"commitment": commitment.pk, "note": note_zh}
    record(actor=actor, verb=f"commitment.{to.value}", subject=subject, now=now, detail=detail, exercise=commitment.exercise)
    return commitment


def _commitment(commitment_id: int) -> Commitment:
    commitment = Commitment.objects.filter(pk=commitment_id).first()
    if commitment is None:
        raise NotThere(_("There is no commitment %(id)s.") % {"id": commitment_id})
    return commitment
