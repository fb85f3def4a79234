"""What the worker does for this room."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import activations_follow, load_builtin_plans


@every(15, "plans.follow")
def follow(now: datetime) -> None:
    """Keep steps and clocks in step: every 15 s, so that the room shows what was done within a quarter minute."""
    activations_follow(now=now)


@every(3600, "plans.builtin")
def builtin(now: datetime) -> None:
    """Store built-in plans that a new release brought: hourly, and harmless when there is none."""
    load_builtin_plans(now=now)
