from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from huiying.base.jobs import registry, selectors, services
from huiying.base.jobs.models import Job
from huiying.base.jobs.rules import JobState
from huiying.base.jobs.worker import Worker, run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bare_registry")]


def test_a_round_runs_pumps_timed_jobs_and_enqueued_jobs(now: datetime) -> None:
    seen: list[str] = []

    @registry.pump("test.pump")
    def pump(moment: datetime) -> bool:
        seen.append("pump")
        return False

    @registry.every(60, "test.timed")
    def timed(moment: datetime) -> None:
        seen.append("timed")

    worker = Worker()
    assert worker.round(now)
    assert not worker.round(now)
    assert sorted(seen) == ["pump", "pump", "timed"]
    assert worker.round(now + timedelta(minutes=1))
    assert selectors.is_alive("worker", now)


def test_a_pump_that_says_true_is_called_again_at_once(now: datetime) -> None:
    left = [3]

    @registry.pump("test.pump")
    def pump(moment: datetime) -> bool:
        left[0] -= 1
        return left[0] > 0

    worker = Worker()
    turns = [worker.round(now) for _turn in range(3)]
    assert turns == [True, True, False]


def test_a_failing_pump_rests_and_the_others_go_on(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    @registry.pump("test.broken")
    def broken(moment: datetime) -> bool:
        seen.append("broken")
        raise ValueError("broken on purpose")

    @registry.pump("test.sound")
    def sound(moment: datetime) -> bool:
        seen.append("sound")
        return False

    worker = Worker()
    worker.round(now)
    worker.round(now)
    assert seen == ["broken", "sound", "sound"]
    assert "test.broken" in caplog.text


def test_a_failing_job_is_written_down_with_its_reason(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    @registry.job("test.broken")
    def broken(payload: registry.Payload, moment: datetime) -> None:
        services.heartbeat("effect", moment)
        raise ValueError("broken on purpose")

    job = services.enqueue(name="test.broken", payload={}, run_at=now, now=now)
    Worker().round(now)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease_by) == (JobState.WAITING, 1, "")
    assert job.run_at == now + timedelta(seconds=5)
    assert "broken on purpose" in job.last_error
    assert not selectors.is_alive("effect", now)


def test_a_job_of_a_room_that_is_gone_ends_among_the_dead(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    job = Job.objects.create(name="gone.job", run_at=now, created_at=now)
    worker = Worker()
    for hour in range(6):
        worker.round(now + timedelta(hours=hour))
    job.refresh_from_db()
    assert job.state == JobState.DEAD
    assert "gone.job" in job.last_error


def test_the_worker_works_until_it_is_told_to_stop() -> None:
    stop = threading.Event()

    @registry.pump("test.stopper")
    def stopper(moment: datetime) -> bool:
        stop.set()
        return True

    run_worker(stop)
    assert stop.is_set()


def test_a_job_that_may_not_be_in_a_transaction_is_finished_after_it(now: datetime) -> None:
    seen: list[str] = []

    @registry.job("test.network", atomic=False)
    def network(payload: registry.Payload, moment: datetime) -> None:
        seen.append(Job.objects.get().state)

    services.enqueue(name="test.network", payload={}, run_at=now, now=now)
    Worker().round(now)
    assert seen == ["waiting"]
    assert Job.objects.get().state == JobState.DONE


def test_a_pump_that_runs_apart_does_not_delay_the_round(now: datetime) -> None:
    stop, released = threading.Event(), threading.Event()
    seen: list[str] = []

    @registry.pump("test.slow", apart=True)
    def slow(moment: datetime) -> bool:
        seen.append(threading.current_thread().name)
        released.wait(5)
        return False

    @registry.pump("test.quick")
    def quick(moment: datetime) -> bool:
        if seen:
            stop.set()
            released.set()
        return True

    run_worker(stop)
    assert seen == ["test.slow"]
