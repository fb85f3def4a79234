"""The picture of a source's volume: what came, over the band of what was to be expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from huiying.base.ui.charts import HEIGHT, WIDTH, Chart, draw


class Hour(Protocol):
    """What the picture needs to know of an hour."""

    @property
    def start(self) -> datetime: ...

    @property
    def stored(self) -> int: ...

    @property
    def low(self) -> int | None: ...

    @property
    def high(self) -> int | None: ...


@dataclass(frozen=True)
class Picture:
    """Paths in the coordinates of the charts; ``band`` is empty while nothing can be expected yet."""

    seen: str
    band: str
    grid: list[tuple[float, str]]
    hours: list[tuple[float, str, str]]
    width: int = WIDTH
    height: int = HEIGHT


def volume_picture(rows: Sequence[Hour]) -> Picture | None:
    """Lay out what came by the hour; None when nothing ever did."""
    seen = [(row.start, float(row.stored)) for row in rows]
    high = [(row.start, float(row.high)) for row in rows if row.high is not None]
    low = [(row.start, float(row.low)) for row in rows if row.low is not None]
    if not any(value for _at, value in seen) and not high:
        return None
    upper = draw(Chart("", "", seen, expected=high))
    lower = draw(Chart("", "", low, expected=[*high, *seen])) if len(low) == len(rows) else None
    if upper is None:
        return None
    band = f"{upper.expected} L{_backwards(lower.path)}Z" if lower else ""
    return Picture(upper.path, band, upper.grid, upper.hours)


def _backwards(path: str) -> str:
    points = path.replace("M", "").split(" L")
    return " L".join(reversed(points))
