"""When a job is tried again, and when it is given up (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

#: A worker that has not finished after this is taken for dead and its job is lent again.
LEASE = timedelta(seconds=60)
#: A job that failed this often goes to the dead letters: 5 s, 10 s, 20 s, 40 s between tries.
MAX_ATTEMPTS = 5
FIRST_BACK_OFF = timedelta(seconds=5)
#: The longest wait between two tries; longer would outlast a duty shift's patience.
LONGEST_BACK_OFF = timedelta(hours=1)
#: Finished jobs are kept this long so that a key cannot fire twice, then swept.
KEEP_DONE = timedelta(days=1)
#: A process without a sign of life for this long counts as stopped.
HEARTBEAT_FRESH = timedelta(seconds=30)


class JobState(StrEnum):
    """Where a job stands; a lease is a time limit, not a state."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


MOVES: dict[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.DONE, JobState.DEAD}),
    JobState.DONE: frozenset(),
    JobState.DEAD: frozenset({JobState.WAITING}),
}


def back_off(attempts: int) -> timedelta:
    """Return the wait after the given number of failed tries: doubling, capped.

    >>> back_off(1).total_seconds(), back_off(3).total_seconds()
    (5.0, 20.0)
    """
    doublings = min(max(attempts, 1) - 1, 20)
    wait: timedelta = FIRST_BACK_OFF * (2**doublings)
    return min(wait, LONGEST_BACK_OFF)


def slot_of(seconds: int, now: datetime) -> int:
    """Return the number of the period of ``seconds`` that ``now`` falls into.

    >>> from datetime import UTC
    >>> slot_of(60, datetime(1970, 1, 1, 0, 2, 30, tzinfo=UTC))
    2
    """
    return int(now.timestamp()) // seconds
