"""What the worker does for the sources."""

from __future__ import annotations

from datetime import datetime

from huiying.base.jobs.registry import every

from .services import salt_rotate


@every(3600, "sources.rotate_salt")
def rotate_salt(now: datetime) -> None:
    """Begin a new epoch of pseudonyms when it is time, and destroy the old salt."""
    salt_rotate(now=now)
