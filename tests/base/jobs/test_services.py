from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiying.base.audit.models import AuditEntry
from huiying.base.jobs import registry, selectors, services
from huiying.base.jobs.models import Heartbeat, Job
from huiying.base.jobs.rules import KEEP_DONE, LEASE, MAX_ATTEMPTS, JobState
from huiying.base.ui.errors import NotNow, NotThere, NotYou

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bare_registry")]
SECOND = timedelta(seconds=1)


@pytest.fixture
def done() -> list[registry.Payload]:
    """Declare the job ``test.note`` and return what it was run with."""
    seen: list[registry.Payload] = []

    @registry.job("test.note")
    def note(payload: registry.Payload, now: datetime) -> None:
        seen.append(payload)

    return seen


def add(now: datetime, **changes: Any) -> Job:
    wanted: dict[str, Any] = {"name": "test.note", "payload": {"n": 1}, "run_at": now, "now": now}
    return services.enqueue(**(wanted | changes))


def test_a_job_runs_once_with_its_payload(now: datetime, done: list[registry.Payload]) -> None:
    add(now)
    job = services.job_lend(worker="a", now=now)
    assert job is not None
    services.job_run(job=job, worker="a", now=now)
    assert done == [{"n": 1}]
    assert services.job_lend(worker="a", now=now + timedelta(days=1)) is None
    job.refresh_from_db()
    assert (job.state, job.finished_at, job.lease_by) == (JobState.DONE, now, "")


def test_the_same_key_is_one_job(now: datetime, done: list[registry.Payload]) -> None:
    assert add(now, key="k").pk == add(now, key="k", payload={"n": 2}).pk
    assert add(now).pk != add(now).pk


def test_a_job_no_room_declared_is_refused(now: datetime) -> None:
    with pytest.raises(registry.UnknownJob):
        services.enqueue(name="test.absent", payload={}, run_at=now, now=now)


