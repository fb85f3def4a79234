"""Keep posts as evidence beyond their retention: a reason, and a second person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import PERMISSIONS
from huiying.base.accounts.services import require
from huiying.base.approvals.services import approval_give
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import EvidenceHold, HeldPost, Post
from ..rules.archive import HOLD_MOVES, HoldState

#: Posts one hold may keep: more is an archive, and needs a retention of its source.
HOLD_LIMIT = 20_000


@transaction.atomic
def hold_ask(*, actor: Actor, now: datetime, subject: tuple[str, object], seqs: Iterable[int], reason: str, exercise: bool) -> EvidenceHold:
    """Ask that posts are kept for a matter; they are kept once a second person has confirmed it."""
    require(actor, "evidence.hold")
    if not reason.strip():
        raise BadInput(_("Keeping posts longer is an exception: say why it is needed."))
    wanted = sorted(set(seqs))
    if len(wanted) > HOLD_LIMIT:
        raise BadInput(_("%(given)s posts are too many for one hold: %(limit)s at most.") % {"given": len(wanted), "limit": HOLD_LIMIT})
    found = [seq for part in _parts(wanted) for seq in Post.objects.filter(pk__in=part, erased_at=None).values_list("seq", flat=True)]
    if not found:
        raise BadInput(_("None of these posts is in the archive any more: there is nothing to keep."))
    hold = EvidenceHold.objects.create(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        reason=reason.strip(),
        asked_by_id=actor.id,
        asked_by_name=actor.name,
        asked_at=now,
        posts=len(found),
        exercise=exercise,
    )
    HeldPost.objects.bulk_create([HeldPost(hold=hold, seq=seq) for seq in found], batch_size=500)
    _record(hold, "evidence.hold_ask", actor, now)
    return hold


@transaction.atomic
def hold_confirm(*, actor: Actor, now: datetime, hold_id: int) -> EvidenceHold:
    """Let a hold keep its posts; who asked for it cannot."""
    require(actor, "evidence.confirm")
    hold = _hold(hold_id)
    authors = frozenset({hold.asked_by_id} if hold.asked_by_id is not None else ())
    role = next(iter(sorted(actor.roles & PERMISSIONS["evidence.confirm"])), "")
    approval_give(
        actor=actor, now=now, subject=("evidence_hold", hold.pk), digest=_digest(hold), authors=authors, role=role, exercise=hold.exercise
    )
    return _move(hold, HoldState.HELD, "evidence.hold_confirm", actor, now, decided_by_name=actor.name, decided_at=now)


@transaction.atomic
def hold_refuse(*, actor: Actor, now: datetime, hold_id: int) -> EvidenceHold:
    """Refuse to keep the posts: their retention counts."""
    require(actor, "evidence.confirm")
    return _move(_hold(hold_id), HoldState.REFUSED, "evidence.hold_refuse", actor, now, decided_by_name=actor.name, decided_at=now)


@transaction.atomic
def hold_release(*, actor: Actor, now: datetime, hold_id: int) -> EvidenceHold:
    """End a hold: what its retention does not cover goes with the next purge."""
    require(actor, "evidence.hold")
    return _move(_hold(hold_id), HoldState.RELEASED, "evidence.hold_release", actor, now, released_at=now)


@transaction.atomic
def holds_release(*, actor: Actor, now: datetime, subject: tuple[str, object]) -> int:
    """End all holds of a matter that is closed; the caller checks the right. Returns how many ended."""
    standing = EvidenceHold.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), state__in=[HoldState.ASKED, HoldState.HELD])
    holds = list(standing)
    for hold in holds:
        _move(hold, HoldState.RELEASED, "evidence.hold_release", actor, now, released_at=now)
    return len(holds)


def _hold(hold_id: int) -> EvidenceHold:
    hold = EvidenceHold.objects.filter(pk=hold_id).first()
    if hold is None:
        raise NotThere(_("There is no evidence hold %(number)s.") % {"number": hold_id})
    return hold


def _digest(hold: EvidenceHold) -> str:
    """Return what a second person signs: the matter, the reason and the exact posts."""
    seqs = hold.held.order_by("seq").values_list("seq", flat=True)
    return hashlib.sha256(f"{hold.subject_kind}\n{hold.subject_id}\n{hold.reason}\n{list(seqs)}".encode()).hexdigest()


def _move(hold: EvidenceHold, to: HoldState, verb: str, actor: Actor, now: datetime, **changes: object) -> EvidenceHold:
    froms = [state.value for state, targets in HOLD_MOVES.items() if to in targets]
    if EvidenceHold.objects.filter(pk=hold.pk, state__in=froms).update(state=to.value, **changes) != 1:
        raise NotNow(_("Evidence hold %(number)s is decided already: %(state)s.") % {"number": hold.pk, "state": hold.get_state_display()})
    hold.refresh_from_db()
    _record(hold, verb, actor, now)
    return hold


def _record(hold: EvidenceHold, verb: str, actor: Actor, now: datetime) -> None:
    detail: dict[str, object] = {"hold": hold.pk, "posts": hold.posts, "reason": hold.reason}
    record(actor=actor, verb=verb, subject=(hold.subject_kind, hold.subject_id), now=now, detail=detail, exercise=hold.exercise)


def _parts(seqs: list[int]) -> list[list[int]]:
    return [seqs[start : start + 500] for start in range(0, len(seqs), 500)]
