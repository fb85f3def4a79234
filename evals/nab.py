"""Score alarms on a series the way the Numenta Anomaly Benchmark does, standard profile.

Source: Lavin and Ahmad 2015, "Evaluating Real-time Anomaly Detection Algorithms - the Numenta Anomaly Benchmark", section II:
each labelled window counts once, by its earliest alarm, through a sigmoid of the place in the window; an alarm outside costs
the more the further it lies behind the last window; a missed window costs 1; the first 15 % of the rows (at most 750) count for nothing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, floor
from pathlib import Path

#: Weights of the standard profile: a window found, a window missed, a false alarm.
FOUND, MISSED, FALSE = 1.0, 1.0, 0.11
PROBATION, PROBATION_ROWS = 0.15, 750
#: Window widths behind a window from which a false alarm costs its full weight.
FAR = 3.0

Window = tuple[int, int]


@dataclass(frozen=True)
class Series:
    """A labelled series: counts at times, and the windows as first and last row."""

    name: str
    times: list[datetime]
    values: list[int]
    windows: list[Window]


@dataclass(frozen=True)
class Tally:
    """What alarms earned on one or more series; ``score`` is 100 for perfect and 0 for silence."""

    points: float
    windows: int
    found: int
    false_alarms: int
    days: float

    @property
    def score(self) -> float:
        """Return the normalised score."""
        return 100 * (self.points + MISSED * self.windows) / ((FOUND + MISSED) * self.windows) if self.windows else 0.0

    @property
    def false_per_day(self) -> float:
        """Return false alarms a day of series."""
        return self.false_alarms / self.days if self.days else 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.points + other.points,
            self.windows + other.windows,
            self.found + other.found,
            self.false_alarms + other.false_alarms,
            self.days + other.days,
        )


NOTHING = Tally(0.0, 0, 0, 0, 0.0)


def sigmoid(place: float) -> float:
    """Return the worth of an alarm: -1 is the left edge of a window, 0 its right edge, above 0 behind it.

    >>> round(sigmoid(-1.0), 4), round(sigmoid(-0.5), 4), sigmoid(0.0), round(sigmoid(1.0), 4), sigmoid(3.0)
    (0.9866, 0.8483, 0.0, -0.9866, -1.0)
    """
    return -1.0 if place >= FAR else 2 / (1 + exp(5 * place)) - 1


def probation_of(rows: int) -> int:
    """Return how many first rows do not count.

    >>> probation_of(1000), probation_of(15_900)
    (150, 750)
    """
    return min(floor(PROBATION * rows), PROBATION_ROWS)


def tally(series: Series, alarms: Iterable[int]) -> Tally:
    """Score alarms, given as rows, on one series."""
    rows = len(series.values)
    start = probation_of(rows)
    best = {window: -MISSED for window in series.windows if window[1] >= start}
    points, false_alarms = 0.0, 0
    for row in sorted(set(alarms)):
        if row < start:
            continue
        inside = next((window for window in series.windows if window[0] <= row <= window[1]), None)
        if inside is not None:
            place = -(inside[1] - row + 1) / (inside[1] - inside[0] + 1)
            best[inside] = max(best[inside], FOUND * sigmoid(place) / sigmoid(-1.0))
        else:
            false_alarms += 1
            points += FALSE * sigmoid(_behind(series.windows, row))
    found = sum(1 for worth in best.values() if worth > -MISSED)
    days = (series.times[-1] - series.times[0]).total_seconds() / 86_400 if rows else 0.0
    return Tally(points + sum(best.values()), len(best), found, false_alarms, days)


def _behind(windows: Sequence[Window], row: int) -> float:
    """Return how many window widths a row lies behind the last window before it."""
    before = [window for window in windows if window[1] < row]
    return (row - before[-1][1]) / (before[-1][1] - before[-1][0]) if before else FAR


def read_series(folder: Path) -> list[Series]:
    """Read the series of a folder, ``*.csv`` with timestamp and value, and their ``windows.json``."""
    labels = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    found = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
        places = {at: row for row, at in enumerate(times)}
        limits = [(datetime.fromisoformat(first), datetime.fromisoformat(last)) for first, last in labels.get(file.name, [])]
        windows = [(places[first], places[last]) for first, last in limits]
        found.append(Series(file.stem, times, [int(float(row["value"])) for row in rows], windows))
    return found
