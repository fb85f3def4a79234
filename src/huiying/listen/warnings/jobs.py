"""What the worker does for warnings by the clock."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import Payload, every, job

from .notices.services import notices_sweep
from .rulesets.backtests import backtest_step
from .services import warnings_sweep


@every(30, "warnings.sweep")
def sweep(now: datetime) -> None:
    """Lower what has become quiet and bring unanswered warnings to the commander."""
    warnings_sweep(now=now)


@every(60, "warnings.notices")
def notices(now: datetime) -> None:
    """Note which issued warnings are past their end and which stayed below their level; nothing is lifted."""
    notices_sweep(now=now)


@job("warnings.backtest")
def backtest(payload: Payload, now: datetime) -> None:
    """Replay some matters of a back-test."""
    backtest_step(test_id=int(str(payload["test"])), now=now)
