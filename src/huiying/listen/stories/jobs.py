"""The pump that folds closed ticks into stories."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every, pump

from .bursts.services import bursts_count, bursts_purge, bursts_tell
from .digests.services import digests_refresh
from .services import apply_next_tick
from .watches.services import watches_tell

STREAMS = ("live", "exercise")


@pump("stories.apply")
def apply(now: datetime) -> bool:
    """Apply one tick of each stream; True when there was one."""
    applied = [apply_next_tick(stream=stream, now=now) for stream in STREAMS]
    return any(applied)


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
