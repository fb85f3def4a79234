"""Subjects whose entries are kept from some readers: the line stays in the chain, its detail is withheld."""

from __future__ import annotations

from collections.abc import Callable, Collection

Hidden = Callable[[Collection[str]], frozenset[str]]
_hidden: dict[str, Hidden] = {}


def register_hidden(kind: str, hidden: Hidden) -> None:
    """Say which subjects of a kind whoever reads now may not see; asked once a page with the ids on it."""
    _hidden[kind] = hidden


def hidden_among(subjects: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return those of the subjects that are kept from whoever reads now."""
    found: set[tuple[str, str]] = set()
    for kind, hidden in _hidden.items():
        ids = {subject_id for subject_kind, subject_id in subjects if subject_kind == kind}
        found |= {(kind, subject_id) for subject_id in (hidden(ids) if ids else ())}
    return frozenset(found)
