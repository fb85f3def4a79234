"""Writes of the job table: enqueue, lend, finish, fail, give up, run again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import NotNow, NotThere

from .models import Heartbeat, Job
from .registry import Handler, Payload, handler
from .rules import KEEP_DONE, LEASE, MAX_ATTEMPTS, MOVES, JobState, back_off, slot_of


class LeaseLost(RuntimeError):
    """Another worker took the job meanwhile: whatever was done must be rolled back."""


def enqueue(*, name: str, payload: Payload, key: str | None = None, run_at: datetime, now: datetime) -> Job:
    """Add a job in the caller's transaction; the same name and key again gives the job already there.

    Raises UnknownJob for a name no room declared.
    """
    handler(name)
    if key is None:
        return Job.objects.create(name=name, payload=payload, run_at=run_at, created_at=now)
    Job.objects.bulk_create([Job(name=name, key=key, payload=payload, run_at=run_at, created_at=now)], ignore_conflicts=True)
    return Job.objects.get(name=name, key=key)


def enqueue_timed(*, handlers: Iterable[Handler], now: datetime) -> None:
    """Add the current run of each job that runs by the clock; two workers add it once."""
    rows = [
        Job(name=entry.name, key=f"slot:{slot_of(entry.seconds, now)}", run_at=now, created_at=now)
        for entry in handlers
        if entry.seconds is not None
    ]
    Job.objects.bulk_create(rows, ignore_conflicts=True)


def job_lend(*, worker: str, now: datetime) -> Job | None:
    """Lend the job that is due longest to this worker, or None when nothing is due."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Job.objects.filter(free, state=JobState.WAITING, run_at__lte=now).order_by("run_at", "pk")
    if not due.exists():  # a plain read: an idle worker must not take the write lock
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _move(job, JobState.DEAD, now=now, last_error=job.last_error or "The worker died each time it ran this job.")
            return None
        Job.objects.filter(pk=job.pk).update(lease_until=now + LEASE, lease_by=worker, attempts=F("attempts") + 1)
        job.refresh_from_db()
        return job


def job_run(*, job: Job, worker: str, now: datetime) -> None:
    """Do a lent job and finish it, effect and finish in one transaction; raises what the job raises."""
    entry = handler(job.name)
    if not entry.atomic:
        entry.run(job.payload, now)
        job_finish(job=job, worker=worker, now=now)
        return
    with transaction.atomic():
        entry.run(job.payload, now)
        job_finish(job=job, worker=worker, now=now)


def job_finish(*, job: Job, worker: str, now: datetime) -> None:
    """Mark a job done; raises LeaseLost when another worker has it by now."""
    _move(job, JobState.DONE, now=now, holder=worker, last_error="")


@transaction.atomic
def job_fail(*, job: Job, worker: str, now: datetime, error: str) -> None:
    """Write down why a try failed and when the next one is, or give the job up."""
    if job.attempts >= MAX_ATTEMPTS:
        _move(job, JobState.DEAD, now=now, holder=worker, last_error=error)
        return
    changed = Job.objects.filter(pk=job.pk, state=JobState.WAITING, lease_by=worker).update(
        lease_until=None, lease_by="", run_at=now + back_off(job.attempts), last_error=error
    )
    if changed != 1:
        raise LeaseLost(f"Job {job.pk} was taken over by another worker.")


@transaction.atomic
def job_rerun(*, actor: Actor, now: datetime, job_id: int) -> Job:
    """Give a dead job its tries back."""
    require(actor, "job.manage")
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotThere(_("There is no job %(id)s.") % {"id": job_id})
    if JobState.WAITING not in MOVES[JobState(job.state)]:
        raise NotNow(_("Job %(id)s has not failed for good: only a dead job can be run again.") % {"id": job_id})
    _move(job, JobState.WAITING, now=now, attempts=0, run_at=now)
    record(actor=actor, verb="job.rerun", subject=("job", job.pk), now=now, detail={"name": job.name})
    return job


def _move(job: Job, to: JobState, *, now: datetime, holder: str | None = None, **changes: object) -> None:
    """Change the state of a job; the only place that does."""
    rows = Job.objects.filter(pk=job.pk, state=job.state)
    if holder is not None:
        rows = rows.filter(lease_by=holder)
    if to not in MOVES[JobState(job.state)]:
        raise NotNow(f"Job {job.pk} cannot go from {job.state} to {to}.")
    finished_at = None if to == JobState.WAITING else now
    changed = rows.update(state=to.value, lease_until=None, lease_by="", finished_at=finished_at, **changes)
    if changed != 1:
        raise LeaseLost(f"Job {job.pk} was taken over by another worker.")
    job.refresh_from_db()


def jobs_sweep(*, now: datetime) -> int:
    """Delete jobs done long enough ago; returns how many. Dead ones stay until somebody looks."""
    deleted, _by_model = Job.objects.filter(state=JobState.DONE, finished_at__lt=now - KEEP_DONE).delete()
    return deleted


def heartbeat(role: str, now: datetime, detail: str = "") -> None:
    """Say that a process is alive."""
    Heartbeat.objects.update_or_create(role=role, defaults={"at": now, "detail": detail[:200]})
