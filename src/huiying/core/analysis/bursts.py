"""Bursts: a series says so much more than usual that somebody should look; told once, not every five minutes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from math import expm1, lgamma, log, log1p

import numpy as np
import numpy.typing as npt

from .series import DAY_STEPS, SCALES, BadSeries, Bank, Floats, Ints, Readings

#: Scales whose deviations are averaged: an onset in 15 minutes that the last 6 hours confirm. Measured, docs/explanation/bursts.md.
SCORED = (0, 2)
#: Mean deviation, in spreads, from which it is a burst: within the plateau (2.7 to 2.9) on six series, leave one out (evals/bursts.py).
ALARM_AT = 2.75
#: After an alarm the same series is silent for a day: a burst that goes on is the same burst.
HOLD_STEPS = DAY_STEPS
#: Below a day of history nothing is usual yet, and fewer voices in an hour are no matter of public concern.
LEAST_STEPS, LEAST_VOICES = DAY_STEPS, 5
#: -log10 of the chance of so many voices by over-dispersed chance; 1 in 100 is asked beside the score, so that tiny counts need more.
LEAST_SURPRISE = 2.0
#: Terms of the tail after which the rest no longer shows in the logarithm.
_TAIL_TERMS, _TAIL_ENOUGH = 10_000, 1e-12
_NEVER = -(1 << 40)
_HEAD = struct.Struct("<dqI")


@dataclass(frozen=True)
class Burst:
    """An alarm of one series at one step; ``seen`` and ``expected`` are voices in the scored span that surprises most."""

    key: int
    step: int
    score: float
    seen: int
    expected: float
    hours: float
    surprise: float


class Detector:
    """Follows a bank of series and tells their bursts. Rows of the bank are added and dropped through it."""

    def __init__(self, bank: Bank, alarm_at: float = ALARM_AT, hold_steps: int = HOLD_STEPS) -> None:
        self.bank = bank
        self.alarm_at = alarm_at
        self.hold_steps = hold_steps
        self.told = np.full(len(bank.keys), _NEVER, np.int64)

    def add(self, keys: Ints) -> None:
        """Begin series that were not there before."""
        self.bank.add(keys)
        self.told = np.concatenate([self.told, np.full(len(keys), _NEVER, np.int64)])

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Drop the series that are not marked."""
        self.bank.keep(rows)
        self.told = self.told[rows]

    def step(self, voices: Ints) -> tuple[Readings, list[Burst]]:
        """Take five minutes of all series; return what was expected and the bursts that begin now."""
        number = self.bank.step_number
        readings = self.bank.step(voices)
        scores = scores_of(readings)
        is_loud = (scores >= self.alarm_at) & (readings.steps >= LEAST_STEPS) & (number - self.told >= self.hold_steps)
        bursts = []
        for row in np.flatnonzero(is_loud).tolist():
            burst = _burst(readings, row, int(self.bank.keys[row]), number, float(scores[row]))
            if burst.seen >= LEAST_VOICES and burst.surprise >= LEAST_SURPRISE:
                self.told[row] = number
                bursts.append(burst)
        return readings, bursts

    def to_bytes(self) -> bytes:
        """Pack the detector; the same one gives the same bytes."""
        return _HEAD.pack(self.alarm_at, self.hold_steps, len(self.told)) + self.told.tobytes() + self.bank.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Detector:
        """Unpack a detector; raises BadSeries."""
        if len(data) < _HEAD.size:
            raise BadSeries(f"A detector has at least {_HEAD.size} bytes, these are {len(data)}.")
        alarm_at, hold_steps, n = _HEAD.unpack_from(data)
        end = _HEAD.size + 8 * n
        found = cls(Bank.from_bytes(data[end:]), alarm_at, hold_steps)
        if len(found.bank.keys) != n:
            raise BadSeries(f"A detector of {n} series holds a bank of {len(found.bank.keys)}.")
        found.told = np.frombuffer(data, np.int64, n, _HEAD.size).copy()
        return found


def held(bursts: Iterable[Burst], alarm_at: float, hold_steps: int = HOLD_STEPS) -> list[Burst]:
    """Return what a detector with this threshold and hold would have told of one series, from all its loud steps in order."""
    found: list[Burst] = []
    for burst in bursts:
        if burst.score >= alarm_at and (not found or burst.step - found[-1].step >= hold_steps):
            found.append(burst)
    return found


def scores_of(readings: Readings) -> Floats:
    """Return the mean deviation of the scored scales, one a series."""
    first, last = SCORED
    return (readings.deviation[:, first] + readings.deviation[:, last]) / 2


def voices_of(posts: int, authors: int | None) -> int:
    """Return what a series counts: distinct authors where they are known, else posts; a farm of copies has few voices.

    >>> voices_of(900, 3), voices_of(40, None)
    (3, 40)
    """
    return posts if authors is None else min(posts, authors)


def _burst(readings: Readings, row: int, key: int, step: int, score: float) -> Burst:
    def of(scale: int) -> Burst:
        seen, expected = int(readings.seen[row, scale]), float(readings.expected[row, scale])
        surprise = surprise_of(seen, expected, float(readings.spread[row, scale]))
        return Burst(key, step, score, seen, expected, SCALES[scale] / 12, surprise)

    return max(map(of, SCORED), key=lambda burst: (burst.surprise, -burst.hours))


def surprise_of(seen: int, expected: float, spread: float) -> float:
    """Return -log10 of the chance of so many or more; ``spread`` is the standard deviation of the log count.

    The count is negative binomial with the expected mean; its dispersion is what the log spread says beyond Poisson noise.

    >>> surprise_of(3, 4.0, 0.5)
    0.0
    >>> surprise_of(40, 4.0, 0.2) > surprise_of(40, 4.0, 0.8) > 2
    True
    """
    mean = max(expected, 0.1)
    beyond = max(expm1(min(spread * spread, 5.0)) - 1.0 / mean, 1e-6)
    return max(-log_tail(seen, mean, 1.0 / beyond) / log(10), 0.0) if seen > mean else 0.0


def log_tail(k: int, mean: float, size: float) -> float:
    """Return the natural logarithm of P(X >= k), X negative binomial: variance = mean + mean^2 / size.

    The first term by log-gamma, the rest by the ratio of neighbours; cost grows with the spread behind k, at most 10,000 terms.

    >>> round(log_tail(0, 3.0, 2.0), 9) == 0.0, round(log_tail(1, 3.0, 2.0), 9) == round(log(1 - (2 / 5) ** 2), 9)
    (True, True)
    """
    chance = mean / (mean + size)
    first = lgamma(k + size) - lgamma(size) - lgamma(k + 1.0) + size * log1p(-chance) + k * log(chance)
    total = term = 1.0
    for j in range(k, k + _TAIL_TERMS):
        term *= (j + size) / (j + 1.0) * chance
        total += term
        if term < _TAIL_ENOUGH * total:
            break
    return min(first + log(total), 0.0)
