"""Reads of what sources brought by the hour, against what was to be expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from ..models import Canary, HubLease, Outage, SourceHour
from ..rules.volume import HISTORY, SHOWN_TAIL, Baseline, baseline_of


@dataclass(frozen=True)
class HourRow:
    """One hour of a source as its page shows it; the band is missing while the history is too short."""

    start: datetime
    answered: bool
    polls: int
    failures: int
    stored: int
    repeated: int
    low: int | None
    mean: float | None
    high: int | None
    lag_p90: int | None

    @property
    def is_outside(self) -> bool:
        """Whether the hour lies outside its band."""
        return self.low is not None and self.high is not None and self.answered and not self.low <= self.stored <= self.high


@dataclass(frozen=True)
class Volumes:
    """The recent hours of a source, oldest first, and whether the history suffices to expect anything."""

    rows: list[HourRow]
    baseline: Baseline | None
    history_hours: int
    lag_p90: int | None


def answered_hours(source_ids: Iterable[int], *, since: datetime, until: datetime) -> dict[int, dict[datetime, int]]:
    """Return, by source, the items stored in each hour in which it answered; one query."""
    rows = SourceHour.objects.filter(source_id__in=list(source_ids), start__gte=since, start__lt=until, polls__gt=F("failures"))
    hours: dict[int, dict[datetime, int]] = defaultdict(dict)
    for source_id, start, stored in rows.values_list("source_id", "start", "stored").iterator(chunk_size=5_000):
        hours[source_id][start] = stored
    return hours


def volumes_of(source_id: int, now: datetime, *, hours: int = 72) -> Volumes:
    """Return what a source brought in the last hours beside what was expected; one query."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    first = this_hour - timedelta(hours=hours - 1)
    rows = {row.start: row for row in SourceHour.objects.filter(source_id=source_id, start__gte=now - HISTORY)}
    history = [(start, row.stored) for start, row in rows.items() if row.polls > row.failures and start < first]
    baseline = baseline_of(history, timezone.get_current_timezone())
    shown = [_shown(first + timedelta(hours=step), rows, baseline) for step in range(hours)]
    lags = [row.lag_p90 for row in shown if row.lag_p90 is not None]
    return Volumes(shown, baseline, len(history), max(lags[-24:], default=None))


def _shown(start: datetime, rows: dict[datetime, SourceHour], baseline: Baseline | None) -> HourRow:
    row = rows.get(start) or SourceHour(start=start)
    band = baseline.band([start], SHOWN_TAIL) if baseline else None
    return HourRow(
        start=start,
        answered=row.polls > row.failures,
        polls=row.polls,
        failures=row.failures,
        stored=row.stored,
        repeated=row.repeated,
        low=band.low if band else None,
        mean=band.mean if band else None,
        high=band.high if band else None,
        lag_p90=row.lag_p90,
    )


def outages_of(source_id: int, *, limit: int = 50) -> list[Outage]:
    """Return the outages of a source, newest first."""
    return list(Outage.objects.filter(source_id=source_id).order_by("-began_at", "-pk")[:limit])


def outages_open() -> list[Outage]:
    """Return every outage that is not over, the longest first."""
    return list(Outage.objects.filter(ended_at=None).select_related("source").order_by("began_at", "pk"))


def outages_recent(now: datetime, *, days: int = 7) -> list[Outage]:
    """Return the outages that are open or ended within some days, newest first."""
    recent = Outage.objects.exclude(ended_at__lt=now - timedelta(days=days)).select_related("source")
    return list(recent.order_by(F("ended_at").desc(nulls_first=True), "-began_at", "-pk")[:1000])


def lease_of(source_id: int) -> HubLease | None:
    """Return the subscription of a source at a hub, or None."""
    return HubLease.objects.filter(source_id=source_id).first()


def canaries(now: datetime, *, hours: int = 24) -> list[Canary]:
    """Return the runs of the canary within some hours, newest first."""
    return list(Canary.objects.filter(sent_at__gte=now - timedelta(hours=hours)).order_by("-sent_at", "-pk"))
