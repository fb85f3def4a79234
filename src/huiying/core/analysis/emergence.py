"""Emergence: the chance that a topic of a hot list gets large, from its first two hours on the list; and that a story is growing.

A logistic model on bent lines of heat, rank, movement and hour; trained by evals/train/emergence.py, never on what a person did.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import erfc, exp, lgamma, log, sqrt

import numpy as np
import numpy.typing as npt

from .evidence import Evidence, Gap, Insufficient

Floats = npt.NDArray[np.float64]

#: Hours of a topic that are read; what comes later is what the model foretells.
EARLY_HOURS = 2
#: New voices in the two spans together below which nothing is said about growth, and above which a bell curve is near enough.
VOICES_LEAST, VOICES_EXACT = 8, 1000
_HOUR_US = 3_600_000_000
#: Where the lines bend: heat (natural logarithm), rank (logarithm of rank + 1), movement of the heat (difference of logarithms).
_HEAT_BENDS = np.log([1e5, 2e5, 3e5, 5e5, 7e5, 9e5, 1.2e6, 1.8e6])
_RANK_BENDS = np.log([2.0, 3.0, 4.0, 6.0, 11.0])
_MOVE_BENDS = np.array([-0.5, -0.2, 0.0, 0.2, 0.5, 1.0])
_MOVE_LEAST, _MOVE_MOST = -2.0, 3.0


@dataclass(frozen=True)
class Sight:
    """A topic on a hot list in one hour (hours since 1970 UTC): rank 1 is the top, heat as the platform gives it."""

    hour: int
    rank: int
    heat: float


@dataclass(frozen=True)
class Emergence:
    """``later``: the chance that it is large in a later hour; ``peak``: that it ever is, 1 when it is already."""

    later: float
    peak: float
    evidence: Evidence


@dataclass(frozen=True)
class Model:
    """Weights of the standardised features, from a file; ``large`` is the heat from which a topic is large."""

    version: str
    large: float
    utc_offset: int
    means: Floats
    scales: Floats
    weights: Floats
    bias: float

    def chances(self, features: Floats) -> Floats:
        """Return the chance of each row of features."""
        return np.asarray(1 / (1 + np.exp(-((features - self.means) / self.scales @ self.weights + self.bias))), np.float64)


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that comes with the program."""
    return read_model((files("huiying.core.analysis") / "models" / "emergence.json").read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """Read a model; raises ValueError with what is wrong."""
    row = json.loads(text)
    table = {name: np.array(row[name], np.float64) for name in ("means", "scales", "weights")}
    width = features_of([[Sight(0, 1, 1.0)]], 0).shape[1]
    if any(len(values) != width for values in table.values()):
        raise ValueError(f"This model of emergence does not have {width} weights: train it again with evals/train/emergence.py.")
    return Model(row["card"]["version"], row["large"], row["utc_offset"], table["means"], table["scales"], table["weights"], row["bias"])


def early_of(sights: Sequence[Sight]) -> list[Sight]:
    """Return the sights of the first hours, by time; a heat below 1 counts as 1."""
    ordered = sorted(sights, key=lambda sight: sight.hour)
    return [Sight(s.hour, max(s.rank, 1), max(s.heat, 1.0)) for s in ordered if s.hour < ordered[0].hour + EARLY_HOURS]


def features_of(topics: Sequence[Sequence[Sight]], utc_offset: int) -> Floats:
    """Return the features of the first hours of topics, one row each: bent lines of heat, rank and movement, and the hour of the day."""
    firsts = [sights[0] for sights in topics]
    lasts = [sights[-1] for sights in topics]
    heat = np.log(np.array([last.heat for last in lasts]))
    rank = np.log(np.array([last.rank for last in lasts], np.float64) + 1)
    moved = np.array([float(len(sights) > 1) for sights in topics])
    move = np.clip(heat - np.log(np.array([first.heat for first in firsts])), _MOVE_LEAST, _MOVE_MOST)
    hour = (np.array([first.hour for first in firsts]) + utc_offset) % 24
    return np.column_stack(
        [
            _bent(heat, _HEAT_BENDS),
            _bent(rank, _RANK_BENDS),
            _bent(move, _MOVE_BENDS) * moved[:, None],
            moved,
            (hour[:, None] == np.arange(1, 24)).astype(np.float64),
        ]
    )


def _bent(values: Floats, bends: Floats) -> Floats:
    return np.column_stack([values, np.maximum(values[:, None] - bends, 0.0)])


def emergence(sights: Sequence[Sight], model: Model | None = None) -> Emergence | Insufficient:
    """Return the chance that a topic gets large from its first sights; needs one sight with a heat that is a number."""
    model = model or shipped()
    usable = [sight for sight in sights if np.isfinite(sight.heat) and sight.heat > 0 and sight.rank >= 1]
    hours = [sight.hour for sight in usable]
    ground = Evidence(len(usable), (min(hours) * _HOUR_US, max(hours) * _HOUR_US) if hours else (0, 0), 1 if usable else 0, model.version)
    if not usable:
        return Insufficient(ground, "no hour with a rank and a heat, 1 is needed", Gap.USABLE, 0, 1)
    early = early_of(usable)
    later = float(model.chances(features_of([early], model.utc_offset))[0])
    return Emergence(later, 1.0 if max(sight.heat for sight in early) >= model.large else later, ground)


def chance_growing(before: int, after: int) -> float | None:
    """Return the chance that new voices come faster now than in a span as long just before; None below 8 voices.

    ``before`` and ``after`` are new authors of the two spans. Both rates unknown and flat beforehand, counts Poisson: the share of the
    later rate is Beta(after + 1, before + 1), and the chance that it is above one half a sum of binomials.

    >>> chance_growing(2, 5), chance_growing(4, 4), chance_growing(2, 14)
    (None, 0.5, 0.9988)
    """
    n = before + after
    if min(before, after) < 0 or n < VOICES_LEAST:
        return None
    if n > VOICES_EXACT:
        return round(erfc((before - after) / sqrt(2 * n)) / 2, 4)
    halves = (n + 1) * log(2)
    terms = (lgamma(n + 2) - lgamma(k + 1) - lgamma(n + 2 - k) - halves for k in range(after + 1))
    return round(min(sum(map(exp, terms)), 1.0), 4)
