"""Remember in a cursor what was read already, so that the next poll brings only what is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from .contract import Ask, Json
from .fetched import Fetched


def digest(text: str) -> str:
    """Return a short, stable name for a text (64 bits, hexadecimal)."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


class Seen:
    """A bounded memory from a key to its mark (a version, a hash), the oldest forgotten first.

    >>> seen = Seen([["a", "1"]], limit=2)
    >>> seen.is_new("a", "1"), seen.is_new("a", "2")
    (False, True)
    """

    def __init__(self, stored: Json, *, limit: int) -> None:
        pairs = stored if isinstance(stored, Sequence) and not isinstance(stored, str) else ()
        fit = [pair for pair in pairs if isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2]
        self._marks = {str(pair[0]): str(pair[1]) for pair in fit}
        self._limit = limit

    def __contains__(self, key: str) -> bool:
        return key in self._marks

    def mark(self, key: str) -> str:
        """Return the mark of a key, empty when it is not known."""
        return self._marks.get(key, "")

    def is_new(self, key: str, mark: str = "") -> bool:
        """Return whether the key is unknown or had another mark."""
        return self._marks.get(key) != mark

    def note(self, key: str, mark: str = "") -> None:
        """Remember the key as the newest."""
        self._marks.pop(key, None)
        self._marks[key] = mark

    def stored(self) -> list[list[str]]:
        """Return what a cursor keeps, oldest first (pairs, because JSON databases reorder objects)."""
        return [[key, mark] for key, mark in list(self._marks.items())[-self._limit :]]


def validators(ask: Ask) -> tuple[str, str]:
    """Return ETag and Last-Modified of the last answer; none when the options changed, because they change what is read."""
    if ask.cursor.get("options") != _options(ask):
        return "", ""
    return str(ask.cursor.get("etag") or ""), str(ask.cursor.get("last_modified") or "")


def noted(fetched: Fetched, ask: Ask) -> dict[str, Json]:
    """Return the part of a cursor from which `validators` reads."""
    return {"etag": fetched.etag, "last_modified": fetched.last_modified, "options": _options(ask)}


def _options(ask: Ask) -> str:
    return digest(json.dumps(ask.options, sort_keys=True, default=list))


def mapping(value: Json) -> Mapping[str, Json]:
    """Return a part of a cursor that should be an object; an empty one when it is not."""
    return value if isinstance(value, Mapping) else {}
