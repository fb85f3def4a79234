"""What a watch may be, and when its owner is told: pure, Django-free but for words."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class WatchState(StrEnum):
    """Whether new posts are matched."""

    ACTIVE = "active"
    PAUSED = "paused"


WATCH_STATE_LABELS = {WatchState.ACTIVE: _("watching"), WatchState.PAUSED: _("paused")}
WATCH_MOVES: dict[WatchState, frozenset[WatchState]] = {
    WatchState.ACTIVE: frozenset({WatchState.PAUSED}),
    WatchState.PAUSED: frozenset({WatchState.ACTIVE}),
}

#: A notice for every post would be switched off within a day (hours).
LEAST_NOTICE_HOURS = 1
#: Nobody is told between these hours of the installation's zone: a watch is no alarm, warnings wake people.
NIGHT_BEGINS, NIGHT_ENDS = 22, 7
#: Days a preview looks back, and matches it reads at most.
PREVIEW_DAYS, PREVIEW_POSTS = 30, 20_000
#: Days of past posts a new watch is filled with.
FILLED_DAYS = 7
#: Watches of one stream: each costs a little with every tick.
WATCH_LIMIT = 500


def is_notice_due(*, told_at: datetime | None, notice_hours: int, now: datetime, local_hour: int) -> bool:
    """Return whether an owner may be told of new matches now.

    >>> from datetime import UTC
    >>> now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    >>> [is_notice_due(told_at=at, notice_hours=6, now=now, local_hour=hour) for at, hour in ((None, 12), (now, 12), (None, 23))]
    [True, False, False]
    """
    if local_hour >= NIGHT_BEGINS or local_hour < NIGHT_ENDS:
        return False
    return told_at is None or now - told_at >= timedelta(hours=max(notice_hours, LEAST_NOTICE_HOURS))
