"""Outlook: how much the next hours of a series will bring, with an interval that holds in 8 of 10 cases, or nothing.

The middle is a line through the last hour, the last three, the last day and the same hours yesterday (all logarithms). The interval
comes from misses: those of like series in training, and more and more those of the series itself. Trained by evals/train/outlook.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from .evidence import Evidence, Gap, Insufficient, floor

Floats = npt.NDArray[np.float64]

HORIZONS = (1, 3, 6)
#: Share of cases that an interval is meant to hold.
COVERAGE = 0.8
#: Hours that are read: older misses say little about now.
HOURS_MOST = 14 * 24
#: Hours of history and posts in the last day below which there is no outlook.
HOURS_LEAST, POSTS_LEAST = 3, 12
#: Posts in a day above which a story runs like a volume.
STORY_MOST = 100
#: Posts in the last three hours below which a series is quiet: "probably nothing" needs no interval.
RECENT_HOURS, RECENT_LEAST = 3, 2
#: Misses of like series weigh as much as so many of the series itself: after two days its own lead.
LIKE_WEIGHT = 48.0
#: Expected counts at which the misses are told apart: few posts scatter more than many.
LEVELS = np.log1p([0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 512.0, 2048.0, 65_536.0, 262_144.0, 1_048_576.0])
_HOUR_US = 3_600_000_000
_PARTS = ("weights", "misses", "cuts")


@dataclass(frozen=True)
class Outlook:
    """Posts in the next hours: the middle, and the interval that holds in 8 of 10 cases."""

    hours: int
    low: int
    middle: int
    high: int
    evidence: Evidence


@dataclass(frozen=True)
class Course:
    """What one kind of series does over one horizon: weights of the line, misses by level (quantiles), where to cut them."""

    weights: Floats
    misses: Floats
    cuts: Floats


@dataclass(frozen=True)
class Model:
    """Courses by kind (``story``, ``volume``, ``heat``) and horizon."""

    version: str
    courses: Mapping[str, Mapping[int, Course]]


@lru_cache(maxsize=1)
def shipped() -> Model:
    """Return the model that comes with the program."""
    return read_model((files("huiying.core.analysis") / "models" / "outlook.json").read_text(encoding="utf-8"))


def read_model(text: str) -> Model:
    """Read a model; raises ValueError where a table has not the size that the levels ask for."""
    row = json.loads(text)
    courses = {
        kind: {
            int(hours): Course(*(np.array(course[name], np.float64) for name in ("weights", "misses", "cuts")))
            for hours, course in each.items()
        }
        for kind, each in row["courses"].items()
    }
    for each in courses.values():
        if any(len(course.misses) != len(LEVELS) + 1 or len(course.cuts) != len(LEVELS) + 1 for course in each.values()):
            raise ValueError("This model of outlooks has other levels: train it again with evals/train/outlook.py.")
    return Model(row["card"]["version"], courses)


def features_of(hours: Floats, horizon: int) -> Floats:
    """Return what is known before each hour 1..n (row t: hours[:t]), as logarithms of counts over the horizon."""
    n = len(hours)
    sums = np.concatenate([[0.0], np.cumsum(hours)])
    ends = np.arange(1, n + 1)

    def rate(first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]) -> Floats:
        return np.asarray((sums[last] - sums[first]) / np.maximum(last - first, 1), np.float64)

    before = np.maximum(ends - 24, 0)
    day = rate(before, ends)
    yesterday = np.where(ends >= 24, rate(before, np.minimum(before + horizon, ends)), day)
    rates = (hours, rate(np.maximum(ends - 3, 0), ends), day, yesterday)
    return np.column_stack([np.ones(n), *(np.log1p(horizon * each) for each in rates), np.log1p(np.minimum(ends, 168))])


def misses_of(hours: Floats, middles: Floats, horizon: int) -> Floats:
    """Return by how much the middles of past hours missed what came (logarithms); only hours whose horizon has passed."""
    sums = np.concatenate([[0.0], np.cumsum(hours)])
    ends = np.arange(1, len(hours) - horizon + 1)
    return np.asarray(np.log1p(sums[ends + horizon] - sums[ends]) - middles[: len(ends)], np.float64)


def level_of(middle: float) -> int:
    """Return the place of an expected count (logarithm) among the levels."""
    return int(np.searchsorted(LEVELS, middle))


def bounds(middle: float, own: Floats, like: Floats, cuts: Floats) -> Floats:
    """Return the counts below which a share of ``cuts`` of the outcomes lies, by the misses of like series and its own."""
    misses = np.concatenate([like, own])
    weights = np.concatenate([np.full(len(like), LIKE_WEIGHT / len(like)), np.ones(len(own))])
    order = np.argsort(misses, kind="stable")
    share = np.cumsum(weights[order])
    share = (share - weights[order] / 2) / share[-1]
    return np.asarray(np.maximum(np.rint(np.expm1(middle + np.interp(cuts, share, misses[order]))), 0.0), np.float64)


def kind_of(counts: Sequence[float] | Floats) -> str:
    """Return what a series of posts behaves like: a story, or a volume where a day has more posts than any story of the training.

    >>> kind_of([1, 5, 3]), kind_of([50] * 30)
    ('story', 'volume')
    """
    return "volume" if sum(counts[-24:]) > STORY_MOST else "story"


def outlook(
    counts: Sequence[float] | Floats, horizon: int, *, end_us: int = 0, kind: str = "story", sources: int = 0
) -> Outlook | Insufficient:
    """Return the outlook after hourly counts, oldest first, the last one a whole hour that ended at ``end_us``.

    Raises KeyError for a kind or horizon that the model does not know.

    >>> found = outlook([3, 8, 9, 12, 10, 11], 3)
    >>> isinstance(found, Outlook) and found.low <= found.middle <= found.high
    True
    """
    model = shipped()
    course = model.courses[kind][horizon]
    hours = np.asarray(counts, np.float64)
    hours = hours[-HOURS_MOST:]
    good = int((np.isfinite(hours) & (hours >= 0)).sum())
    n = int(hours.sum()) if good == len(hours) else 0
    ground = Evidence(n, (end_us - len(hours) * _HOUR_US, end_us), sources, model.version)
    if good < len(hours):
        return Insufficient(ground, "a count is negative or no number", Gap.USABLE, good, len(hours))
    missing = (
        floor(ground, Gap.HISTORY, len(hours), HOURS_LEAST)
        or floor(ground, Gap.POSTS, int(hours[-24:].sum()), POSTS_LEAST)
        or floor(ground, Gap.RECENT, int(hours[-RECENT_HOURS:].sum()), RECENT_LEAST)
    )
    if missing is not None:
        return missing
    middles = features_of(hours, horizon) @ course.weights
    own = misses_of(hours, middles, horizon)[HOURS_LEAST:]
    level = level_of(float(middles[-1]))
    low, high = bounds(float(middles[-1]), own, course.misses[level], course.cuts[level]).astype(int).tolist()
    middle = min(max(round(float(np.expm1(middles[-1]))), low), high)
    return Outlook(horizon, low, max(middle, 0), high, ground)
