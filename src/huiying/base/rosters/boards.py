"""The roster as a table: roles down, days across, with holidays, gaps and tired people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiying.base.accounts.rules import ROLE_LABELS, Role

from .calendars import holiday_of, is_made_up, is_working, knows_year
from .checks import Fault, RosterFault, fatigue_of, faults_of
from .rotation import Duty
from .selectors import Roster, roster_between

HOLIDAY_LABELS = {
    "New Year's Day": gettext_lazy("New Year's Day"),
    "Spring Festival": gettext_lazy("Spring Festival"),
    "Tomb-sweeping Day": gettext_lazy("Tomb-sweeping Day"),
    "Labour Day": gettext_lazy("Labour Day"),
    "Dragon Boat Festival": gettext_lazy("Dragon Boat Festival"),
    "National Day": gettext_lazy("National Day"),
    "Mid-autumn Festival": gettext_lazy("Mid-autumn Festival"),
}
FAULT_LABELS: dict[Fault, str | Promise] = {
    Fault.GAP: gettext_lazy("nobody is on"),
    Fault.NOBODY: gettext_lazy("whoever was planned is away, and nobody stands in"),
    Fault.TWICE: gettext_lazy("the same person twice"),
    Fault.LONG: gettext_lazy("on without a break for longer than allowed"),
}


@dataclass(frozen=True)
class DutyLine:
    """A duty in words."""

    duty: Duty
    name: str
    deputy: str
    instead: str
    begins: str
    ends: str


@dataclass(frozen=True)
class FaultLine:
    """A fault in words."""

    kind: str
    role: str | Promise
    text: str | Promise
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass
class Cell:
    """One role's day."""

    day: date
    lines: list[DutyLine] = field(default_factory=list)
    gaps: list[FaultLine] = field(default_factory=list)


@dataclass(frozen=True)
class DayHead:
    """A day with what makes it special."""

    day: date
    is_off: bool
    note: str
    is_today: bool


@dataclass(frozen=True)
class RoleRow:
    """One role's line of the table."""

    role: str
    label: str | Promise
    cells: list[Cell]


@dataclass(frozen=True)
class Board:
    """A span of the roster, ready to be shown."""

    days: list[DayHead]
    rows: list[RoleRow]
    faults: list[FaultLine]
    fatigue: list[tuple[str, float, float, bool]]
    unknown_years: list[int]

    @property
    def by_day(self) -> list[tuple[DayHead, list[Cell]]]:
        """The same table with days down: each with the cells of all roles."""
        return [(head, [row.cells[place] for row in self.rows]) for place, head in enumerate(self.days)]


def week_board(days: list[date]) -> Board:
    """Return the roster of whole days."""
    start, end = span_of(days)
    return board_of(days, roster_between(start, end))


def span_of(days: list[date]) -> tuple[datetime, datetime]:
    """Return the instants between which days lie, in the installation's zone."""
    return _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def board_of(days: list[date], roster: Roster) -> Board:
    """Return a roster as a table of these days."""
    start, end = span_of(days)
    faults = [fault_line(each, roster.names) for each in faults_of(roster.duties, roster.gapless, start, end)]
    roles = {duty.role for duty in roster.duties} | set(roster.gapless)
    rows = [RoleRow(role.value, ROLE_LABELS[role], _cells(days, role, roster, faults)) for role in Role if role.value in roles]
    fatigue = [(roster.names[each.person], each.day_hours, each.week_hours, each.is_high) for each in fatigue_of(roster.duties)]
    unknown = sorted({day.year for day in days if not knows_year(day.year)})
    return Board([day_head(day) for day in days], rows, faults, fatigue, unknown)


def _cells(days: list[date], role: Role, roster: Roster, faults: Iterable[FaultLine]) -> list[Cell]:
    cells = {day: Cell(day) for day in days}
    for duty in roster.duties:
        if duty.role == role and duty.person is not None:
            for day in _days_of(duty.starts_at, duty.ends_at, cells):
                cells[day].lines.append(_line(duty, day, roster.names))
    for fault in faults:
        if fault.role == ROLE_LABELS[role] and fault.kind in (Fault.GAP, Fault.NOBODY):
            for day in _days_of(fault.starts_at, fault.ends_at, cells):
                cells[day].gaps.append(fault)
    return list(cells.values())


def _days_of(starts_at: datetime, ends_at: datetime, known: Iterable[date]) -> list[date]:
    """Return the days a span touches; one that ends at midnight does not touch the day that begins then."""
    first = timezone.localtime(starts_at).date()
    last = timezone.localtime(ends_at - timedelta(microseconds=1)).date()
    return [day for day in known if first <= day <= last]


def _line(duty: Duty, day: date, names: dict[int, str]) -> DutyLine:
    """Return a duty in words, with the hours that fall on the day: one that runs on from the day before has no beginning in it."""
    begin, end = timezone.localtime(duty.starts_at), timezone.localtime(duty.ends_at)
    begins = f"{begin:%H:%M}" if begin.date() == day else ""
    ends = f"{end:%H:%M}" if _days_of(duty.starts_at, duty.ends_at, [day + timedelta(days=1)]) == [] else ""
    name, deputy, instead = (names.get(each, "") if each is not None else "" for each in (duty.person, duty.deputy, duty.instead_of))
    return DutyLine(duty, name, deputy, instead, begins, ends)


def fault_line(fault: RosterFault, names: dict[int, str]) -> FaultLine:
    """Return a fault in words."""
    name = names.get(fault.person, "") if fault.person is not None else ""
    return FaultLine(fault.kind, ROLE_LABELS[Role(fault.role)], FAULT_LABELS[fault.kind], name, fault.starts_at, fault.ends_at)


def day_head(day: date) -> DayHead:
    """Return a day with its holiday, or that it is worked in exchange for one."""
    name = holiday_of(day)
    note = str(HOLIDAY_LABELS.get(name, name)) if name and not is_working(day) else ""
    if is_made_up(day):
        note = _("worked for a holiday")
    return DayHead(day, not is_working(day), note, day == timezone.localdate())
