"""Line charts drawn on the server as SVG, each with its table.

One renderer serves the page, the print-out and the report, needs no script, and the numbers stay
readable without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 200, 44, 12, 14, 24
TICKS = 4


@dataclass(frozen=True)
class Chart:
    """A series over time: ``points`` in ``unit``, the expected level beside it, marks of what was done."""

    title: str
    unit: str
    points: Sequence[tuple[datetime, float]]
    note: str = ""
    marks: Sequence[tuple[datetime, str]] = ()
    expected: Sequence[tuple[datetime, float]] | None = None


@dataclass(frozen=True)
class Mark:
    """A vertical line with its words, ``anchor`` keeping them inside the picture."""

    x: float
    y: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """Coordinates in a 720 x 200 picture."""

    path: str
    area: str
    expected: str
    grid: list[tuple[float, str]]
    hours: list[tuple[float, str, str]]
    marks: list[Mark] = field(default_factory=list)


def top_of(value: float) -> float:
    """Return a round axis top at or above the value, never below 4 so that small counts keep whole ticks.

    >>> [top_of(3), top_of(37), top_of(412)]
    [4, 40, 800]
    """
    step = 1.0
    while True:
        for factor in (1, 2, 3, 5):
            if step * factor * TICKS >= max(value, 1):
                return int(step * factor * TICKS)
        step *= 10


def draw(chart: Chart) -> Drawing | None:
    """Lay the chart out; None when there is nothing to draw."""
    if not chart.points:
        return None
    times = [at for at, _value in chart.points]
    first, last = min(times), max(times)
    if first == last:
        last = first + timedelta(minutes=5)
    span = (last - first).total_seconds()
    expected = chart.expected or ()
    highest = max([value for _at, value in (*chart.points, *expected)])
    top = 100.0 if chart.unit == "%" and highest <= 100 else top_of(highest)

    def x_of(at: datetime) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max((at - first).total_seconds() / span, 0.0), 1.0), 1)

    def y_of(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)

    def line(points: Sequence[tuple[datetime, float]]) -> str:
        return " ".join(f"{'L' if index else 'M'}{x_of(at)} {y_of(value)}" for index, (at, value) in enumerate(points))

    path = line(chart.points)
    floor = HEIGHT - BOTTOM
    area = f"{path} L{x_of(chart.points[-1][0])} {floor} L{x_of(chart.points[0][0])} {floor}Z"
    grid = [(y_of(top * step / TICKS), f"{top * step // TICKS:g}") for step in range(TICKS + 1)]
    return Drawing(path, area, line(expected), grid, _hours(first, last, x_of), _marks(chart, first, last, x_of))


def _hours(first: datetime, last: datetime, x_of: Callable[[datetime], float]) -> list[tuple[float, str, str]]:
    span = last - first
    pattern = "%m-%d" if span > timedelta(days=14) else "%m-%d %H:%M" if span > timedelta(hours=24) else "%H:%M"
    count = 4
    hours = []
    for step in range(count + 1):
        at = first + (last - first) * step / count
        anchor = "start" if step == 0 else "end" if step == count else "middle"
        hours.append((x_of(at), timezone.localtime(at).strftime(pattern), anchor))
    return hours


def _marks(chart: Chart, first: datetime, last: datetime, x_of: Callable[[datetime], float]) -> list[Mark]:
    marks: list[Mark] = []
    for at, label in sorted(chart.marks):
        if first <= at <= last + timedelta(minutes=30):
            x = x_of(at)
            marks.append(Mark(x, TOP + 10 + 13 * (len(marks) % 5), label, "end" if x > WIDTH * 0.7 else "start"))
    return marks


def spark(values: Sequence[float], width: int = 132, height: int = 34) -> str:
    """Return the path of a sparkline.

    >>> spark([0, 2], 10, 10)
    'M0.0 8.0 L10.0 2.0'
    """
    if len(values) < 2:
        return ""
    top = max(max(values), 1)
    step = width / (len(values) - 1)
    points = [(round(index * step, 1), round(height - 2 - (height - 4) * value / top, 1)) for index, value in enumerate(values)]
    return " ".join(f"{'L' if index else 'M'}{x} {y}" for index, (x, y) in enumerate(points))
