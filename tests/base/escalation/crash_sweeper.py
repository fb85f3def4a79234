"""A sweeping process for the crash test: ``crash_sweeper.py fill|work|count``."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import huiying.config.settings as full  # first of all: puts the wheel's SQLite in place

import django  # isort: skip
from django.conf import settings  # isort: skip

ROOMS = ("ui", "audit", "accounts", "jobs", "notify", "sharing", "clocks", "approvals", "tasks", "rosters", "escalation")
chosen = {name: getattr(full, name) for name in dir(full) if name.isupper()}
apps = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"]
chosen["INSTALLED_APPS"] = apps + [f"huiying.base.{name}" for name in ROOMS]  # no more: it is started often
settings.configure(**chosen)
django.setup()

from django.core.management import call_command  # noqa: E402

from huiying.base.accounts.rules import Role  # noqa: E402
from huiying.base.accounts.services import person_create  # noqa: E402
from huiying.base.audit.rules import SYSTEM  # noqa: E402
from huiying.base.escalation.models import Run, Telling  # noqa: E402
from huiying.base.escalation.rules import Chain, Step  # noqa: E402
from huiying.base.escalation.services import chain_save, escalation_start, escalations_sweep  # noqa: E402
from huiying.base.notify.models import Message  # noqa: E402

RUNS, TURNS = 12, 4
START = datetime(2026, 11, 24, 4, tzinfo=UTC)


def fill() -> None:
    """Make the tables, two people, a chain that tells each of them four times, and the runs."""
    call_command("migrate", verbosity=0)
    people = [person_create(actor=SYSTEM, now=START, username=name, display_name=name, roles=[Role.ANALYST]) for name in ("one", "two")]
    steps = tuple(Step(f"person:{person.pk}", wait=1, repeat=TURNS, every=1) for person in people)
    chain_save(actor=SYSTEM, now=START, chain=Chain("warning", "RED", steps, answer_minutes=1))
    for number in range(RUNS):
        escalation_start(actor=SYSTEM, now=START, subject=("warning", number), level="RED", text={"en": "x"}, url="/", exercise=False)


def work() -> None:
    """Sweep, a minute further each time, until every run is through."""
    while (run := Run.objects.filter(state="running").order_by("due_at").first()) is not None:
        escalations_sweep(now=run.due_at + timedelta(seconds=1))
        time.sleep(0.001)


def count() -> None:
    """Print how often each step was told and put into the outbox, and where the runs stand."""
    told = Counter(f"{run}:{step}:{turn}" for run, step, turn in Telling.objects.values_list("run", "step", "turn"))
    sent = Counter(Message.objects.values_list("key", flat=True))
    print(json.dumps({"told": told, "sent": sent, "states": Counter(Run.objects.values_list("state", flat=True))}))


{"fill": fill, "work": work, "count": count}[sys.argv[1]]()
