"""A worker process for the crash test: ``crash_worker.py fill|work|count``."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import huiying.config.settings as full  # first of all: puts the wheel's SQLite in place

import django  # isort: skip
from django.conf import settings  # isort: skip

ROOMS = ("huiying.base.ui", "huiying.base.audit", "huiying.base.accounts", "huiying.base.jobs")
chosen = {name: getattr(full, name) for name in dir(full) if name.isupper()}
chosen["INSTALLED_APPS"] = ["django.contrib.auth", "django.contrib.contenttypes", *ROOMS]  # few: it is started often
settings.configure(**chosen)
django.setup()

from django.core.management import call_command  # noqa: E402

from huiying.base.jobs import registry, services  # noqa: E402
from huiying.base.jobs.models import Job  # noqa: E402
from huiying.base.jobs.rules import JobState  # noqa: E402
from huiying.base.jobs.worker import Worker  # noqa: E402

JOBS = 90
setattr(services, "LEASE", timedelta(seconds=1))  # noqa: B010  short, so that a killed worker's job comes back in the test's time
setattr(services, "MAX_ATTEMPTS", 50)  # noqa: B010  kills must not bury a job


@registry.job("test.effect")
def effect(payload: registry.Payload, now: datetime) -> None:
    """Leave one row, slowly enough to be killed on the way."""
    Job.objects.create(name="effect", payload=payload, state=JobState.DONE, run_at=now, created_at=now)
    time.sleep(0.004)


def fill() -> None:
    """Make the table and its jobs."""
    call_command("migrate", "jobs", verbosity=0)
    now = datetime.now(UTC)
    for number in range(JOBS):
        services.enqueue(name="test.effect", payload={"number": number}, key=str(number), run_at=now, now=now)


def work() -> None:
    """Work until nothing waits."""
    worker = Worker()
    while Job.objects.filter(name="test.effect", state=JobState.WAITING).exists():
        if not worker.run_next(datetime.now(UTC)):
            time.sleep(0.05)


def count() -> None:
    """Print how often each effect happened."""
    happened = Counter(row["number"] for row in Job.objects.filter(name="effect").values_list("payload", flat=True))
    states = Counter(Job.objects.filter(name="test.effect").values_list("state", flat=True))
    print(json.dumps({"happened": happened, "states": states}))


{"fill": fill, "work": work, "count": count}[sys.argv[1]]()
