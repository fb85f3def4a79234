"""Count by source and hour: what expected volumes, coverage and reports are made of."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ..models import SourceHour


def hour_of(now: datetime) -> datetime:
    """Return the start of the hour."""
    return now.replace(minute=0, second=0, microsecond=0)


def hour_count(*, source_id: int, now: datetime, **counts: int) -> None:
    """Add to the counters of a source's hour; call inside the transaction that did the work."""
    changes = {name: F(name) + count for name, count in counts.items() if count}
    if not changes:
        return
    rows = SourceHour.objects.filter(source_id=source_id, start=hour_of(now))
    if rows.update(**changes) == 0:
        with transaction.atomic():
            SourceHour.objects.bulk_create([SourceHour(source_id=source_id, start=hour_of(now))], ignore_conflicts=True)
        rows.update(**changes)
