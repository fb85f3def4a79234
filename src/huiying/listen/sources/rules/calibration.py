"""How well we hear, from a judged sample: shares with their intervals, held against a standard (pure)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from huiying.core.analysis.evidence import wilson

#: Fewest judged items a share may rest on: at 20 the interval is about 40 points wide, below it says nothing.
EVIDENCE_FLOOR = 20
#: Parts of a week that a sample takes the same number of posts from, by their order of coming in.
STRATA = 5
#: The standard until somebody sets another one (shares), and the posts a source and week.
PRECISION, ACCURACY, RECALL, SAMPLE = 0.6, 0.95, 0.8, 10


class Verdict(StrEnum):
    """What a share says about its standard."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True)
class Share:
    """``k`` of ``n``, with the 95 % interval of Wilson; nothing is said below the evidence floor."""

    k: int
    n: int

    @property
    def _bounds(self) -> tuple[float, float]:
        return wilson(self.k / self.n if self.n else 0.0, self.n)

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough items to say anything."""
        return self.n >= EVIDENCE_FLOOR

    @property
    def percent(self) -> float | None:
        """Return the share in per cent, or None below the floor."""
        return round(100 * self.k / self.n, 1) if self.is_enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the interval in per cent, or None below the floor."""
        low, high = self._bounds
        return (round(100 * low, 1), round(100 * high, 1)) if self.is_enough else None

    def verdict(self, standard: float) -> Verdict:
        """Return whether the standard is met or missed for certain (95 %), or still open."""
        if not self.is_enough:
            return Verdict.INSUFFICIENT
        low, high = self._bounds
        return Verdict.MET if low >= standard else Verdict.MISSED if high < standard else Verdict.OPEN

    def __add__(self, other: Share) -> Share:
        """Return both samples as one."""
        return Share(self.k + other.k, self.n + other.n)


def f1(precision: Share, recall: Share) -> float | None:
    """Return the harmonic mean of precision and recall in per cent, or None when either is unknown."""
    if precision.percent is None or recall.percent is None or precision.k == 0 or recall.k == 0:
        return None
    return round(2 * precision.percent * recall.percent / (precision.percent + recall.percent), 1)


def stratified(seqs: Sequence[int], count: int, rng: random.Random) -> list[tuple[int, int]]:
    """Return ``(stratum, number)`` of a random sample that takes equally from each part of the sequence.

    >>> [stratum for stratum, _seq in stratified(range(100), 10, random.Random(1))]
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    """
    sample: list[tuple[int, int]] = []
    for stratum in range(STRATA):
        part = seqs[len(seqs) * stratum // STRATA : len(seqs) * (stratum + 1) // STRATA]
        wanted = count * (stratum + 1) // STRATA - count * stratum // STRATA
        sample += [(stratum, seq) for seq in sorted(rng.sample(part, min(wanted, len(part))))]
    return sample


def week_of(day: date) -> date:
    """Return the Monday of a day's week.

    >>> week_of(date(2026, 11, 26))
    datetime.date(2026, 11, 23)
    """
    return day - timedelta(days=day.weekday())
