"""What the worker does for warnings by the clock."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import warnings_sweep


@every(30, "warnings.sweep")
def sweep(now: datetime) -> None:
    """Lower what has become quiet and bring unanswered warnings to the commander."""
    warnings_sweep(now=now)
