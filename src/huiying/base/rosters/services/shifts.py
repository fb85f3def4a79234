"""Put people on duty and take them off."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import ids_with_role
from huiying.base.accounts.selectors import person as person_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotThere

from ..models import Shift
from ..rules import LONGEST_SHIFT_HOURS, shift_fault


@transaction.atomic
def shift_add(*, actor: Actor, now: datetime, person_id: int, role: str, starts_at: datetime, ends_at: datetime) -> Shift:
    """Put a person on duty in a role the person holds, without overlapping a shift of the same role."""
    require(actor, "roster.manage")
    fault = shift_fault(starts_at, ends_at)
    if fault == "order":
        raise BadInput(_("A shift ends after it begins: check the two times."))
    if fault == "length":
        raise BadInput(_("A shift lasts at most %(hours)s hours: split it.") % {"hours": LONGEST_SHIFT_HOURS})
    person = person_of(person_id)
    if person is None:
        raise NotThere(_("There is no person %(id)s.") % {"id": person_id})
    if person_id not in ids_with_role(role):
        shown = {"person": str(person), "role": str(ROLE_LABELS[Role(role)]) if role in set(Role) else role}
        raise BadInput(_("%(person)s does not hold the role “%(role)s”: give the role first or choose another person.") % shown)
    if Shift.objects.filter(person_id=person_id, role=role, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise BadInput(_("%(person)s already has a shift of this role in that time.") % {"person": str(person)})
    shift = Shift.objects.create(person_id=person_id, role=role, starts_at=starts_at, ends_at=ends_at)
    detail: dict[str, object] = {"person": person_id, "role": role, "starts_at": starts_at, "ends_at": ends_at}
    record(actor=actor, verb="shift.add", subject=("shift", shift.pk), now=now, detail=detail)
    return shift


@transaction.atomic
def shift_remove(*, actor: Actor, now: datetime, shift_id: int) -> None:
    """Take a shift off the roster; the log keeps who was planned."""
    require(actor, "roster.manage")
    shift = Shift.objects.filter(pk=shift_id).first()
    if shift is None:
        raise NotThere(_("There is no shift %(id)s.") % {"id": shift_id})
    detail: dict[str, object] = {"person": shift.person_id, "role": shift.role, "starts_at": shift.starts_at, "ends_at": shift.ends_at}
    record(actor=actor, verb="shift.remove", subject=("shift", shift.pk), now=now, detail=detail)
    shift.delete()
