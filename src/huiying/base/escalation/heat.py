"""The preflight as a heat table and as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from .models import Preflight
from .reach import HOUR, Status

STATUS_LABELS: dict[Status, str | Promise] = {
    Status.OK: pgettext_lazy("preflight", "reached"),
    Status.QUIET: pgettext_lazy("preflight", "quiet hours"),
    Status.BROKEN: pgettext_lazy("preflight", "nobody"),
}
#: A letter besides the colour, so that the table can be read without it.
STATUS_MARKS = {Status.OK: "✓", Status.QUIET: "z", Status.BROKEN: "✕"}
STATUS_TONES = {Status.OK: "ok", Status.QUIET: "plain", Status.BROKEN: "red"}


@dataclass(frozen=True)
class HeatCell:
    """One level at one hour."""

    at: datetime
    tone: str
    mark: str
    label: str | Promise
    person: str
    minutes: int


@dataclass(frozen=True)
class HeatRow:
    """One level on one day; ``before`` are the hours of the day that are not looked at."""

    day: date
    level: str
    before: list[int]
    cells: list[HeatCell]


@dataclass(frozen=True)
class Stretch:
    """Hours of a level that look alike, for readers of the text."""

    level: str
    starts_at: datetime
    ends_at: datetime
    label: str | Promise
    tone: str
    person: str


def _cells(found: Preflight, level: str) -> list[HeatCell]:
    cells = []
    for number, (kind, person, minutes) in enumerate(found.cells[level]):
        status = Status(kind)
        at = found.from_at + number * HOUR
        cells.append(HeatCell(at, STATUS_TONES[status], STATUS_MARKS[status], STATUS_LABELS[status], person, minutes))
    return cells


def heat_rows(found: Preflight) -> list[HeatRow]:
    """Return a row for every day and level, days first."""
    rows = []
    for order, level in enumerate(found.cells):
        for day, group in groupby(_cells(found, level), key=lambda cell: timezone.localtime(cell.at).date()):
            cells = list(group)
            rows.append((day, order, HeatRow(day, level, list(range(timezone.localtime(cells[0].at).hour)), cells)))
    return [row for _day, _order, row in sorted(rows, key=lambda each: each[:2])]


def stretches(found: Preflight) -> list[Stretch]:
    """Return the same as text: for each level the stretches of hours with the same answer."""
    texts = []
    for level in found.cells:
        for (label, tone, person), group in groupby(_cells(found, level), key=lambda cell: (str(cell.label), cell.tone, cell.person)):
            hours = list(group)
            texts.append(Stretch(level, hours[0].at, hours[-1].at + timedelta(hours=1), label, tone, person))
    return texts
