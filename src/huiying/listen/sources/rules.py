"""What a source, a post and a quarantined record may be (Django-free but for words)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum

from django.utils.translation import gettext_lazy as _

#: The two logs: what is real, and what belongs to an exercise.
STREAMS = ("live", "exercise")


class SourceKind(StrEnum):
    """Where the posts of a source come from."""

    FEED = "feed"
    FILE = "file"
    REPORT = "report"


KIND_LABELS = {SourceKind.FEED: _("feed"), SourceKind.FILE: _("file"), SourceKind.REPORT: _("staff first report")}


class SourceState(StrEnum):
    """Whether the collector reads the source."""

    ACTIVE = "active"
    PAUSED = "paused"


SOURCE_STATE_LABELS = {SourceState.ACTIVE: _("active"), SourceState.PAUSED: _("paused")}
SOURCE_MOVES: dict[SourceState, frozenset[SourceState]] = {
    SourceState.ACTIVE: frozenset({SourceState.PAUSED}),
    SourceState.PAUSED: frozenset({SourceState.ACTIVE}),
}


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


class MediaTier(IntEnum):
    """How far the voice of a source carries (STANDARDS 1.3: media_tier_max)."""

    SELF_MEDIA = 0
    LOCAL = 1
    MAIN = 2
    CENTRAL = 3


MEDIA_TIER_LABELS = {
    MediaTier.SELF_MEDIA: _("self-media, forum"),
    MediaTier.LOCAL: _("local media"),
    MediaTier.MAIN: _("main or provincial media"),
    MediaTier.CENTRAL: _("central or foreign media"),
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

#: A feed polled every minute may miss two polls before it counts as silent.
MISSED_POLLS = 3
#: No source is called silent before this long, whatever its poll interval.
LEAST_SILENCE = timedelta(minutes=10)
#: Posts before the public web are typing errors.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: A clock or zone wrong by up to a day is clipped to the time of receipt; more is an impossible time.
FUTURE_CLIPPED = timedelta(days=1)
#: Back-off of a failing source: doubles from its poll interval up to one hour.
LONGEST_BACK_OFF = 3600
#: Nothing asks a foreign server more often than this (seconds).
LEAST_POLL_SECONDS = 5
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


def silence_allowed(poll_seconds: int) -> timedelta:
    """Return how long after its last success a source still counts as alive."""
    return max(MISSED_POLLS * timedelta(seconds=poll_seconds), LEAST_SILENCE)


def back_off_seconds(poll_seconds: int, failures: int) -> int:
    """Return how long to wait after that many failures in a row.

    >>> back_off_seconds(60, 0), back_off_seconds(60, 2), back_off_seconds(60, 50)
    (60, 240, 3600)
    """
    doubled: int = poll_seconds << min(failures, 12)
    return max(poll_seconds, min(doubled, LONGEST_BACK_OFF))


def epoch_of(now: datetime, salt_days: int) -> int:
    """Return the number of the salt's epoch at a moment."""
    return int(now.timestamp() // 86400) // salt_days
