"""What is wrong with a roster: twice the same person, nobody left, too long, gaps, tired people (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from .rotation import Duty
from .rules import LONGEST_SHIFT_HOURS

Stretch = tuple[datetime, datetime]
DAY, WEEK = timedelta(hours=24), timedelta(days=7)
#: hours in any 24; eleven hours of rest a day are the least of Directive 2003/88/EC Art. 3, and one hour to hand over.
FATIGUE_DAY_HOURS = 12
#: hours in any 7 days; Directive 2003/88/EC Art. 6, close to the 44 and overtime of 劳动法 Art. 36 and 41.
FATIGUE_WEEK_HOURS = 48


class Fault(StrEnum):
    """A kind of hole or overload."""

    GAP = "gap"
    NOBODY = "nobody"
    TWICE = "twice"
    LONG = "long"


@dataclass(frozen=True)
class RosterFault:
    """One thing wrong with the roster, where and about whom."""

    kind: Fault
    role: str
    starts_at: datetime
    ends_at: datetime
    person: int | None = None


@dataclass(frozen=True)
class Fatigue:
    """The most hours a person is on within any 24 hours and within any 7 days of a span."""

    person: int
    day_hours: float
    week_hours: float

    @property
    def is_high(self) -> bool:
        """Whether either is above its limit."""
        return self.day_hours > FATIGUE_DAY_HOURS or self.week_hours > FATIGUE_WEEK_HOURS


def faults_of(duties: Sequence[Duty], gapless: Mapping[str, datetime], start: datetime, end: datetime) -> list[RosterFault]:
    """Return what is wrong between two moments; ``gapless`` are the roles in which somebody must always be on, and since when."""
    found = [*_gaps(duties, gapless, start, end), *_nobody(duties, gapless), *_twice(duties), *_long(duties)]
    return sorted(found, key=lambda each: (each.starts_at, each.role, each.kind))


def gaps_of(spans: Iterable[Stretch], start: datetime, end: datetime) -> list[Stretch]:
    """Return the stretches of a span that none of the others covers."""
    gaps, covered = [], start
    for begins, ends in sorted(spans):
        if begins > covered:
            gaps.append((covered, min(begins, end)))
        covered = max(covered, ends)
        if covered >= end:
            break
    return [*gaps, (covered, end)] if covered < end else gaps


def _gaps(duties: Sequence[Duty], gapless: Mapping[str, datetime], start: datetime, end: datetime) -> list[RosterFault]:
    found = []
    for role, since in gapless.items():
        spans = [(duty.starts_at, duty.ends_at) for duty in duties if duty.role == role and duty.person is not None]
        found += [RosterFault(Fault.GAP, role, begins, ends) for begins, ends in gaps_of(spans, max(start, since), end)]
    return found


def _nobody(duties: Sequence[Duty], gapless: Mapping[str, datetime]) -> list[RosterFault]:
    """Return the planned shifts that nobody is left to do, where they are not gaps already."""
    return [
        RosterFault(Fault.NOBODY, duty.role, duty.starts_at, duty.ends_at, duty.instead_of)
        for duty in duties
        if duty.person is None and duty.role not in gapless
    ]


def _twice(duties: Sequence[Duty]) -> list[RosterFault]:
    """Return where one person is on twice in one role, so that one of the two is missing."""
    found = []
    for (role, person), own in _grouped(duties).items():
        for first, second in pairwise(sorted(own, key=lambda duty: duty.starts_at)):
            if second.starts_at < first.ends_at:
                found.append(RosterFault(Fault.TWICE, role, second.starts_at, min(first.ends_at, second.ends_at), person))
    return found


def _long(duties: Sequence[Duty]) -> list[RosterFault]:
    """Return the unbroken spans on duty that are longer than a person may be on; stand-by at home does not count."""
    found = []
    for (role, person), own in _grouped([duty for duty in duties if not duty.is_standby]).items():
        for begins, ends in joined((duty.starts_at, duty.ends_at) for duty in own):
            if ends - begins > timedelta(hours=LONGEST_SHIFT_HOURS):
                found.append(RosterFault(Fault.LONG, role, begins, ends, person))
    return found


def _grouped(duties: Iterable[Duty]) -> dict[tuple[str, int], list[Duty]]:
    grouped: dict[tuple[str, int], list[Duty]] = defaultdict(list)
    for duty in duties:
        if duty.person is not None:
            grouped[duty.role, duty.person].append(duty)
    return grouped


def joined(spans: Iterable[Stretch]) -> list[Stretch]:
    """Return spans with those that touch or overlap made one."""
    result: list[Stretch] = []
    for begins, ends in sorted(spans):
        if result and begins <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], ends))
        else:
            result.append((begins, ends))
    return result


def fatigue_of(duties: Iterable[Duty]) -> list[Fatigue]:
    """Return each person's most loaded 24 hours and 7 days; two roles at once count once, stand-by at home not at all."""
    spans: dict[int, list[Stretch]] = defaultdict(list)
    for duty in duties:
        if duty.person is not None and not duty.is_standby:
            spans[duty.person].append((duty.starts_at, duty.ends_at))
    found = [Fatigue(person, most_hours(joined(own), DAY), most_hours(joined(own), WEEK)) for person, own in spans.items()]
    return sorted(found, key=lambda each: (-each.week_hours, -each.day_hours, each.person))


def most_hours(spans: Sequence[Stretch], window: timedelta) -> float:
    """Return the most hours of the spans that lie within any window; it is fullest where it begins or ends with a span."""
    begins = [start for start, _end in spans] + [end - window for _start, end in spans]
    full = (sum((max(min(end, at + window) - max(start, at), timedelta(0)) for start, end in spans), timedelta(0)) for at in begins)
    return max(full, default=timedelta(0)) / timedelta(hours=1)
