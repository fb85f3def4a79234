"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import tasks_sweep


@every(30, "tasks.sweep")
def sweep(now: datetime) -> None:
    """Tell about overdue tasks: every 30 s, well below the shortest due time of a plan step (5 min)."""
    tasks_sweep(now=now)
