"""From rotations, single shifts and overrides to who is on when (pure).

Every border of a shift is a wall-clock time in the rotation's own zone, turned into an instant by itself. So one shift ends
exactly where the next begins, and on a day of 23 or 25 hours it is the shift that is an hour shorter or longer.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .calendars import Days, count_days, matches

Span = tuple[time, time]
_SLOT = re.compile(r"\s*(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?\s*")
#: minutes; a shorter shift is a slip of the pen, and could vanish on a day when the clocks change.
SHORTEST_SLOT = 60


class Pattern(StrEnum):
    """How often the next person's turn comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    HOURS = "hours"


PATTERN_LABELS = {
    Pattern.DAILY: _("a day each"),
    Pattern.WEEKLY: _("a week each"),
    Pattern.HOURS: pgettext_lazy("shift pattern", "by hours"),
}


@dataclass(frozen=True)
class Plan:
    """A rotation as it is reckoned with; ``ends_on`` is the last day on which a shift begins."""

    id: int
    role: str
    people: tuple[int, ...]
    deputies: tuple[int, ...]
    pattern: Pattern
    slots: tuple[Span, ...]
    starts_on: date
    ends_on: date | None
    zone: str
    days: Days = Days.ALL
    is_standby: bool = False


@dataclass(frozen=True)
class Duty:
    """One person's span of duty in a role; ``person`` is None where it was planned and nobody is left to do it."""

    role: str
    person: int | None
    deputy: int | None
    starts_at: datetime
    ends_at: datetime
    source: str
    is_standby: bool = False
    instead_of: int | None = None
    reason: str = ""

    @property
    def is_single(self) -> bool:
        """Whether somebody entered it by hand."""
        return self.source.startswith("shift:")

    @property
    def shift_id(self) -> int | None:
        """The single shift it comes from."""
        return int(self.source.partition(":")[2]) if self.is_single else None


@dataclass(frozen=True)
class Change:
    """An override: somebody is away in a role, or in all (``role`` empty); a substitute takes over where there is one."""

    person: int
    role: str
    substitute: int | None
    starts_at: datetime
    ends_at: datetime
    reason: str = ""

    def concerns(self, person: int | None, duty: Duty, at: datetime) -> bool:
        """Return whether it takes a person off a duty at a moment."""
        return self.person == person and self.role in ("", duty.role) and self.starts_at <= at < self.ends_at


@lru_cache(maxsize=256)
def parse_slots(text: str) -> tuple[Span, ...]:
    """Read ``08-20/20-08``; raises ValueError with the part that cannot be read.

    >>> parse_slots("08-20/20:30-8")
    ((datetime.time(8, 0), datetime.time(20, 0)), (datetime.time(20, 30), datetime.time(8, 0)))
    """
    slots = tuple(_slot(part) for part in text.split("/"))
    minutes = [(_minutes(start), _length(start, end)) for start, end in slots]
    for (start, length), (following, _more) in zip(minutes, [*minutes[1:], (minutes[0][0] + 24 * 60, 0)], strict=True):
        if following < start or start + length > following:
            raise ValueError(text)
    return slots


def slots_text(slots: Iterable[Span]) -> str:
    """Write slots as ``parse_slots`` reads them."""
    return "/".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in slots)


def _slot(part: str) -> Span:
    found = _SLOT.fullmatch(part)
    if found is None:
        raise ValueError(part)
    hour, minute, end_hour, end_minute = (int(number or 0) for number in found.groups())
    start, end = time(hour, minute), time(end_hour % 24 if end_minute == 0 else end_hour, end_minute)
    if _length(start, end) < SHORTEST_SLOT:
        raise ValueError(part)
    return start, end


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _length(start: time, end: time) -> int:
    return (_minutes(end) - _minutes(start)) % (24 * 60) or 24 * 60


