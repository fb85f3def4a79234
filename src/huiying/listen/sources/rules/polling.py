"""When a source is asked next (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from random import Random
from statistics import median

#: Nothing asks a foreign server more often than this (seconds).
LEAST_POLL_SECONDS = 5
#: A lively source is asked this often without anybody setting it (seconds).
QUICKEST_RHYTHM = 60
#: An answer without news stretches the rhythm by this; a feed that falls asleep is left alone after a few.
STRETCH = 1.5
#: Items whose spacing tells the rhythm of a source.
LOOKED_AT = 20
#: Back-off of a failing source ends here (seconds): we want to know of its return within a quarter of an hour.
LONGEST_BACK_OFF = 900
#: Failures in a row after which the breaker is open: single trials, each after the longest wait.
BREAK_AFTER = 6
#: Answers in a row that must name the same new address before it is taken over.
MOVES_BELIEVED = 3
#: Answers "410 Gone" in a row before a source counts as gone.
GONE_BELIEVED = 3
#: Times before the due moment are spread by up to this share, so that sources do not march in step.
JITTER = 0.1


def rhythm_seconds(*, previous: int | None, slowest: int, published: Sequence[datetime], has_news: bool, now: datetime) -> int:
    """Return how long to wait for the next item, from the spacing of the newest ones.

    Half the usual gap finds an item halfway to the next; a source that brings nothing is asked less
    and less, never less than ``slowest`` asks.

    >>> from datetime import UTC, timedelta
    >>> now = datetime(2026, 1, 2, tzinfo=UTC)
    >>> times = [now - timedelta(minutes=4 * n) for n in range(9)]
    >>> rhythm_seconds(previous=None, slowest=900, published=times, has_news=True, now=now)
    120
    >>> rhythm_seconds(previous=120, slowest=900, published=(), has_news=False, now=now)
    180
    """
    quickest = min(QUICKEST_RHYTHM, slowest)
    if has_news:
        newest = sorted({at for at in published if at <= now}, reverse=True)[:LOOKED_AT]
        gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
        wished = median(gaps) / 2 if gaps else previous or slowest
    else:
        wished = (previous or slowest) * STRETCH
    return int(min(max(wished, quickest), slowest))


def next_wait(*, rhythm: int, slowest: int, least_pause: int | None, rng: Random) -> float:
    """Return the seconds until the next poll: a source may ask for a pause, but not to be forgotten.

    >>> next_wait(rhythm=100, slowest=300, least_pause=250, rng=Random(1)) >= 250
    True
    """
    least = min(least_pause or 0, slowest)
    return max(rhythm * (1 - JITTER * rng.random()), least)


def back_off_seconds(poll_seconds: int, failures: int) -> int:
    """Return how long to wait after that many failures in a row.

    >>> back_off_seconds(60, 0), back_off_seconds(60, 2), back_off_seconds(60, 50)
    (60, 240, 900)
    """
    doubled: int = poll_seconds << min(failures, 12)
    return max(poll_seconds, min(doubled, LONGEST_BACK_OFF))


def retry_wait(*, poll_seconds: int, failures: int, asked: int | None, rng: Random) -> float:
    """Return the seconds until a failing source is tried again; what it asks for itself is honoured.

    The first failure is checked once at the usual pace; jitter keeps a recovering host from a stampede.
    """
    if asked is not None:
        return asked + rng.random()
    return back_off_seconds(poll_seconds, failures - 1) * (1 - JITTER * rng.random())


def is_open(failures: int) -> bool:
    """Return whether the breaker of a source is open: it is tried once in a while, no more.

    >>> is_open(BREAK_AFTER - 1), is_open(BREAK_AFTER)
    (False, True)
    """
    return failures >= BREAK_AFTER
