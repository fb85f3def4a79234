"""What rooms above know of posts that a search can be narrowed to or grouped by, e.g. their story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol  # rows of a table of a room above

from django.utils.functional import Promise

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


class Choosing(Protocol):
    """A few properties of groups, of which one may be chosen; ``key`` names the choice in the address of a search."""

    key: str

    @property
    def choices(self) -> Sequence[tuple[int, Promise]]:
        """Return each choice and its words."""

    def chosen(self, value: int) -> frozenset[int]:
        """Return the posts of the groups that have the property."""


_narrowings: dict[str, Narrowing] = {}
_choosings: dict[str, Choosing] = {}


def register_narrowing(narrowing: Narrowing) -> None:
    """Add a way to group posts; the same key again replaces it."""
    _narrowings[narrowing.key] = narrowing


def register_choosing(choosing: Choosing) -> None:
    """Add a choice; the same key again replaces it."""
    _choosings[choosing.key] = choosing


def choosing(key: str) -> Choosing | None:
    """Return the choice of that key, or None."""
    return _choosings.get(key)


def group_of(key: str, seq: int) -> Narrowed | None:
    """Return the group of one post, or None; one query."""
    way = narrowing(key)
    return way.groups_in(read_together({key: way.reading([seq])}).rows[key]).get(seq) if way is not None else None


def narrowing(key: str) -> Narrowing | None:
    """Return the way of that key, or None."""
    return _narrowings.get(key)
