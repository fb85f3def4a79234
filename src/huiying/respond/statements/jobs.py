"""What this room does by the clock."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import approvals_expire

#: Seconds between two looks; an approval lives four hours, so a minute is close enough.
EXPIRE_SECONDS = 60


@every(EXPIRE_SECONDS, "statements.expire")
def expire(now: datetime) -> None:
    """Expire approvals that nobody used in time."""
    approvals_expire(now=now)
