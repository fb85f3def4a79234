"""When a grade may go down again: values must stay below the level for a while, and two people agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .levels import EventGrade

#: How long values must stay below a grade before it may be lowered (STANDARDS 1.3).
HOLD_HOURS: Mapping[EventGrade, int] = {
    EventGrade.I_EXTRAORDINARY: 24,
    EventGrade.II_MAJOR: 24,
    EventGrade.III_LARGER: 12,
    EventGrade.IV_GENERAL: 6,
}


@dataclass(frozen=True)
class GradeSample:
    """What the scheme proposed at one moment; None means it proposed no grade."""

    at: datetime
    level: EventGrade | None


@dataclass(frozen=True)
class HoldVerdict:
    """Whether the grade may go down now; ``free_at`` is when it may if values stay low (None: they are not low)."""

    may_lower: bool
    below_since: datetime | None
    free_at: datetime | None


def hold_time(grade: EventGrade, hours: Mapping[EventGrade, int] = HOLD_HOURS) -> timedelta:
    """Return how long values must stay below the grade."""
    return timedelta(hours=hours[grade])


def may_lower(
    current: EventGrade, samples: Iterable[GradeSample], now: datetime, hours: Mapping[EventGrade, int] = HOLD_HOURS
) -> HoldVerdict:
    """Judge by the samples in any order; without any sample nothing is known and nothing is lowered.

    A sample at or above the current grade starts the wait anew. Samples later than ``now`` are ignored.
    """
    below_since: datetime | None = None
    for sample in sorted((s for s in samples if s.at <= now), key=lambda s: s.at):
        if sample.level is not None and sample.level.rank >= current.rank:
            below_since = None
        elif below_since is None:
            below_since = sample.at
    if below_since is None:
        return HoldVerdict(False, None, None)
    free_at = below_since + hold_time(current, hours)
    return HoldVerdict(now >= free_at, below_since, free_at)
