"""The pump that folds closed ticks into stories."""

from __future__ import annotations

import time
from datetime import datetime

from huiying.base.jobs.registry import every, pump

from . import memory
from .bursts.services import bursts_count, bursts_purge, bursts_tell
from .digests.services import digests_refresh
from .services import apply_next_tick
from .watches.services import watches_tell

STREAMS = ("live", "exercise")
#: Ticks applied before the worker looks at its other work again: small ones come by the dozen, each from a source of its own.
TICKS_A_ROUND = 5
#: Seconds between two of them in which others who want to write get their turn.
BREATH = 0.01


@pump("stories.apply")
def apply(now: datetime) -> bool:
    """Apply the next ticks of each stream; True when there were any."""
    memory.prepare()
    waiting, applied = list(STREAMS), False
    for turn in range(TICKS_A_ROUND):
        if turn:
            time.sleep(BREATH)
        waiting = [stream for stream in waiting if apply_next_tick(stream=stream, now=now)]
        applied |= bool(waiting)
    return applied


@every(300, "stories.tell_watches")
def tell_watches(now: datetime) -> None:
    """Tell the owners of watches of new matches, within their limits."""
    watches_tell(now=now)


@every(60, "stories.read_digests", atomic=False)
def read_digests(now: datetime) -> None:
    """Read the stories that grew most, each in a transaction of its own."""
    digests_refresh(now=now)


@every(60, "stories.count_bursts", atomic=False)
def count_bursts(now: datetime) -> None:
    """Count the voices of what was applied since, each part in a transaction of its own, and tell owners of watches."""
    for stream in STREAMS:
        while bursts_count(stream=stream, now=now):
            pass
    bursts_tell(now=now)


@every(86_400, "stories.purge_bursts")
def purge_bursts(now: datetime) -> None:
    """Drop bursts and hours that are no longer kept."""
    bursts_purge(now=now)
