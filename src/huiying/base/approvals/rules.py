"""Who may sign what (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Signature(Protocol):
    """What counting reads from one approval."""

    person_id: int
    given_at: datetime


def is_digest(text: str) -> bool:
    """Return whether the text is a SHA-256 in hex.

    >>> is_digest("ab" * 32), is_digest("ab")
    (True, False)
    """
    return _SHA256.fullmatch(text) is not None


def people_who_approved(approvals: Iterable[Signature], *, now: datetime, life: timedelta | None = None) -> frozenset[int]:
    """Return the persons whose approval still counts at a moment; ``life`` None means it never ages."""
    return frozenset(entry.person_id for entry in approvals if life is None or now - entry.given_at < life)