def duties_of(plan: Plan, start: datetime, end: datetime) -> Iterator[Duty]:
    """Yield the duties of a rotation that touch a span, in time order."""
    zone = ZoneInfo(plan.zone)
    step = 7 if plan.pattern is Pattern.WEEKLY else 1
    first = max(start.astimezone(zone).date() - timedelta(days=step), plan.starts_on)
    first += timedelta(days=-(first - plan.starts_on).days % step)
    last = end.astimezone(zone).date()
    day = first
    while day <= last and (plan.ends_on is None or day <= plan.ends_on):
        if matches(day, plan.days):
            yield from (duty for duty in _duties_on(plan, day, step, zone) if duty.starts_at < end and duty.ends_at > start)
        day += timedelta(days=step)


def begins_at(plan: Plan) -> datetime:
    """Return when the first shift of a rotation begins, or could begin."""
    return instant(plan.starts_on, plan.slots[0][0], ZoneInfo(plan.zone))


def _duties_on(plan: Plan, day: date, step: int, zone: ZoneInfo) -> Iterator[Duty]:
    turns = count_days(plan.starts_on, day, plan.days) // step * len(plan.slots)
    for number, (begins, ends) in enumerate(plan.slots, turns):
        last = day + timedelta(days=step if step > 1 else int(ends <= begins))
        if plan.ends_on is not None and step > 1:
            last = min(last, plan.ends_on + timedelta(days=1))
        starts_at, ends_at = instant(day, begins, zone), instant(last, ends, zone)
        if starts_at < ends_at:
            person, deputy = plan.people[number % len(plan.people)], _deputy(plan, number)
            yield Duty(plan.role, person, deputy, starts_at, ends_at, f"rotation:{plan.id}:{number}", plan.is_standby)


def _deputy(plan: Plan, number: int) -> int | None:
    """Return the deputy of a turn: the one named, else whoever comes next."""
    order = plan.deputies or plan.people[1:] + plan.people[:1]
    found = order[number % len(order)]
    return found if found != plan.people[number % len(plan.people)] else None


def instant(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall-clock time; one the clocks skip is read as if they had not been put forward yet."""
    return datetime.combine(day, moment, zone).astimezone(UTC)


def settle(duties: Iterable[Duty], changes: Iterable[Change], is_active: Callable[[int], bool]) -> list[Duty]:
    """Apply overrides: cut each duty where somebody goes or comes back, and name who is on in each piece."""
    known = list(changes)
    pieces = [piece for duty in duties for piece in _pieces(duty, known)]
    return sorted((_settled(piece, known, is_active) for piece in pieces), key=_order)


def _order(duty: Duty) -> tuple[str, bool, datetime, str]:
    """Return what duties are sorted by: what somebody entered by hand comes before what was reckoned."""
    return duty.role, not duty.is_single, duty.starts_at, duty.source


def _pieces(duty: Duty, changes: list[Change]) -> Iterator[Duty]:
    near = [each for each in changes if each.person in (duty.person, duty.deputy) and each.role in ("", duty.role) and _touch(each, duty)]
    # who stands in may be away in turn
    stand_ins = {each.substitute for each in near}
    near += [each for each in changes if each.person in stand_ins and each not in near and _touch(each, duty)]
    borders = {moment for each in near for moment in (each.starts_at, each.ends_at) if duty.starts_at < moment < duty.ends_at}
    cuts = [duty.starts_at, *sorted(borders), duty.ends_at]
    for begins, ends in itertools.pairwise(cuts):
        yield replace(duty, starts_at=begins, ends_at=ends)


def _touch(change: Change, duty: Duty) -> bool:
    return change.starts_at < duty.ends_at and change.ends_at > duty.starts_at


def _settled(duty: Duty, changes: list[Change], is_active: Callable[[int], bool]) -> Duty:
    own = [each for each in changes if each.concerns(duty.person, duty, duty.starts_at)]

    def is_free(person: int | None) -> bool:
        return person is not None and is_active(person) and not any(each.concerns(person, duty, duty.starts_at) for each in changes)

    substitutes = [each.substitute for each in reversed(own) if each.substitute is not None]
    person = next((each for each in (duty.person, *substitutes, duty.deputy) if is_free(each)), None)
    deputy = duty.deputy if is_free(duty.deputy) and duty.deputy != person else None
    if person == duty.person:
        return replace(duty, deputy=deputy)
    reason = own[-1].reason if own else ""
    return replace(duty, person=person, deputy=deputy, instead_of=duty.person, reason=reason)
