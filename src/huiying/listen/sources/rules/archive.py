"""How long posts stay, and how holds, erasures and page snapshots move: pure, Django-free but for words."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: A source may ask for this much and no more (days); longer needs a hold with a reason.
LONGEST_RETENTION_DAYS = 1096
#: Posts purged in one transaction.
PURGE_POSTS = 500


class HoldState(StrEnum):
    """Whether a hold keeps its posts."""

    ASKED = "asked"
    HELD = "held"
    REFUSED = "refused"
    RELEASED = "released"


HOLD_STATE_LABELS = {
    HoldState.ASKED: _("waits for a second person"),
    HoldState.HELD: _("keeps its posts"),
    HoldState.REFUSED: pgettext_lazy("evidence", "refused"),
    HoldState.RELEASED: _("released"),
}
HOLD_MOVES: dict[HoldState, frozenset[HoldState]] = {
    HoldState.ASKED: frozenset({HoldState.HELD, HoldState.REFUSED, HoldState.RELEASED}),
    HoldState.HELD: frozenset({HoldState.RELEASED}),
    HoldState.REFUSED: frozenset(),
    HoldState.RELEASED: frozenset(),
}


class RequestState(StrEnum):
    """How far a subject request is."""

    COUNTING = "counting"
    COUNTED = "counted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    DONE = "done"


REQUEST_STATE_LABELS = {
    RequestState.COUNTING: _("posts are being counted"),
    RequestState.COUNTED: _("waits for a second person"),
    RequestState.CONFIRMED: _("is being erased"),
    RequestState.REFUSED: pgettext_lazy("evidence", "refused"),
    RequestState.DONE: _("erased"),
}
REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.COUNTING: frozenset({RequestState.COUNTED}),
    RequestState.COUNTED: frozenset({RequestState.CONFIRMED, RequestState.REFUSED}),
    RequestState.CONFIRMED: frozenset({RequestState.DONE}),
    RequestState.REFUSED: frozenset(),
    RequestState.DONE: frozenset(),
}


class SnapshotState(StrEnum):
    """Whether a page was kept."""

    ASKED = "asked"
    KEPT = "kept"
    FAILED = "failed"


SNAPSHOT_STATE_LABELS = {
    SnapshotState.ASKED: _("is being fetched"),
    SnapshotState.KEPT: pgettext_lazy("page", "kept"),
    SnapshotState.FAILED: _("could not be fetched"),
}
SNAPSHOT_MOVES: dict[SnapshotState, frozenset[SnapshotState]] = {
    SnapshotState.ASKED: frozenset({SnapshotState.KEPT, SnapshotState.FAILED}),
    SnapshotState.KEPT: frozenset(),
    SnapshotState.FAILED: frozenset(),
}


def kept_days(retention_days: int | None, default: int) -> int:
    """Return how many days a source's posts stay: its own wish or the installation's, never beyond the longest."""
    return min(retention_days or default, LONGEST_RETENTION_DAYS)


def kept_since(now: datetime, retention_days: int | None, default: int) -> datetime:
    """Return the moment of receipt before which a source's posts go.

    >>> from datetime import UTC
    >>> kept_since(datetime(2026, 7, 1, tzinfo=UTC), 30, 180).isoformat()
    '2026-06-01T00:00:00+00:00'
    """
    return now - timedelta(days=kept_days(retention_days, default))
