"""What a subject ``(kind, id)`` is called on the outside: its page, and who may read it.

Most kinds need no line here: ``("incident", 12)`` has the page ``incidents:detail`` and the right ``incident.read``.
A room whose kinds do not follow that says so in its ``AppConfig.ready``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SubjectPlace:
    """The name of a kind's page, and the right to read it."""

    page: str
    right: str


_places: dict[str, SubjectPlace] = {}


def register_subject(kind: str, *, page: str, right: str) -> None:
    """Say where a kind of subject is shown and which right opens it."""
    _places[kind] = SubjectPlace(page, right)


def place_of(kind: str) -> SubjectPlace:
    """Return a kind's page and right: the declared ones, else those its name suggests.

    >>> place_of("story")
    SubjectPlace(page='stories:detail', right='story.read')
    """
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return _places.get(kind) or SubjectPlace(f"{plural}:detail", f"{kind}.read")