def test_a_job_is_enqueued_only_with_its_transaction(now: datetime, done: list[registry.Payload]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add(now)
        raise ZeroDivisionError
    assert Job.objects.count() == 0


def test_nobody_gets_a_job_before_its_hour(now: datetime, done: list[registry.Payload]) -> None:
    add(now, run_at=now + SECOND)
    assert services.job_lend(worker="a", now=now) is None
    assert services.job_lend(worker="a", now=now + SECOND) is not None


def test_a_lent_job_is_lent_to_nobody_else_until_the_lease_ends(now: datetime, done: list[registry.Payload]) -> None:
    add(now)
    assert services.job_lend(worker="a", now=now) is not None
    assert services.job_lend(worker="b", now=now + LEASE) is None
    again = services.job_lend(worker="b", now=now + LEASE + SECOND)
    assert again is not None
    assert (again.lease_by, again.attempts) == ("b", 2)


def test_the_effect_of_a_worker_that_lost_its_lease_is_rolled_back(now: datetime) -> None:
    @registry.job("test.beat")
    def beat(payload: registry.Payload, moment: datetime) -> None:
        services.heartbeat("effect", moment)

    add(now, name="test.beat")
    slow = services.job_lend(worker="slow", now=now)
    quick = services.job_lend(worker="quick", now=now + LEASE + SECOND)
    assert slow is not None
    assert quick is not None
    with pytest.raises(services.LeaseLost):
        services.job_run(job=slow, worker="slow", now=now)
    assert not Heartbeat.objects.exists()
    services.job_run(job=quick, worker="quick", now=now)
    assert Heartbeat.objects.count() == 1


def test_a_failed_job_waits_longer_each_time_and_then_is_given_up(now: datetime, done: list[registry.Payload]) -> None:
    job = add(now)
    waits = []
    moment = now
    for _try in range(MAX_ATTEMPTS):
        lent = services.job_lend(worker="a", now=moment)
        assert lent is not None
        services.job_fail(job=lent, worker="a", now=moment, error="no luck")
        job.refresh_from_db()
        waits.append((job.run_at - moment).total_seconds())
        moment = max(moment, job.run_at)
    assert waits[:4] == [5, 10, 20, 40]
    assert (job.state, job.last_error) == (JobState.DEAD, "no luck")
    assert list(selectors.jobs_dead()) == [job]
    assert selectors.dead_count() == 1


def test_a_job_that_kills_its_worker_each_time_is_given_up(now: datetime, done: list[registry.Payload]) -> None:
    job = add(now)
    moment = now
    for _try in range(MAX_ATTEMPTS):
        assert services.job_lend(worker="a", now=moment) is not None
        moment += LEASE + SECOND
    assert services.job_lend(worker="a", now=moment) is None
    job.refresh_from_db()
    assert job.state == JobState.DEAD
    assert "died" in job.last_error


def test_timed_jobs_are_added_once_a_period_by_any_number_of_workers(now: datetime) -> None:
    @registry.every(60, "test.minutely")
    def minutely(moment: datetime) -> None: ...

    for moment in (now, now, now + 59 * SECOND):
        services.enqueue_timed(handlers=registry.timed_handlers(), now=moment)
    assert Job.objects.count() == 1
    services.enqueue_timed(handlers=registry.timed_handlers(), now=now + 60 * SECOND)
    assert Job.objects.count() == 2


def test_an_administrator_runs_a_dead_job_again_and_it_is_logged(now: datetime, done: list[registry.Payload], cast: Any) -> None:
    job = add(now, key="k")
    Job.objects.filter(pk=job.pk).update(state=JobState.DEAD, attempts=5)
    services.job_rerun(actor=cast.actor("admin"), now=now + SECOND, job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.run_at, job.finished_at) == (JobState.WAITING, 0, now + SECOND, None)
    assert AuditEntry.objects.filter(verb="job.rerun", subject_id=str(job.pk)).count() == 1


def test_rerun_is_refused_by_right_absence_and_state(now: datetime, done: list[registry.Payload], cast: Any) -> None:
    job = add(now)
    with pytest.raises(NotYou):
        services.job_rerun(actor=cast.actor("commander"), now=now, job_id=job.pk)
    with pytest.raises(NotThere):
        services.job_rerun(actor=cast.actor("admin"), now=now, job_id=10**9)
    with pytest.raises(NotNow):
        services.job_rerun(actor=cast.actor("admin"), now=now, job_id=job.pk)


def test_the_sweep_takes_old_done_jobs_and_leaves_dead_ones(now: datetime, done: list[registry.Payload]) -> None:
    old, fresh, dead = add(now), add(now), add(now)
    Job.objects.filter(pk=old.pk).update(state=JobState.DONE, finished_at=now - KEEP_DONE - SECOND)
    Job.objects.filter(pk=fresh.pk).update(state=JobState.DONE, finished_at=now)
    Job.objects.filter(pk=dead.pk).update(state=JobState.DEAD, finished_at=now - 9 * KEEP_DONE)
    assert services.jobs_sweep(now=now) == 1
    assert set(Job.objects.values_list("pk", flat=True)) == {fresh.pk, dead.pk}


def test_a_process_counts_as_alive_for_thirty_seconds(now: datetime) -> None:
    services.heartbeat("collector", now, "3 sources")
    services.heartbeat("collector", now + SECOND)
    assert selectors.is_alive("collector", now + 31 * SECOND)
    assert not selectors.is_alive("collector", now + 32 * SECOND)
    assert not selectors.is_alive("web", now)
    assert [life.role for life in selectors.lives(now)] == ["collector"]


def test_the_queue_age_is_that_of_the_longest_overdue_job(now: datetime, done: list[registry.Payload]) -> None:
    assert selectors.overdue_seconds([], now) == 0
    add(now)
    add(now, run_at=now + 90 * SECOND)
    waiting = list(selectors.jobs_waiting())
    assert selectors.overdue_seconds(waiting, now + 60 * SECOND) == 60
    assert selectors.overdue_seconds(waiting, now - SECOND) == 0
