"""Time the incident list, an incident room and the duty board with very many incidents: queries and median milliseconds.

    python benchmarks/incidents.py [--incidents 10000] [--tasks 100000] [--runs 7] [--json]

Fills a temporary state folder (one incident in two hundred is open, one in fifty is confidential), and asks as a commander
and as a writer outside every circle, through the whole program but the socket.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tasks as work

PAGES = {
    "list, open": "/incidents/",
    "list, all": "/incidents/?state=all",
    "list, all, last page": "/incidents/?state=all&page=9999",
    "list, closed": "/incidents/?state=closed",
    "room": "/incidents/77/",
    "timeline": "/incidents/77/timeline/",
    "duty board": "/",
}


def fill(incidents: int, tasks: int) -> None:
    """Write incidents with a few log lines and clocks, then the tasks."""
    from django.utils import timezone

    from huiying.base.clocks.models import Clock
    from huiying.respond.incidents.models import Incident, LogEntry

    now = timezone.now()
    work.fill(tasks, incidents)
    made, log, clocks = [], [], []
    for number in range(1, incidents + 1):
        at, is_open = now - timedelta(minutes=17 * number), number % 200 == 77
        given: dict[str, Any] = {"opened_at": at, "crisis_at": at, "detected_at": at, "crisis_evidence": "First call"}
        state = "responding" if is_open else "closed"
        made.append(Incident(pk=number, title=f"Matter {number}", state=state, confidential=number % 50 == 0, **given))
        log += [LogEntry(incident_id=number, kind="decision", text=f"Decided {n}", reason="Because", at=at, by_name="A") for n in range(3)]
        clocks += [
            Clock(subject_kind="incident", subject_id=str(number), rule_key=f"rule{n}", label={"en": "Clock"}, started_at=at,
                  due_at=now + timedelta(hours=n + 1), state="running" if is_open else "met", stopped_at=None if is_open else at)
            for n in range(3)
        ]  # fmt: skip
    for model, rows in ((Incident, made), (LogEntry, log), (Clock, clocks)):
        model.objects.bulk_create(rows, batch_size=500)  # type: ignore[attr-defined]  # three tables, one way


def measure(incidents: int, tasks: int, runs: int) -> dict[str, Any]:
    """Fill a database and ask for every page, as somebody in command and as somebody who is not."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from huiying.base.accounts.models import Person

    call_command("migrate", verbosity=0)
    fill(incidents, tasks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {}
    for username, who in (("p0", "commander"), ("p2", "writer")):
        client = Client(headers={"accept-language": "en"})
        client.force_login(Person.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        found |= {f"{name} ({who})": work.measured(client, address, runs) for name, address in PAGES.items()}
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-incidents-") as folder:
        os.environ |= {"HUIYING_STATE": folder, "DJANGO_SETTINGS_MODULE": "huiying.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        import huiying.config  # noqa: F401  the wheel's SQLite must be in place before Django is imported

        import django  # isort: skip

        django.setup()
        from django.test.utils import setup_test_environment

        setup_test_environment()
        found = measure(chosen.incidents, chosen.tasks, chosen.runs)
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for name, numbers in found.items():
        print(f"{name:<34} {numbers['queries']:>3} queries {numbers['median_ms']:>8.1f} ms median {numbers['cpu_ms']:>8.1f} ms of work")


if __name__ == "__main__":
    main()
