"""What a subject ``(kind, id)`` is called on the outside: its page, and who may read it.

Most kinds need no line here: ``("incident", 12)`` has the page ``incidents:detail`` and the right ``incident.read``.
A room whose kinds do not follow that says so in its ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class SubjectPlace:
    """The name of a kind's page, and the right to read it."""

    page: str
    right: str
    exists: Callable[[str], bool] | None = None
    readers: Callable[[str], Callable[[int, frozenset[str]], bool]] | None = None


_places: dict[str, SubjectPlace] = {}


def register_subject(
    kind: str,
    *,
    page: str,
    right: str,
    exists: Callable[[str], bool] | None = None,
    readers: Callable[[str], Callable[[int, frozenset[str]], bool]] | None = None,
) -> None:
    """Say where a kind of subject is shown and which right opens it.

    Where a room below must know: ``exists`` tells whether there is one for whoever reads now, and ``readers``
    gives for one subject who of those with the right may read it, asked by person and roles.
    """
    _places[kind] = SubjectPlace(page, right, exists, readers)


def is_there(kind: str, subject_id: object) -> bool:
    """Return whether there is such a subject; a kind whose room does not tell is believed."""
    exists = place_of(kind).exists
    return exists is None or exists(str(subject_id))


def place_of(kind: str) -> SubjectPlace:
    """Return a kind's page and right: the declared ones, else those its name suggests.

    >>> place_of("story")
    SubjectPlace(page='stories:detail', right='story.read', exists=None, readers=None)
    """
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return _places.get(kind) or SubjectPlace(f"{plural}:detail", f"{kind}.read")
