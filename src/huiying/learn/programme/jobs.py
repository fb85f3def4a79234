"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import meetings_sweep


@every(300, "programme.meetings")
def plan_meetings(now: datetime) -> None:
    """Plan the next meeting of every series: every 5 min, soon enough for meetings that are days away."""
    meetings_sweep(now=now)
