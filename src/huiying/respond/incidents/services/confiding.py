"""Make an incident confidential, and say who is in its circle."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import Role
from huiying.base.accounts.selectors import names_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput

from ..models import CircleSeat, Incident
from .records import incident_of, needed, write


@transaction.atomic
def circle_set(
    *,
    actor: Actor,
    now: datetime,
    incident_id: int,
    confidential: bool,
    reason: str,
    roles: Collection[str] = (),
    person_ids: Collection[int] = (),
) -> Incident:
    """Say whether an incident is confidential and for whom it is not; commander and deputy always read it, so does who sets this."""
    require(actor, "incident.confide")
    incident = incident_of(incident_id)
    why = needed(reason, _("Say why: who may read an incident is part of its record."))
    if unknown := set(roles) - set(Role):
        raise BadInput(_("“%(role)s” is no role: use one of %(known)s.") % {"role": min(unknown), "known": ", ".join(Role)})
    if unknown_people := set(person_ids) - set(names_of(set(person_ids))):
        raise BadInput(_("There is no active person %(id)s: choose somebody from the list.") % {"id": min(unknown_people)})
    people = {*person_ids, *([actor.id] if confidential and actor.id is not None else [])}
    incident.confidential = confidential
    incident.save(update_fields=["confidential"])
    incident.circle.all().delete()
    seats = [CircleSeat(incident=incident, role=role) for role in sorted(set(roles))]
    CircleSeat.objects.bulk_create([*seats, *(CircleSeat(incident=incident, person_id=each) for each in sorted(people))])
    detail: dict[str, object] = {"confidential": confidential, "roles": sorted(set(roles)), "people": sorted(people), "reason": why}
    write(incident, "incident.circle", actor=actor, now=now, **detail)
    return incident
