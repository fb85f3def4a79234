"""Reads of the roster, and whom to call for a role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PERSON_NAME, group_people, ids_with_role
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading, Together, read_together

from .calendars import Days
from .models import Handover, Override, Rotation, Seat, Shift
from .rotation import Change, Duty, Pattern, Plan, begins_at, duties_of, parse_slots, settle
from .rules import GROUPS_OF_ROLE

#: The shortest span: who is on at a moment.
INSTANT = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
#: A week's turn and a day for the zones; a rotation that ended longer ago has no shift left that runs.
LONGEST_TURN = timedelta(days=9)


class OnDuty(NamedTuple):
    """One person who is on now."""

    role: str
    person_id: int
    name: str


@dataclass(frozen=True)
class Roster:
    """Who is on in a span of time, what everybody is called, and since when in which roles somebody must always be on."""

    duties: list[Duty]
    names: dict[int, str]
    gapless: dict[str, datetime]

    def duties_at(self, at: datetime) -> list[Duty]:
        """Return the duties of a moment that somebody does, by role; single shifts before rotations."""
        return [duty for duty in self.duties if duty.starts_at <= at < duty.ends_at and duty.person is not None]

    def on_duty(self, at: datetime) -> list[OnDuty]:
        """Return who is on at a moment, by role."""
        return [OnDuty(duty.role, duty.person, self.names[duty.person]) for duty in self.duties_at(at) if duty.person is not None]


def roster_between(start: datetime, end: datetime) -> Roster:
    """Return who is on in a span, from rotations, single shifts and overrides together; one query."""
    return roster_in(read_together(roster_readings(start, end)), start, end)


def roster_readings(start: datetime, end: datetime) -> dict[str, Reading]:
    """Return what must be read to know who is on in a span."""
    named = {"person": (*PERSON_NAME, "is_active")}
    seats = Seat.objects.filter(
        Q(rotation__ends_on=None) | Q(rotation__ends_on__gte=(start - LONGEST_TURN).date()),
        rotation__starts_on__lte=(end + ONE_DAY).date(),
    )
    overrides = Override.objects.filter(withdrawn_at=None, starts_at__lt=end, ends_at__gt=start)
    return {
        "shifts": Reading(Shift.objects.filter(starts_at__lt=end, ends_at__gt=start), related=named, order=attrgetter("starts_at", "pk")),
        "seats": Reading(seats, related={"rotation": (), **named}, order=attrgetter("rotation_id", "is_deputy", "position")),
        "overrides": Reading(overrides, related={**named, "substitute": named["person"]}, order=attrgetter("made_at", "pk")),
    }


def readings_now(name: str) -> Reading:
    """Return one of the readings that say who is on now."""
    now = timezone.now()
    return roster_readings(now, now + INSTANT)[name]


def roster_in(read: Together, start: datetime, end: datetime, *, also: Sequence[Plan] = (), without: int | None = None) -> Roster:
    """Return the roster of rows that are read already; a preview adds a plan, and leaves out the rotation it follows."""
    shifts, seats, overrides = (read.rows[name] for name in ("shifts", "seats", "overrides"))
    people = [row.person for row in (*shifts, *seats, *overrides)] + [row.substitute for row in overrides if row.substitute]
    inactive = {person.pk for person in people if not person.is_active}
    plans = [plan for plan in plans_of(seats) if plan.id != without] + list(also)
    planned = [duty for plan in plans for duty in duties_of(plan, start, end)]
    single = [Duty(row.role, row.person_id, None, row.starts_at, row.ends_at, f"shift:{row.pk}") for row in shifts]
    changes = [Change(row.person_id, row.role, row.substitute_id, row.starts_at, row.ends_at, row.reason) for row in overrides]
    duties = [
        duty
        for duty in settle([*single, *planned], changes, lambda person: person not in inactive)
        if duty.starts_at < end and duty.ends_at > start
    ]
    ids = {seat.rotation_id for seat in seats if seat.rotation.is_gapless}
    firsts = [(plan.role, begins_at(plan)) for plan in plans if plan.id in ids]
    gapless = {role: min(first for each, first in firsts if each == role) for role, _first in firsts}
    return Roster(duties, {person.pk: str(person) for person in people}, gapless)


def plans_of(seats: Sequence[Seat]) -> list[Plan]:
    """Return the rotations that seats, sorted by rotation, belong to."""
    plans = []
    for _id, group in groupby(seats, key=attrgetter("rotation_id")):
        own = list(group)
        rotation = own[0].rotation
        people, deputies = (tuple(seat.person_id for seat in own if seat.is_deputy == wanted) for wanted in (False, True))
        if people:
            plans.append(
                Plan(
                    rotation.pk, rotation.role, people, deputies, Pattern(rotation.pattern), parse_slots(rotation.slots),
                    rotation.starts_on, rotation.ends_on, rotation.zone, Days(rotation.days), rotation.is_standby,
                )
            )  # fmt: skip
    return plans


def on_duty(at: datetime) -> list[OnDuty]:
    """Return who is on at a moment, by role."""
    return roster_between(at, at + INSTANT).on_duty(at)


def on_duty_in(frame: Together, at: datetime) -> list[OnDuty]:
    """Return the same from what a page's frame has read already."""
    return roster_in(frame, at, at + INSTANT).on_duty(at)


