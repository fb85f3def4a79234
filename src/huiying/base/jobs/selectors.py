"""Reads of the job table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from huiying.base.ui.together import Reading

from .models import Heartbeat, Job
from .rules import HEARTBEAT_FRESH, JobState


@dataclass(frozen=True)
class Life:
    """A process and its last sign of life."""

    role: str
    at: datetime
    detail: str
    is_alive: bool


def jobs_dead() -> QuerySet[Job]:
    """Return the jobs that were given up, newest first."""
    return Job.objects.filter(state=JobState.DEAD).order_by("-finished_at", "-pk")


def jobs_waiting() -> QuerySet[Job]:
    """Return the jobs still to be done, the earliest first."""
    return Job.objects.filter(state=JobState.WAITING).order_by("run_at", "pk")


def dead_count() -> int:
    """Return how many jobs wait for a person."""
    return jobs_dead().count()


def overdue_seconds(waiting: list[Job], now: datetime) -> float:
    """Return how long the first of the waiting jobs is overdue, 0 when it is not."""
    return max((now - waiting[0].run_at).total_seconds(), 0.0) if waiting else 0.0


def lives(now: datetime) -> list[Life]:
    """Return every process that ever reported, with whether it is alive."""
    return lives_of(Heartbeat.objects.order_by("role"), now)


def lives_reading() -> Reading:
    """Return what is read to know the same, as a part of a larger reading."""
    return Reading(Heartbeat.objects.all())


def lives_of(beats: Iterable[Heartbeat], now: datetime) -> list[Life]:
    """Return the same for signs of life that are read already."""
    return [Life(row.role, row.at, row.detail, now - row.at <= HEARTBEAT_FRESH) for row in beats]


def is_alive(role: str, now: datetime) -> bool:
    """Return whether a process has reported lately."""
    return any(life.is_alive for life in lives(now) if life.role == role)
