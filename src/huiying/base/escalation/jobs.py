"""What the worker does for escalations by the clock."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import Payload, every, job

from .rules import PREFLIGHT_JOB
from .services import escalations_sweep, preflight_run


@every(10, "escalation.sweep", atomic=False)
def sweep(now: datetime) -> None:
    """Do the steps that are due: at most ten seconds late."""
    escalations_sweep(now=now)


@every(3600, "escalation.preflight_hourly", atomic=False)
def hourly(now: datetime) -> None:
    """Look through the coming seven days, every hour of the night and of the day."""
    preflight_run(now=now)


@job(PREFLIGHT_JOB, atomic=False)
def preflight(_payload: Payload, now: datetime) -> None:
    """Look through them again because something changed."""
    preflight_run(now=now)
