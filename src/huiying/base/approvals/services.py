"""Give and void approvals."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotYou

from .models import Approval
from .rules import is_digest


@transaction.atomic
def approval_give(
    *, actor: Actor, now: datetime, subject: tuple[str, object], digest: str, authors: frozenset[int], role: str, exercise: bool = False
) -> Approval:
    """Sign one exact version in a role the person holds.

    Raises NotYou for the system, for an author (in exercises too) and for a role not held, and
    NotNow when the person has signed this version already. The caller checks the right to approve.
    """
    if not is_digest(digest):
        raise BadInput(_("“%(digest)s” is not a SHA-256 of a version.") % {"digest": digest[:80]})
    if actor.is_system or actor.id is None:
        raise NotYou(_("Only a person approves; the system cannot."))
    if actor.id in authors:
        raise NotYou(_("Who wrote or submitted something does not approve it: ask somebody else."))
    if role not in actor.roles:
        raise NotYou(_("You do not hold the role “%(role)s”, so you cannot approve in it.") % {"role": role})
    try:
        with transaction.atomic():
            approval = Approval.objects.create(
                subject_kind=subject[0],
                subject_id=str(subject[1]),
                digest=digest,
                person_id=actor.id,
                person_name=actor.name,
                role=role,
                given_at=now,
            )
    except IntegrityError:
        raise NotNow(_("You have approved this version already.")) from None
    detail: dict[str, object] = {"digest": digest, "role": role}
    record(actor=actor, verb="approval.give", subject=subject, now=now, detail=detail, exercise=exercise)
    return approval


@transaction.atomic
def approvals_void(*, actor: Actor, now: datetime, subject: tuple[str, object], reason: str, exercise: bool = False) -> int:
    """Void every approval of a subject, of any version; return how many; nothing to void is no error."""
    standing = Approval.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), voided_at=None)
    voided = standing.update(voided_at=now, voided_reason=reason)
    if voided:
        detail: dict[str, object] = {"count": voided, "reason": reason}
        record(actor=actor, verb="approval.void", subject=subject, now=now, detail=detail, exercise=exercise)
    return voided
