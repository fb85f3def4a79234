"""What is wrong with a plan text: each fault with its place and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Fault:
    """One thing that cannot be read; ``line`` counts from 1, ``path`` is like ``stages[2].steps[0].owner``."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.path or 'top'}: {self.message}"


class PlanTextError(ValueError):
    """The text is not a plan; carries every fault found, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, or the known ones.

    >>> nearest("titel", ["title", "phase"])
    'did you mean “title”?'
    """
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    return f"did you mean “{close[0]}”?" if close else f"use one of {', '.join(names)}."
