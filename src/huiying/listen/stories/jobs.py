"""The pump that folds closed ticks into stories."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import pump

from .services import apply_next_tick

STREAMS = ("live", "exercise")


@pump("stories.apply")
def apply(now: datetime) -> bool:
    """Apply one tick of each stream; True when there was one."""
    applied = [apply_next_tick(stream=stream, now=now) for stream in STREAMS]
    return any(applied)
