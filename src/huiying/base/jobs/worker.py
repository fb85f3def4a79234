"""The worker: pumps, jobs that run by the clock, and enqueued jobs, in one fair round after another."""

from __future__ import annotations

import logging
import os
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from . import registry, services
from .rules import back_off, slot_of

log = logging.getLogger(__name__)

#: Pause of an idle worker, in seconds: short enough that the board feels live, 2 reads a second.
IDLE_SECONDS = 0.5
#: Pause of a busy one, in seconds: SQLite gives the turn to write to whoever asks at the right moment, and others ask less often.
BREATH_SECONDS = 0.02
HEARTBEAT_SECONDS = 5.0
#: A stopping worker waits this long, in seconds, for a delivery in progress; the claim makes a cut one safe.
STOP_SECONDS = 3.0


@dataclass
class Worker:
    """One worker's memory between rounds; everything that matters is in the database."""

    name: str = field(default_factory=lambda: f"worker-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    role: str = "worker"
    slots: dict[str, int] = field(default_factory=dict)
    tired: dict[str, tuple[int, float]] = field(default_factory=dict)
    beat_at: float = -HEARTBEAT_SECONDS

    def round(self, now: datetime) -> bool:
        """Do one turn of everything; True when there was work."""
        self.beat(now)
        self.add_timed(now)
        worked = [self.turn(name, pump, now) for name, pump in registry.pumps().items()]
        worked.append(self.run_next(now))
        return any(worked)

    def beat(self, now: datetime) -> None:
        """Report life every few seconds."""
        if time.monotonic() - self.beat_at >= HEARTBEAT_SECONDS:
            services.heartbeat(self.role, now, self.name)
            self.beat_at = time.monotonic()

    def add_timed(self, now: datetime) -> None:
        """Enqueue jobs whose period has begun."""
        due = [entry for entry in registry.timed_handlers() if entry.seconds and self.slots.get(entry.name) != slot_of(entry.seconds, now)]
        if due:
            services.enqueue_timed(handlers=due, now=now)
            self.slots.update({entry.name: slot_of(entry.seconds, now) for entry in due if entry.seconds})

    def turn(self, name: str, pump: Callable[[datetime], bool], now: datetime) -> bool:
        """Call a pump once; one that fails rests, longer each time, and the others go on."""
        failures, rest_until = self.tired.get(name, (0, 0.0))
        if time.monotonic() < rest_until:
            return False
        try:
            worked = pump(now)
        except Exception:
            log.exception("Pump %s failed; it rests and is tried again.", name)
            self.tired[name] = (failures + 1, time.monotonic() + back_off(failures + 1).total_seconds())
            _drop_broken_connection()
            return False
        self.tired.pop(name, None)
        return worked

    def run_next(self, now: datetime) -> bool:
        """Run the job due longest, if any; a failing one is written down and tried later."""
        job = services.job_lend(worker=self.name, now=now)
        if job is None:
            return False
        try:
            services.job_run(job=job, worker=self.name, now=now)
        except services.LeaseLost as error:
            log.warning("%s Its effect here was rolled back.", error)
        except Exception:
            log.exception("Job %s (%s) failed in try %s.", job.pk, job.name, job.attempts)
            _drop_broken_connection()
            try:
                services.job_fail(job=job, worker=self.name, now=now, error=traceback.format_exc(limit=-5))
            except services.LeaseLost as error:
                log.warning("%s", error)
        return True


def run_worker(stop: threading.Event) -> None:
    """Work until ``stop`` is set; a database that is away for a while is waited for."""
    worker = Worker()
    threads = [threading.Thread(target=_pump_apart, args=(name, stop), name=name, daemon=True) for name in registry.pumps(apart=True)]
    for thread in threads:
        thread.start()
    _repeat(worker.round, stop)
    for thread in threads:
        thread.join(STOP_SECONDS)


def _pump_apart(name: str, stop: threading.Event) -> None:
    """Call one pump in this thread until ``stop`` is set, with the same rest after a failure."""
    worker = Worker()
    pump = registry.pumps(apart=True)[name]
    try:
        _repeat(lambda now: worker.turn(name, pump, now), stop)
    finally:
        connection.close()


def _repeat(act: Callable[[datetime], bool], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            busy = act(timezone.now())
        except DatabaseError:
            log.exception("The database did not answer; trying again.")
            _drop_broken_connection()
            busy = False
        stop.wait(BREATH_SECONDS if busy else IDLE_SECONDS)


def _drop_broken_connection() -> None:
    if not connection.in_atomic_block:
        close_old_connections()
