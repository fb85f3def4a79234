"""Deliver the outbox."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import pump

from .services import outbox_deliver

#: Messages of one turn; between two turns the worker looks whether it is to stop.
TURN = 5


@pump("notify.outbox", apart=True)
def deliver(now: datetime) -> bool:
    """Send a few messages; True when some arrived and there may be more."""
    return outbox_deliver(now=now, limit=TURN) > 0
