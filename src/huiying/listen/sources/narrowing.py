"""What rooms above know of posts that a search can be narrowed to or grouped by, e.g. their story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


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

    def groups_of(self, seqs: Iterable[int]) -> dict[int, Narrowed]:
        """Return the group of each post that has one."""


_narrowings: dict[str, Narrowing] = {}


def register_narrowing(narrowing: Narrowing) -> None:
    """Add a way to group posts; the same key again replaces it."""
    _narrowings[narrowing.key] = narrowing


def narrowing(key: str) -> Narrowing | None:
    """Return the way of that key, or None."""
    return _narrowings.get(key)
