"""What a page watches, and how a change is told to it (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

#: Everything that happens; the duty board watches it.
BOARD = "board"
_TOPIC = re.compile(r"[a-z_]{1,40}(:[0-9]{1,18})?")


@dataclass(frozen=True)
class Topic:
    """One subject that is watched; without an id, everything."""

    kind: str
    subject_id: str = ""

    def is_touched(self, changed: frozenset[tuple[str, str]]) -> bool:
        """Return whether one of the changed subjects is watched here."""
        return not self.subject_id or (self.kind, self.subject_id) in changed


@dataclass(frozen=True)
class Changes:
    """The number of the newest entry of the log, and the subjects of those since the last look."""

    version: int
    subjects: frozenset[tuple[str, str]]


def topic_of(query: str) -> Topic | None:
    """Return what ``on`` in an address's query asks to watch, or None.

    >>> topic_of("on=incident:12")
    Topic(kind='incident', subject_id='12')
    >>> topic_of("on=../x") is None
    True
    """
    asked = parse_qs(query).get("on", [""])[0]
    if not _TOPIC.fullmatch(asked):
        return None
    kind, _colon, subject_id = asked.partition(":")
    return Topic(kind, subject_id) if subject_id or kind == BOARD else None


def event(version: int) -> bytes:
    """Return a change as the browser's EventSource reads it.

    >>> event(7)
    b'id: 7\\nevent: changed\\ndata: 7\\n\\n'
    """
    return f"id: {version}\nevent: changed\ndata: {version}\n\n".encode()
