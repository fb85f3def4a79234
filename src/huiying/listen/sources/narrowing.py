"""What rooms above know of posts that a search can be narrowed to or grouped by, e.g. their story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol  # rows of a table of a room above

from huiying.base.ui.together import Reading, read_together


@dataclass(frozen=True)
class Narrowed:
    """One group of posts: its id, its words, its page, and its posts where they were asked for."""

    id: int
    label: str
    url: str
    seqs: frozenset[int] = frozenset()


class Narrowing(Protocol):
    """A way to group posts; ``key`` names it in the address of a search."""

    key: str

    def narrowed(self, value: int) -> Narrowed | None:
        """Return one group with its posts, or None."""

    def reading(self, seqs: Iterable[int]) -> Reading:
        """Return what to read beside some posts to know their groups."""

    def groups_in(self, rows: Iterable[Any]) -> dict[int, Narrowed]:
        """Return the group of each post that has one, from the rows that were read."""


_narrowings: dict[str, Narrowing] = {}


def register_narrowing(narrowing: Narrowing) -> None:
    """Add a way to group posts; the same key again replaces it."""
    _narrowings[narrowing.key] = narrowing


def group_of(key: str, seq: int) -> Narrowed | None:
    """Return the group of one post, or None; one query."""
    way = narrowing(key)
    return way.groups_in(read_together({key: way.reading([seq])}).rows[key]).get(seq) if way is not None else None


def narrowing(key: str) -> Narrowing | None:
    """Return the way of that key, or None."""
    return _narrowings.get(key)
