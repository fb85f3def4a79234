"""Somebody is away, somebody stands in, two swap: written over the roster, with who and why."""

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

from ..models import Override


@transaction.atomic
def override_add(
    *,
    actor: Actor,
    now: datetime,
    person_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    role: str = "",
    substitute_id: int | None = None,
) -> Override:
    """Take a person off the roster for a while; without a substitute the deputy of each shift steps up."""
    require(actor, "roster.manage")
    if ends_at <= starts_at:
        raise BadInput(_("It ends after it begins: check the two times."))
    if ends_at <= now:
        raise BadInput(_("That is past already: what was is not rewritten."))
    if not reason.strip():
        raise BadInput(_("Write why, so that everybody can follow the roster later."))
    _check_people(person_id, substitute_id, role)
    override = Override.objects.create(
        person_id=person_id, role=role, substitute_id=substitute_id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip(),
        made_by_id=actor.id, made_at=now,
    )  # fmt: skip
    detail: dict[str, object] = {
        "person": person_id, "role": role, "substitute": substitute_id, "starts_at": starts_at, "ends_at": ends_at,
        "reason": reason.strip(),
    }  # fmt: skip
    record(actor=actor, verb="override.add", subject=("override", override.pk), now=now, detail=detail)
    return override


def _check_people(person_id: int, substitute_id: int | None, role: str) -> None:
    for wanted in (person_id, substitute_id):
        if wanted is not None and person_of(wanted) is None:
            raise NotThere(_("There is no person %(id)s.") % {"id": wanted})
    if substitute_id == person_id:
        raise BadInput(_("Nobody stands in for themselves: choose another person."))
    if role and role not in set(Role):
        raise BadInput(_("“%(role)s” is no role of this house.") % {"role": role})
    if role and substitute_id is not None and substitute_id not in ids_with_role(role):
        shown = {"person": str(person_of(substitute_id)), "role": str(ROLE_LABELS[Role(role)])}
        raise BadInput(_("%(person)s does not hold the role “%(role)s”: give the role first or choose another person.") % shown)


@transaction.atomic
def override_withdraw(*, actor: Actor, now: datetime, override_id: int) -> Override:
    """Let the roster stand again as it was; what is past of the override stays."""
    require(actor, "roster.manage")
    override = Override.objects.filter(pk=override_id, withdrawn_at=None).first()
    if override is None:
        raise NotThere(_("There is no override %(id)s that still holds.") % {"id": override_id})
    if override.starts_at < now:
        override.ends_at = min(override.ends_at, now)
    else:
        override.withdrawn_at = now
    override.save(update_fields=["ends_at", "withdrawn_at"])
    record(actor=actor, verb="override.withdraw", subject=("override", override.pk), now=now, detail={"ends_at": override.ends_at})
    return override
