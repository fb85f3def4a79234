"""Reads of the collector: what to ask, what to hold open."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Q

from huiying.core.collectors.contract import Mode

from ..models import Source
from ..rules import SourceState
from ..rules.channels import keys_of, watched_keys

#: Most due sources looked at in one round; a collector further behind than this takes the longest overdue.
LOOKED_AT = 2_000


class DuePlace(NamedTuple):
    """A source that is due, as far as starting it goes."""

    source_id: int
    url: str
    has_failed: bool
    is_stream: bool


def due_places(now: datetime) -> list[DuePlace]:
    """Return what to ask now: sources never asked, then the longest overdue."""
    due = Source.objects.filter(Q(next_poll_at__lte=now) | Q(next_poll_at=None), connector__in=watched_keys(), state=SourceState.ACTIVE)
    rows = due.order_by(F("next_poll_at").asc(nulls_first=True), "pk").values_list("pk", "url", "failures", "connector")[:LOOKED_AT]
    streams = keys_of(Mode.STREAM)
    return [DuePlace(pk, url, failures > 0, connector in streams) for pk, url, failures, connector in rows]


def due_source(source_id: int, now: datetime) -> Source | None:
    """Return a source if it is to be asked still; somebody may have paused or asked it meanwhile."""
    return Source.objects.filter(Q(next_poll_at__lte=now) | Q(next_poll_at=None), pk=source_id, state=SourceState.ACTIVE).first()


def streams_open() -> frozenset[int]:
    """Return the streaming sources whose connection may stand."""
    streams = keys_of(Mode.STREAM)
    if not streams:
        return frozenset()
    return frozenset(Source.objects.filter(connector__in=streams, state=SourceState.ACTIVE).values_list("pk", flat=True))


def canary_seconds() -> float:
    """Return how many seconds lie between two runs of the canary."""
    minutes: int = settings.CANARY_MINUTES
    return minutes * 60.0