def shifts_between(start: datetime, end: datetime) -> list[Shift]:
    """Return the single shifts that touch a span, in time order."""
    return list(Shift.objects.filter(starts_at__lt=end, ends_at__gt=start).select_related("person"))


def person_for_role(role: str, at: datetime) -> int | None:
    """Return whom to call: on the roster, else the group's head or deputy who holds the role, else anybody with it."""
    rostered = [entry.person_id for entry in on_duty(at) if entry.role == role]
    return rostered[0] if rostered else stand_in_for(role)


def stand_in_for(role: str) -> int | None:
    """Return who is called for a role while nobody is on the roster in it."""
    holders = ids_with_role(role)
    for kind in GROUPS_OF_ROLE.get(role, ()):
        head, deputy, _members = group_people(kind)
        for person_id in (head, deputy):
            if person_id in holders:
                return person_id
    return holders[0] if holders else None


def people_to_alarm(roles: tuple[str, ...], at: datetime) -> list[int]:
    """Return the person ids to tell for these roles, each once, in the order of the roles."""
    on = on_duty(at)
    found = [next((entry.person_id for entry in on if entry.role == role), None) or stand_in_for(role) for role in roles]
    more = [entry.person_id for entry in on if entry.role in roles]
    return list(dict.fromkeys(person_id for person_id in [*found, *more] if person_id is not None))


def rotations() -> list[Rotation]:
    """Return the rotations that are not over, by role, with the people in them."""
    live = Rotation.objects.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))
    return list(live.prefetch_related("seats__person").order_by("role", "starts_on", "pk"))


def rotation(rotation_id: int) -> Rotation:
    """Return one rotation with its people; raises NotThere."""
    found = Rotation.objects.prefetch_related("seats__person").filter(pk=rotation_id).first()
    if found is None:
        raise NotThere(_("There is no rotation %(id)s.") % {"id": rotation_id})
    return found


def overrides_after(at: datetime) -> QuerySet[Override]:
    """Return the overrides that are not over yet, soonest first."""
    return Override.objects.filter(withdrawn_at=None, ends_at__gt=at).select_related("person", "substitute", "made_by")


def handovers() -> QuerySet[Handover]:
    """Return every hand-over, newest first."""
    return Handover.objects.select_related("outgoing", "incoming").order_by("-written_at", "-pk")


def handover(handover_id: int) -> Handover:
    """Return one hand-over; raises NotThere."""
    found = handovers().filter(pk=handover_id).first()
    if found is None:
        raise NotThere(_("There is no hand-over %(id)s.") % {"id": handover_id})
    return found
