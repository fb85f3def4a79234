"""The room's own upkeep."""

from __future__ import annotations

from datetime import datetime

from .registry import every
from .services import jobs_sweep


@every(3600, "jobs.sweep")
def sweep(now: datetime) -> None:
    """Drop finished jobs after a day."""
    jobs_sweep(now=now)
