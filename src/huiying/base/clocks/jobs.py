"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import cadences_sweep, clocks_sweep


@every(15, "clocks.sweep")
def sweep(now: datetime) -> None:
    """Notice what ran out, remind, and open what falls due: every 15 s, so that a miss is known within a quarter minute."""
    clocks_sweep(now=now)
    cadences_sweep(now=now)
