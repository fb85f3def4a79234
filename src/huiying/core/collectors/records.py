"""What a reader yields: a record, or a note that something could not be read and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

#: Times without a zone in Chinese files are China Standard Time.
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Record:
    """One item as its source published it; nothing is masked yet."""

    item_id: str | None
    published_at: datetime | None
    title: str
    text: str
    url: str = ""
    author_handle: str | None = None
    language: str | None = None
    channel: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that could not be read: why, where (a line or item number), and the raw piece."""

    reason: str
    place: str
    raw: str


class BadFeed(ValueError):
    """A whole delivery that cannot be read: a sentence, a stable code for the program, and the detail of it.

    Codes: empty, too_large, not_a_feed, broken, entity_bomb.
    """

    def __init__(self, message: str, *, code: str = "broken", detail: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.detail = message if detail is None else detail


def time_of(value: object) -> datetime | None:
    """Return an aware UTC time from ISO 8601 text or seconds since 1970; None when absent.

    Raises ValueError when there is something that is no time.

    >>> time_of("2026-01-02T03:04:05+08:00").isoformat()
    '2026-01-01T19:04:05+00:00'
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise ValueError(f"{value} is not a time")
    try:
        if isinstance(value, (int, float)):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
        at = datetime.fromisoformat(str(value).strip())
        return (at if at.tzinfo else at.replace(tzinfo=CHINA)).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{str(value)[:60]!r} is not a time") from error
