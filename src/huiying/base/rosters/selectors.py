"""Reads of the roster, and whom to call for a role."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from huiying.base.accounts.selectors import group_people, ids_with_role

from .models import Shift
from .rules import GROUPS_OF_ROLE


class OnDuty(NamedTuple):
    """One person who is on now."""

    role: str
    person_id: int
    name: str


def on_duty(at: datetime) -> list[OnDuty]:
    """Return who is on at a moment, by role."""
    shifts = Shift.objects.filter(starts_at__lte=at, ends_at__gt=at, person__is_active=True).select_related("person")
    return [OnDuty(shift.role, shift.person_id, str(shift.person)) for shift in shifts.order_by("role", "starts_at", "pk")]


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
