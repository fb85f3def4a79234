"""What a post and a quarantined record may be (Django-free but for words)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class QuarantineState(StrEnum):
    """What became of a record that could not be taken in."""

    HELD = "held"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


QUARANTINE_STATE_LABELS = {
    QuarantineState.HELD: _("held back"),
    QuarantineState.REPLAYED: _("taken in after all"),
    QuarantineState.DISCARDED: _("discarded"),
}
QUARANTINE_MOVES: dict[QuarantineState, frozenset[QuarantineState]] = {
    QuarantineState.HELD: frozenset({QuarantineState.REPLAYED, QuarantineState.DISCARDED}),
    QuarantineState.REPLAYED: frozenset(),
    QuarantineState.DISCARDED: frozenset(),
}


class Reason(StrEnum):
    """Why a record is in quarantine."""

    UNREADABLE = "unreadable"
    NO_TEXT = "no_text"
    BAD_TIME = "bad_time"


REASON_LABELS = {
    Reason.UNREADABLE: _("could not be read"),
    Reason.NO_TEXT: _("has neither title nor text"),
    Reason.BAD_TIME: _("has an impossible time"),
}

#: Posts before the public web are typing errors.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: A clock or zone wrong by up to a day is clipped to the time of receipt; more is an impossible time.
FUTURE_CLIPPED = timedelta(days=1)
#: Longest text kept of one post (characters); what is cut is no longer a post but a document.
TEXT_LIMIT = 20_000
TITLE_LIMIT = 500
#: How much of an unreadable record is kept for a person to look at (characters).
RAW_LIMIT = 8_000


@dataclass(frozen=True)
class IntakeResult:
    """What became of one delivery; ``tick`` is None when nothing new came."""

    stored: int
    repeated: int
    quarantined: int
    tick: int | None = None


def believable(published_at: datetime | None, received_at: datetime, now: datetime) -> datetime | None:
    """Return the time to store for a post, or None when the stated one is impossible.

    Missing becomes the time of receipt; up to a day ahead is clipped to it.

    >>> now = datetime(2026, 1, 2, tzinfo=UTC)
    >>> believable(None, now, now) == now, believable(datetime(9999, 1, 1, tzinfo=UTC), now, now)
    (True, None)
    """
    if published_at is None:
        return received_at
    if published_at < EARLIEST or published_at > now + FUTURE_CLIPPED:
        return None
    return min(published_at, now)


def epoch_of(now: datetime, salt_days: int) -> int:
    """Return the number of the salt's epoch at a moment."""
    return int(now.timestamp() // 86400) // salt_days
