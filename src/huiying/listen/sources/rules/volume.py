"""How much a source is expected to bring, and when what it brings is not believable (pure).

The mean of an hour follows its weekday and hour of day, drawn towards the hour of day and the
overall mean where the history is short; the spread is that of a negative binomial with the
variance ``spread x mean`` seen in the history, because people talk in bursts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import exp, inf, log, sqrt
from statistics import NormalDist

#: History looked at: eight weeks hold every hour of the week eight times.
HISTORY = timedelta(days=56)
#: Below this the history says nothing: hours in which the source answered, and items in them.
LEAST_HOURS, LEAST_ITEMS = 7 * 24, 50
#: Chance of a false alarm per judgement: 500 sources judged each hour give about one a month.
TAIL = 1e-6
#: Hours judged together for "low" and "high": one burst or one lull is no fault of the source.
WINDOW_HOURS = 6
#: The shown band leaves out one hour in a hundred on each side.
SHOWN_TAIL = 0.01
#: Weight of the wider mean, in hours of observation.
PRIOR_HOURS = 2.0
#: The largest spread believed: beyond, a source has no expectable volume.
MOST_SPREAD = 60.0
#: Means above this are far enough from nought for the normal curve.
_NORMAL_FROM = 300.0

Hour = tuple[datetime, int]


@dataclass(frozen=True)
class Band:
    """What to expect of a span: items."""

    low: int
    mean: float
    high: int


@dataclass(frozen=True)
class Baseline:
    """The expected items of each hour of the week, and how widely they spread."""

    means: Mapping[tuple[int, int], float]
    spread: float
    zone: tzinfo

    def mean(self, start: datetime) -> float:
        """Return the expected items of the hour that begins then."""
        local = start.astimezone(self.zone)
        return self.means[local.weekday(), local.hour]

    def band(self, starts: Iterable[datetime], tail: float = TAIL) -> Band:
        """Return the bounds for the sum of some hours."""
        return bounds(sum(self.mean(start) for start in starts), self.spread, tail)


@dataclass(frozen=True)
class Doubt:
    """Why a volume is not believable: its code, what came, what was expected, since when."""

    code: str
    seen: int
    band: Band
    since: datetime


def baseline_of(history: Sequence[Hour], zone: tzinfo) -> Baseline | None:
    """Return what the hours of a source's history teach, or None below the evidence floor."""
    if len(history) < LEAST_HOURS or sum(count for _start, count in history) < LEAST_ITEMS:
        return None
    overall = sum(count for _start, count in history) / len(history)
    by_hour: dict[int, list[int]] = {hour: [] for hour in range(24)}
    by_slot: dict[tuple[int, int], list[int]] = {(day, hour): [] for day in range(7) for hour in range(24)}
    for start, count in history:
        local = start.astimezone(zone)
        by_hour[local.hour].append(count)
        by_slot[local.weekday(), local.hour].append(count)
    hours = {hour: _drawn(counts, overall) for hour, counts in by_hour.items()}
    means = {slot: _drawn(counts, hours[slot[1]]) for slot, counts in by_slot.items()}
    errors = sum((count - mean) ** 2 / max(mean, 1e-9) for slot, mean in means.items() for count in by_slot[slot])
    return Baseline(means, min(max(errors / len(history), 1.0), MOST_SPREAD), zone)


def _drawn(counts: Sequence[int], towards: float) -> float:
    return (sum(counts) + PRIOR_HOURS * towards) / (len(counts) + PRIOR_HOURS)


def bounds(mean: float, spread: float, tail: float) -> Band:
    """Return the counts that a negative binomial leaves with the probability ``tail`` on each side.

    >>> bounds(10.0, 1.0, 0.01)
    Band(low=3, mean=10.0, high=18)
    >>> bounds(0.0, 1.0, 0.01).high
    0
    """
    if mean > _NORMAL_FROM:
        reach = NormalDist().inv_cdf(1 - tail) * sqrt(spread * mean)
        return Band(max(int(mean - reach), 0), mean, int(mean + reach) + 1)
    low, high, reached, chance = -1, 0, 0.0, exp(log_of_nothing(mean, spread))
    ratio = 1 - 1 / spread
    size = mean / (spread - 1) if spread > 1 + 1e-9 else inf
    count = 0
    while True:
        reached += chance
        if low < 0 and reached > tail:
            low = count
        if reached >= 1 - tail or (count > mean and chance < tail * 1e-6):
            high = count
            break
        count += 1
        chance *= mean / count if size == inf else (size + count - 1) / count * ratio
    return Band(low, mean, high)


def log_of_nothing(mean: float, spread: float) -> float:
    """Return the logarithm of the chance that nothing comes where ``mean`` items are expected.

    >>> log_of_nothing(3.0, 1.0)
    -3.0
    """
    if spread <= 1 + 1e-9:
        return -mean
    return -mean / (spread - 1) * log(spread)


def doubts(baseline: Baseline, hours: Mapping[datetime, int], *, last_item_at: datetime | None, now: datetime) -> list[Doubt]:
    """Return what is not believable about the complete hours before ``now``.

    ``hours`` holds the items of each recent hour in which the source answered; an hour without an
    answer proves nothing and ends the look back.
    """
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    run: list[datetime] = []
    while (start := this_hour - timedelta(hours=len(run) + 1)) in hours:
        run.append(start)
    quiet = [start for start in run if last_item_at is None or start >= last_item_at]
    expected = sum(baseline.mean(start) for start in quiet)
    if quiet and log_of_nothing(expected, baseline.spread) < log(TAIL):
        return [Doubt("silent", 0, baseline.band(quiet), quiet[-1])]
    if len(run) < WINDOW_HOURS:
        return []
    window = run[:WINDOW_HOURS]
    seen, band = sum(hours[start] for start in window), baseline.band(window)
    if seen < band.low:
        return [Doubt("low", seen, band, window[-1])]
    return [Doubt("high", seen, band, window[-1])] if seen > band.high else []
