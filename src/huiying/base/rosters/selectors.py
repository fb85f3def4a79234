"""Reads of the roster, and whom to call for a role."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PERSON_NAME, group_people, ids_with_role
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading

from .models import Handover, Shift
from .rules import GROUPS_OF_ROLE


class OnDuty(NamedTuple):
    """One person who is on now."""

    role: str
    person_id: int
    name: str


def shifts_at(at: datetime) -> QuerySet[Shift]:
    """Return the shifts of a moment."""
    return Shift.objects.filter(starts_at__lte=at, ends_at__gt=at, person__is_active=True)


def on_duty(at: datetime) -> list[OnDuty]:
    """Return who is on at a moment, by role."""
    return on_duty_of(list(shifts_at(at).select_related("person").order_by("role", "starts_at", "pk")))


def duty_reading() -> Reading:
    """Return what is read of the running shifts to name who is on."""
    return Reading(
        shifts_at(timezone.now()),
        only=("role", "person", "starts_at"),
        related={"person": PERSON_NAME},
        order=attrgetter("role", "starts_at", "pk"),
    )


def on_duty_of(shifts: list[Shift]) -> list[OnDuty]:
    """Return the same for shifts that are read already."""
    return [OnDuty(shift.role, shift.person_id, str(shift.person)) for shift in shifts]


def shifts_between(start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts that touch a span, in time order."""
    return list(Shift.objects.filter(starts_at__lt=end, ends_at__gt=start).select_related("person"))


def person_for_role(role: str, at: datetime) -> int | None:
    """Return whom to call: on the roster, else the group's head or deputy who holds the role, else anybody with it."""
    rostered = (
        Shift.objects.filter(role=role, starts_at__lte=at, ends_at__gt=at, person__is_active=True).order_by("starts_at", "pk").first()
    )
    if rostered is not None:
        return rostered.person_id
    holders = ids_with_role(role)
    for kind in GROUPS_OF_ROLE.get(role, ()):
        head, deputy, _members = group_people(kind)
        for person_id in (head, deputy):
            if person_id in holders:
                return person_id
    return holders[0] if holders else None


def people_to_alarm(roles: tuple[str, ...], at: datetime) -> list[int]:
    """Return the person ids to tell for these roles, each once, in the order of the roles."""
    found = [person_for_role(role, at) for role in roles]
    on = [entry.person_id for entry in on_duty(at) if entry.role in roles]
    return list(dict.fromkeys(person_id for person_id in [*found, *on] if person_id is not None))


def handovers() -> QuerySet[Handover]:
    """Return every hand-over, newest first."""
    return Handover.objects.select_related("outgoing", "incoming").order_by("-written_at", "-pk")


def handover(handover_id: int) -> Handover:
    """Return one hand-over; raises NotThere."""
    found = handovers().filter(pk=handover_id).first()
    if found is None:
        raise NotThere(_("There is no hand-over %(id)s.") % {"id": handover_id})
    return found
