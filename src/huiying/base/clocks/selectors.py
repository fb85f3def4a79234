"""Reads of deadlines."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet

from .models import Cadence, Clock
from .rules import ClockState


def clocks_of(subject: tuple[str, object]) -> list[Clock]:
    """Return a subject's clocks: running ones first, then by due time."""
    clocks = Clock.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))
    return sorted(clocks, key=lambda clock: (clock.state != ClockState.RUNNING, clock.due_at, clock.pk))


def clock_of_rule(subject: tuple[str, object], rule_key: str) -> Clock | None:
    """Return the newest clock of one rule of a subject, or None."""
    same_rule = Clock.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), rule_key=rule_key)
    return same_rule.order_by("-started_at", "-pk").first()


def running_clocks(limit: int, exercise: bool | None = None) -> list[Clock]:
    """Return the running clocks of everything, soonest due first."""
    running = Clock.objects.filter(state=ClockState.RUNNING)
    return list((running if exercise is None else running.filter(exercise=exercise))[:limit])


def open_clocks() -> QuerySet[Clock]:
    """Return clocks that still ask for something: running, or missed and not yet stopped."""
    return Clock.objects.filter(Q(state=ClockState.RUNNING) | Q(state=ClockState.MISSED, stopped_at=None))


def all_clocks() -> QuerySet[Clock]:
    """Return every clock, newest due first."""
    return Clock.objects.order_by(F("due_at").desc(), "-pk")


def missed_count(since: datetime) -> int:
    """Return how many clocks ran out since a time."""
    return Clock.objects.filter(state=ClockState.MISSED, due_at__gte=since).count()


def live_cadences() -> list[Cadence]:
    """Return periodic duties that will come round again, soonest first."""
    return list(Cadence.objects.filter(next_at__isnull=False))
