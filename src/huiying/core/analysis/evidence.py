"""What an output rests on, and what is returned where that is not enough: every output of the analysis carries one or the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

#: Two-sided 95 % of the normal distribution.
_Z = 1.959964


@dataclass(frozen=True)
class Evidence:
    """What an output was computed from.

    ``n`` posts (or counts) of a ``window`` (first and last, microseconds since 1970 UTC; 0, 0 when empty), said by so many ``sources``
    (0 where the input does not name them), with a ``version`` of model or resources.
    """

    n: int
    window: tuple[int, int]
    sources: int
    version: str


class Gap(StrEnum):
    """What there is too little of."""

    POSTS = "posts"
    RECENT = "recent"
    HISTORY = "history"
    USABLE = "usable"


@dataclass(frozen=True)
class Insufficient:
    """No output: ``reason`` says in words what is missing; ``n`` of ``gap`` were there and ``needed`` would be enough."""

    ground: Evidence
    reason: str
    gap: Gap = Gap.POSTS
    n: int = 0
    needed: int = 0


def floor(ground: Evidence, gap: Gap, n: int, needed: int) -> Insufficient | None:
    """Return what is missing, or None when there is enough.

    >>> floor(Evidence(3, (0, 0), 0, "1"), Gap.POSTS, 3, 20).reason
    '3 posts, 20 are needed'
    >>> floor(Evidence(3, (0, 0), 0, "1"), Gap.HISTORY, 6, 6) is None
    True
    """
    return Insufficient(ground, f"{n} {_WORDS[gap]}, {needed} are needed", gap, n, needed) if n < needed else None


_WORDS = {Gap.POSTS: "posts", Gap.RECENT: "posts in the last hours", Gap.HISTORY: "hours of history", Gap.USABLE: "usable counts"}


def wilson(share: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share of n, which may be a weight; all of 0 to 1 where n is 0.

    Source: Wilson, Probable inference, JASA 22 (1927), 209-212.

    >>> [round(bound, 3) for bound in wilson(0.9, 20)]
    [0.699, 0.972]
    """
    if n == 0:
        return 0.0, 1.0
    square = _Z * _Z
    middle = share + square / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, min(share, (middle - half) / (1 + square / n))), min(1.0, max(share, (middle + half) / (1 + square / n)))
