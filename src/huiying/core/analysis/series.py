"""Many series of counts on one clock: what is usual for each now, and how far the newest counts lie from it.

One pass, bounded state, all series of a bank in one vectorised step of five minutes. A series may be a story, a watch, a source or a
channel; its counts are voices (distinct authors, or posts where a source names no authors).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEP_SECONDS = 300
HOUR_STEPS, DAY_STEPS = 12, 288
#: Sums that are followed: 15 minutes see the onset, 6 hours see that it lasts, 1 hour is what people read.
SCALES = (3, 12, 72)
#: A level forgets with this half-life: four days hold a work week's rhythm and let last week's burst go.
LEVEL_DAYS = 4.0
#: Factors of the hour and of the weekday forget with these half-lives, in days and in weeks.
HOUR_DAYS, WEEKDAY_WEEKS = 7.0, 4.0
#: Days (weeks) of history after which half of an observed factor is believed; before, the day is taken as flat.
HOUR_SHRINK, WEEKDAY_SHRINK = 3.0, 3.0
#: A residual moves level and spread by at most so many spreads: a burst must not teach the series that bursts are usual.
WINSOR = 3.5
#: Variance of a log sum before anything was seen, and the least one, so that a silent series does not cry at the first post.
PRIOR_VARIANCE, LEAST_VARIANCE = 0.15, 0.01
#: Hours of history that the prior variance is worth.
PRIOR_HOURS = 6
#: Added to a sum before its logarithm, plus a share a step of it: the difference between 0 and 1 post is not a burst.
PLUS, PLUS_STEP = 1.0, 0.05
_MAGIC = b"HYSERIES"
_VERSION = 1
_HEAD = struct.Struct("<8sIqqI")


@dataclass(frozen=True)
class Pace:
    """How long a step is, and over how many steps sums are followed."""

    scales: tuple[int, ...]
    hour_steps: int

    @property
    def day_steps(self) -> int:
        """Return the steps of a day."""
        return 24 * self.hour_steps

    @property
    def plus(self) -> Floats:
        """Return what is added to the sum of each scale before its logarithm (scales x 1)."""
        return PLUS + PLUS_STEP * (HOUR_STEPS / self.hour_steps) * np.array(self.scales, np.float64)[:, None]

    def weekday(self, step: int) -> int:
        """Return the weekday of a step, 0 Monday (1970-01-01 was a Thursday).

        >>> FIVE_MINUTES.weekday(0), HOURLY.weekday(4 * 24)
        (3, 0)
        """
        return (step // self.day_steps + 3) % 7


FIVE_MINUTES = Pace(SCALES, HOUR_STEPS)
HOURLY = Pace((1,), 1)
_PACES = {pace.hour_steps: pace for pace in (FIVE_MINUTES, HOURLY)}


class BadSeries(ValueError):
    """The bytes are not a bank of series of this version."""


@dataclass(frozen=True)
class Readings:
    """One step of all series of a bank, rows in the order of its keys.

    ``seen`` and ``expected`` are sums of each scale that ended with this step (n series x scales); ``deviation`` is their distance in
    spreads of the logarithm; ``spread`` the standard deviation of the logarithm; ``steps`` the length of history before this step.
    """

    seen: Ints
    expected: Floats
    deviation: Floats
    spread: Floats
    steps: Ints


class Bank:
    """A bank of series. Rows are added when a series is first seen; steps must be taken in order, none left out."""

    def __init__(self, step: int, keys: Ints, pace: Pace = FIVE_MINUTES) -> None:
        self.step_number = step
        self.keys = keys
        self.pace = pace
        n, scales = len(keys), len(pace.scales)
        self.steps = np.zeros(n, np.int64)
        self.ring = np.zeros((max(pace.scales), n), np.int64)
        self.sums = np.zeros((scales, n), np.int64)
        self.level = np.zeros((scales, n))
        self.variance = np.full((scales, n), PRIOR_VARIANCE)
        self.hours = np.zeros((24, scales, n))
        self.weekdays = np.zeros((7, scales, n))

    @classmethod
    def starting(cls, step: int, keys: Ints, pace: Pace = FIVE_MINUTES) -> Bank:
        """Return a bank whose first step will be ``step`` (steps are counted since 1970 UTC)."""
        return cls(step, np.asarray(keys, np.int64), pace)

    def add(self, keys: Ints) -> None:
        """Begin series that were not there before; they know nothing yet."""
        more = Bank.starting(self.step_number, keys, self.pace)
        for name in ("keys", *_ARRAYS):
            setattr(self, name, np.concatenate([getattr(self, name), getattr(more, name)], axis=-1))

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Drop the series that are not marked."""
        for name in ("keys", *_ARRAYS):
            setattr(self, name, np.ascontiguousarray(getattr(self, name)[..., rows]))

    def expected(self, step: int) -> tuple[Floats, Floats]:
        """Return the log sums that are usual at a step, and their offset by hour and weekday (scales x n)."""
        pace = self.pace
        hour, place = divmod(step % pace.day_steps, pace.hour_steps)
        part = place / pace.hour_steps
        days = np.minimum(self.steps / pace.day_steps, 2 * HOUR_DAYS)
        offset = ((1 - part) * self.hours[hour] + part * self.hours[(hour + 1) % 24]) * (days / (days + HOUR_SHRINK))
        weeks = np.minimum(self.steps / (7 * pace.day_steps), 2 * WEEKDAY_WEEKS)
        offset = offset + self.weekdays[pace.weekday(step)] * (weeks / (weeks + WEEKDAY_SHRINK))
        return self.level + offset, offset

    def step(self, counts: Ints) -> Readings:
        """Take the counts of the next five minutes and return how they compare with what was usual before them."""
        number, scales, plus = self.step_number, self.pace.scales, self.pace.plus
        for place, width in enumerate(scales):
            self.sums[place] += counts - self.ring[(number - width) % max(scales)]
        self.ring[number % max(scales)] = counts
        logs = np.log(self.sums + plus)
        usual, offset = self.expected(number)
        whole = self.steps + 2 - np.array(scales)[:, None]
        spread = np.sqrt(self.variance + LEAST_VARIANCE)
        residual = logs - usual
        deviation = np.where(whole > 1, residual / spread, 0.0)
        readings = Readings(
            self.sums.T.copy(), np.maximum(np.exp(usual) - plus, 0.0).T, deviation.T.copy(), spread.T.copy(), self.steps.copy()
        )
        self._learn(number, np.where(whole > 1, np.clip(residual, -WINSOR * spread, WINSOR * spread), residual), offset, whole)
        self.step_number = number + 1
        return readings

    def _learn(self, number: int, residual: Floats, offset: Floats, whole: Ints) -> None:
        """Move what is usual; ``whole`` counts the whole sums of a scale so far, this one included, and below 1 nothing is learnt."""
        self.steps += 1
        day_steps, hour_steps = self.pace.day_steps, self.pace.hour_steps
        least, seen = _forget(LEVEL_DAYS * day_steps), np.maximum(whole, 1)
        self.level += np.where(whole > 0, np.maximum(least, 1.0 / seen), 0.0) * residual
        weight = np.where(whole > 1, np.maximum(least, 1.0 / (seen + PRIOR_HOURS * hour_steps)), 0.0)
        self.variance += weight * (residual * residual - self.variance)
        if number % hour_steps == 0:
            hour, day = number % day_steps // hour_steps, self.pace.weekday(number)
            rest = np.where(whole > 1, residual + offset, 0.0)
            pace = np.where(whole > 1, np.maximum(_forget(HOUR_DAYS), 1.0 / (self.steps / day_steps + 2)), 0.0)
            self.hours[hour] += pace * (rest - self.hours[hour])
            pace = np.where(whole > 1, np.maximum(_forget(WEEKDAY_WEEKS), 1.0 / (self.steps / (7 * day_steps) + 2)) / 24, 0.0)
            self.weekdays[day] += pace * (rest - self.hours[hour] - self.weekdays[day])

    def to_bytes(self) -> bytes:
        """Pack the bank; the same bank gives the same bytes."""
        head = _HEAD.pack(_MAGIC, _VERSION, self.step_number, len(self.keys), self.pace.hour_steps)
        return head + b"".join(np.ascontiguousarray(getattr(self, name)).tobytes() for name in ("keys", *_ARRAYS))

    @classmethod
    def from_bytes(cls, data: bytes) -> Bank:
        """Unpack a bank; raises BadSeries for anything that ``to_bytes`` did not write."""
        if len(data) < _HEAD.size:
            raise BadSeries(f"A bank of series has at least {_HEAD.size} bytes, these are {len(data)}.")
        magic, version, step, n, hour_steps = _HEAD.unpack_from(data)
        if (magic, version) != (_MAGIC, _VERSION) or hour_steps not in _PACES:
            raise BadSeries(f"These bytes are not a bank of series of version {_VERSION}.")
        bank = cls(step, np.zeros(0, np.int64), _PACES[hour_steps])
        shapes = {name: (*getattr(bank, name).shape[:-1], n) for name in ("keys", *_ARRAYS)}
        if n < 0 or len(data) != _HEAD.size + 8 * sum(int(np.prod(shape)) for shape in shapes.values()):
            raise BadSeries(f"A bank of {n} series does not have {len(data)} bytes.")
        place = _HEAD.size
        for name, shape in shapes.items():
            size = int(np.prod(shape))
            setattr(bank, name, np.frombuffer(data, getattr(bank, name).dtype, size, place).reshape(shape).copy())
            place += 8 * size
        return bank


_ARRAYS = ("steps", "ring", "sums", "level", "variance", "hours", "weekdays")


def _forget(half_life: float) -> float:
    return float(1.0 - 0.5 ** (1.0 / half_life))


def usual_hours(counts: Ints, first_hour: int) -> tuple[Floats, Floats]:
    """Return what is usual for each hour of a series by the hours before it, and the spread of its logarithm.

    ``first_hour`` counts since 1970 UTC. The first hour knows nothing and expects nothing.

    >>> usual, _spread = usual_hours(np.array([4, 4, 4, 4]), 0)
    >>> usual.round(2).tolist()
    [0.0, 4.0, 4.0, 4.0]
    """
    bank = Bank.starting(first_hour, np.zeros(1, np.int64), HOURLY)
    readings = [bank.step(counts[place : place + 1]) for place in range(len(counts))]
    return np.array([each.expected[0, 0] for each in readings]), np.array([each.spread[0, 0] for each in readings])
