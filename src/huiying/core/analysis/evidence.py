"""What an output rests on, and what is returned where that is not enough: every output of the analysis carries one or the other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
