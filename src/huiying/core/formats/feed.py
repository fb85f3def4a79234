"""What a feed says, before it is written as Atom or JSON Feed (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

#: Everything XML 1.0 forbids in text: control characters, lone surrogates, the two noncharacters.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class FeedItem:
    """One published text. ``id`` is chosen at release and never changes; ``updated_at`` moves with corrections."""

    id: str
    url: str
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    updated_at: datetime
    categories: tuple[str, ...] = ()
    corrects: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed of one publisher in one language, newest item first."""

    id: str
    title: str
    author: str
    language: str
    home_url: str
    self_url: str
    updated_at: datetime
    items: tuple[FeedItem, ...]
    subtitle: str = ""
    exercise: bool = False


def instant(moment: datetime) -> str:
    """Return an aware datetime as RFC 3339 in UTC with whole seconds.

    >>> instant(datetime(2026, 11, 24, 3, 9, tzinfo=UTC))
    '2026-11-24T03:09:00Z'
    """
    if moment.tzinfo is None:
        raise ValueError("A feed needs aware times: this one has no zone.")
    return moment.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def readable(text: str) -> str:
    """Return the text without what XML 1.0 cannot carry.

    >>> readable("水" + chr(0) + chr(0xD800) + "黄")
    '水黄'
    """
    return _FORBIDDEN.sub("", text)
