"""The room's own upkeep."""

from __future__ import annotations

from datetime import datetime

from huiying.base.accounts.services import sessions_clear

from .registry import every
from .services import jobs_sweep


@every(3600, "jobs.clear_sessions")
def clear_sessions(now: datetime) -> None:
    """Delete the sessions of browsers that nobody comes back with."""
    sessions_clear(now=now)


@every(3600, "jobs.sweep")
def sweep(now: datetime) -> None:
    """Drop finished jobs after a day."""
    jobs_sweep(now=now)
