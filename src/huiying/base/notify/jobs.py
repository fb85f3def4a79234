"""Deliver the outbox."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import pump

from .services import deliver_next


@pump("notify.outbox", apart=True)
def deliver(now: datetime) -> bool:
    """Send one message; True when one was due and there may be more."""
    return deliver_next(now=now) is not None


@pump("notify.outbox.second", apart=True)
def deliver_beside(now: datetime) -> bool:
    """Send one message: a far side that is slow must not keep all others waiting."""
    return deliver_next(now=now) is not None
