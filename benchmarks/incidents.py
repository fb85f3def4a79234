"""Time the incident list, an incident room and the duty board with very many incidents: queries and median milliseconds.

    python benchmarks/incidents.py [--incidents 10000] [--tasks 100000] [--runs 7] [--json]

Fills a temporary state folder (one incident in two hundred is open, one in fifty is confidential), and asks as a commander
and as a writer outside every circle, through the whole program but the socket.
"""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tasks as work
from pages import Found, in_fresh_database, measured, signed_in, tell

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


def measure(incidents: int, tasks: int, runs: int) -> Found:
    """Fill a database and ask for every page, as somebody in command and as somebody who is not."""
    from django.db import connection

    fill(incidents, tasks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {}
    for username, who in (("p0", "commander"), ("p2", "writer")):
        client = signed_in(username)
        found |= {f"{name} ({who})": measured(client, address, runs) for name, address in PAGES.items()}
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--incidents", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    tell(in_fresh_database(partial(measure, chosen.incidents, chosen.tasks, chosen.runs)), as_json=chosen.json)


if __name__ == "__main__":
    main()
