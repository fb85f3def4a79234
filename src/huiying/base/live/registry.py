"""What can be watched live, and who of those that watch still may; higher rooms say it in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable, Collection

from huiying.base.accounts.reading import Reader
from huiying.base.accounts.rules import may

#: of (who, subject id), those that may watch; asked once for everybody, so it must not ask the database for each
Allowed = Callable[[Collection[tuple[Reader, str]]], frozenset[tuple[Reader, str]]]
_topics: dict[str, tuple[str, Allowed | None]] = {}


def register_topic(kind: str, *, right: str, allowed: Allowed | None = None) -> None:
    """Let a kind of subject be watched by whoever has the right and, where ``allowed`` is given, passes it."""
    _topics[kind] = (right, allowed)


def allowed_among(kind: str, asked: Collection[tuple[Reader, str]]) -> frozenset[tuple[Reader, str]]:
    """Return who of those may watch which subject of the kind; a kind nobody declared is watched by nobody."""
    if kind not in _topics:
        return frozenset()
    right, allowed = _topics[kind]
    with_right = [(who, subject_id) for who, subject_id in asked if may(who.roles, right)]
    return allowed(with_right) if allowed and with_right else frozenset(with_right)
