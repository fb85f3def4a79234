"""What replayed alarms were worth against what is known to have happened (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any  # plain JSON


@dataclass(frozen=True)
class Truth:
    """What became of a matter: an incident at ``at``, or an alarm that people judged ``useful``, ``late`` or ``noise``."""

    matter: int
    at: datetime
    is_incident: bool
    worth: str = ""

    @property
    def is_real(self) -> bool:
        """Whether an alarm about it is a hit."""
        return self.is_incident or self.worth in ("useful", "late")


@dataclass(frozen=True)
class Alarm:
    """One replayed alarm."""

    matter: int
    at: datetime
    level: str


def measure(alarms: Sequence[Alarm], truths: Iterable[Truth]) -> dict[str, Any]:
    """Count alarms, hits, misses, false alarms and the median lead time in minutes before the incident.

    A hit is a real matter with an alarm no later than its incident; a miss is an incident without one.
    """
    first: dict[int, datetime] = {}
    for alarm in alarms:
        first[alarm.matter] = min(first.get(alarm.matter, alarm.at), alarm.at)
    known = _by_matter(truths)
    real = {matter: truth for matter, truth in known.items() if truth.is_real}
    hits = [truth for matter, truth in real.items() if matter in first and (not truth.is_incident or first[matter] <= truth.at)]
    leads = [(truth.at - first[truth.matter]) / timedelta(minutes=1) for truth in hits if truth.is_incident]
    incidents = [truth for truth in real.values() if truth.is_incident]
    return {
        "warnings": len(alarms),
        "levels": dict(Counter(alarm.level for alarm in alarms)),
        "hits": len(hits),
        "misses": len(incidents) - len(leads),
        "incidents": len(incidents),
        "noise": sum(alarm.matter in known and known[alarm.matter].worth == "noise" and alarm.matter not in real for alarm in alarms),
        "unjudged": sum(alarm.matter not in known for alarm in alarms),
        "lead_minutes": round(median(leads), 1) if leads else None,
        "leads": len(leads),
    }


def _by_matter(truths: Iterable[Truth]) -> Mapping[int, Truth]:
    """Keep one truth a matter: its first incident before any judgement, a real one before noise."""
    order = sorted(truths, key=lambda truth: (not truth.is_incident, not truth.is_real, truth.at))
    kept: dict[int, Truth] = {}
    for truth in order:
        kept.setdefault(truth.matter, truth)
    return kept


def by_day(alarms: Iterable[Alarm], days: Sequence[str], day_of: Any) -> list[int]:
    """Return how many alarms began on each of the days; ``day_of`` names the local day of a moment."""
    counts = Counter(day_of(alarm.at) for alarm in alarms)
    return [counts[day] for day in days]
