"""A worker that is killed by the system, again and again, while it reads a dropped file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 2_500
BEGIN = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from huiying.listen.sources.models import Source
Source.objects.create(name="forum", connector="table", channel="forum", created_at=timezone.now())
"""
WORK = """
from datetime import timedelta
from django.utils import timezone
from huiying.listen.sources.dropping import Reader
from huiying.listen.sources.models import TakenFile
reader, now = Reader(), timezone.now()
for turn in range(60):
    reader.turn(now + timedelta(seconds=3 * turn))
    print("turn", flush=True)
    if TakenFile.objects.filter(finished_at__isnull=False).exists():
        break
"""


def process(state: Path, script: str) -> subprocess.Popen[str]:
    """Start Python with Django on a state folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DATABASE_"))}
    environment = {**kept, "HUIYING_STATE": str(state), "DJANGO_SETTINGS_MODULE": "huiying.config.settings", "PYTHONPATH": "src"}
    code = f"import huiying.config, django\ndjango.setup()\n{script}"
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("rounds", [2])
def test_a_worker_killed_again_and_again_stores_every_row_once(tmp_path: Path, project: Path, rounds: int) -> None:
    state = tmp_path / "state"
    assert process(state, BEGIN).wait(120) == 0
    folder = state / "drop" / "1-forum"
    folder.mkdir(parents=True)
    path = folder / "a.csv"
    path.write_text("id,text,ts\n" + "".join(f"{n},自来水发黄 {n},2026-11-23 10:00:00\n" for n in range(ROWS)))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    for number in range(rounds):
        worker = process(state, WORK)
        assert worker.stdout is not None
        for _turn in range(2 + number % 2):
            worker.stdout.readline()
        worker.kill()  # somewhere inside the next tick
        worker.wait(30)
        worker.stdout.close()
    assert process(state, WORK).wait(120) == 0
    with sqlite3.connect(next(state.glob("*.sqlite3"))) as database:
        stored = database.execute("SELECT count(*), count(DISTINCT item_key) FROM sources_post").fetchone()
        cursor = database.execute("SELECT stored, repeated, quarantined FROM sources_intakecursor").fetchall()
    assert stored == (ROWS, ROWS)
    assert cursor == [(ROWS, 0, 0)]
    assert not path.exists() and (folder / "done" / "a.csv").exists()
