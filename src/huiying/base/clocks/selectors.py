"""Reads of deadlines."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet

from huiying.base.ui.together import Reading

from .models import Cadence, Clock
from .rules import ClockState


def clocks_of(subject: tuple[str, object]) -> list[Clock]:
    """Return a subject's clocks: running ones first, then by due time."""
    reading = clocks_reading(subject)
    return sorted(reading.query, key=reading.order)


def clocks_reading(subject: tuple[str, object]) -> Reading:
    """Return the same as a part of a larger reading."""
    clocks = Clock.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))
    return Reading(clocks, order=lambda clock: (clock.state != ClockState.RUNNING, clock.due_at, clock.pk))


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


def cadence_of(subject: tuple[str, object], key: str) -> Cadence | None:
    """Return a subject's periodic duty that will come round again, or None."""
    return Cadence.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), key=key, next_at__isnull=False).first()


def next_turns(kind: str, key: str) -> dict[str, datetime]:
    """Return when the periodic duties of one kind of subject come round again, by subject id."""
    live = Cadence.objects.filter(subject_kind=kind, key=key, next_at__isnull=False)
    return {cadence.subject_id: cadence.next_at for cadence in live if cadence.next_at is not None}


def open_clocks_of_kind(kind: str, key: str) -> list[Clock]:
    """Return the clocks of one rule that still ask for something, over all subjects of a kind, soonest due first."""
    return list(open_clocks().filter(subject_kind=kind, rule_key=key))
