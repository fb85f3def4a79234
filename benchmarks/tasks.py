"""Time the pages of tasks with very many of them: queries and median milliseconds of each page.

    python benchmarks/tasks.py [--tasks 100000] [--subjects 10000] [--runs 15] [--json]

Fills a temporary state folder (one task in five is an order, six in ten are done), signs a commander in, and asks for the
list, the board and a task through the whole program but the socket. Nothing outside the folder is touched.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pages import Found, in_fresh_database, measured, signed_in, tell

GROUPS = ("information_group", "communication_group", "logistics_group", "collaboration_group", "command_group")
PAGES = {
    "list, mine": "/tasks/",
    "list, my groups'": "/tasks/?show=groups",
    "list, everybody's open": "/tasks/?show=open",
    "list, everybody's open, page 200": "/tasks/?show=open&page=200",
    "list, overdue": "/tasks/?show=overdue",
    "list, all": "/tasks/?show=all",
    "list, all, last page": "/tasks/?show=all&page=9999",
    "list, one group's orders": "/tasks/?show=open&group=logistics_group&kind=order",
    "list, one subject": "/tasks/?show=open&subject=incident:77",
    "board, everybody's": "/tasks/board/?show=open",
    "board, mine": "/tasks/board/",
    "board, my groups'": "/tasks/board/?show=groups",
    "board, one subject": "/tasks/board/?show=open&subject=incident:77",
    "orders by group, a year": "/tasks/departments/?days=365",
    "one task": "/tasks/{order}/",
}


def people(count: int) -> list[Any]:
    """Make people, the first of them a commander who leads a group."""
    from huiying.base.accounts.models import Group, Person, RoleGrant

    made = Person.objects.bulk_create(
        [Person(username=f"p{number}", display_name=f"职员{number}", language="en") for number in range(count)]
    )
    roles = ("commander", "analyst", "writer", "information_officer", "logistics")
    RoleGrant.objects.bulk_create([RoleGrant(person=person, role=roles[number % len(roles)]) for number, person in enumerate(made)])
    for number, kind in enumerate(GROUPS):
        group = Group.objects.create(kind=kind, head=made[number], deputy=made[number + 1])
        group.members.set(made[number :: len(GROUPS)])
    return made


def task(number: int, subjects: int, staff: list[Any], now: datetime, rng: random.Random) -> Any:
    """Return a task as it may stand: done long ago, late, or ahead."""
    from huiying.base.tasks.models import Task

    created = now - timedelta(minutes=rng.randint(1, 400_000))
    due_at = created + timedelta(minutes=rng.randint(30, 40_000)) if rng.random() < 0.95 else None
    is_done = rng.random() < 0.6
    is_order = number % 5 == 0
    order_state = ("accepted" if is_done else rng.choice(("issued", "received", "answered", "returned"))) if is_order else ""
    late_at = due_at if order_state not in ("answered", "accepted") else None
    return Task(
        subject_kind="incident",
        subject_id=str(number % subjects + 1),
        title={"zh-Hans": f"送水到第{number}户", "en": f"Bring water to house {number}"},
        owner=rng.choice(staff) if rng.random() < 0.7 else None,
        group=rng.choice(GROUPS) if rng.random() < 0.7 else "",
        owner_role="logistics",
        due_at=due_at,
        late_at=late_at,
        importance=rng.choice((1, 2, 2, 2, 3, 4)),
        expected_result="签收单",
        source="" if number % 3 else "plan:opinion@1.0:step-3",
        state="done" if is_done else rng.choice(("todo", "todo", "doing", "doing", "blocked")),
        created_at=created,
        done_at=created + timedelta(minutes=rng.randint(10, 40_000)) if is_done else None,
        order_state=order_state,
        issuer=staff[0] if is_order else None,
        receipt_due_at=created + timedelta(hours=1) if is_order else None,
        receipt_missed=is_order and rng.random() < 0.2,
        answer_missed=is_order and rng.random() < 0.2,
        reminders=rng.randint(0, 3) if is_order else 0,
    )


def fill(tasks: int, subjects: int) -> int:
    """Write everything; return the number of an order."""
    from django.db import connection
    from django.utils import timezone

    from huiying.base.tasks.models import Task

    rng, now, staff = random.Random(7), timezone.now(), people(200)
    for start in range(0, tasks, 5000):
        batch = [task(number, subjects, staff, now, rng) for number in range(start, min(start + 5000, tasks))]
        Task.objects.bulk_create(batch, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Task.objects.filter(order_state="received").values_list("pk", flat=True)[0]


def measure(tasks: int, subjects: int, runs: int) -> Found:
    """Fill a database and ask for every page."""
    begun = time.perf_counter()
    order = fill(tasks, subjects)
    print(f"filled {tasks:,} tasks of {subjects:,} subjects in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    client = signed_in("p0")
    return {name: measured(client, address.format(order=order), runs) for name, address in PAGES.items()}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--subjects", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    tell(in_fresh_database(partial(measure, chosen.tasks, chosen.subjects, chosen.runs)), as_json=chosen.json)


if __name__ == "__main__":
    main()
