"""Open and close outages: every time in which a source did not do what is expected of it."""

from __future__ import annotations

from datetime import datetime

from ..models import Outage
from ..rules.outages import VOLUME_CODES


def outage_open(*, source_id: int, code: str, detail: str, began_at: datetime) -> None:
    """Note that something is wrong from a moment on; the same again only refreshes the detail.

    A source that fails for another reason than before has another outage: one ends, one begins.
    """
    open_ones = Outage.objects.filter(source_id=source_id, ended_at=None)
    if code not in VOLUME_CODES:
        open_ones.exclude(code__in=[code, *VOLUME_CODES]).update(ended_at=began_at)
    if open_ones.filter(code=code).update(detail=detail[:500]) == 0:
        Outage.objects.bulk_create([Outage(source_id=source_id, code=code, detail=detail[:500], began_at=began_at)], ignore_conflicts=True)


def outages_close(*, source_id: int, now: datetime, codes: frozenset[str] | None = None) -> int:
    """End what is open: the reasons given, or every failure to answer. Returns how many."""
    open_ones = Outage.objects.filter(source_id=source_id, ended_at=None)
    open_ones = open_ones.filter(code__in=codes) if codes is not None else open_ones.exclude(code__in=VOLUME_CODES)
    return open_ones.update(ended_at=now)
