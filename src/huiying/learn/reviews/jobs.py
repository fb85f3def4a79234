"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import actions_sweep


@every(3600, "reviews.chase_actions")
def chase_actions(now: datetime) -> None:
    """Tell about late corrective actions: hourly, because their due times are days."""
    actions_sweep(now=now)
