"""``huiying replay`` as a person runs it: real processes on a real database."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from huiying.cli.replay import speed_of

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDS = 3_000
#: Columns that say when the machine did something, not what is so.
CLOCKED = {"created_at", "applied", "updated_at"}


def command(*words: str) -> list[str]:
    """Return the command line of one call."""
    return [sys.executable, "-c", "from huiying.cli import main; main()", *words]


def environment(state: Path) -> dict[str, str]:
    """Return a clean environment with its own state folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DJANGO_", "DATABASE_"))}
    return {**kept, "HUIYING_STATE": str(state), "PYTHONPATH": str(ROOT / "src"), "HUIYING_LANGUAGE": "en", "OPENBLAS_NUM_THREADS": "1"}


def run(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(command(*words), env=environment(state), capture_output=True, text=True, timeout=300, check=False)


def stream_file(path: Path, records: int = RECORDS) -> Path:
    """Write a stream in which a few matters are talked about for longer than a day, with bad lines in between."""
    matters = [
        "东区自来水发黄有异味孩子喝了不舒服",
        "地铁二号线早高峰停运一小时",
        "新学期食堂饭菜涨价家长不满",
        "tap water is brown in the east district",
    ]
    start = datetime(2026, 11, 1, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for number in range(records):
            text = f"{matters[number * 7 % len(matters)]} {number % 97} {'怎么办？' if number % 5 == 0 else '求回应'}"
            at = start + timedelta(seconds=40 * number)
            row: dict[str, Any] = {
                "id": f"p{number}",
                "ts": at.isoformat(),
                "lang": "zh",
                "source": ("weibo", "forum")[number % 2],
                "author_hash": f"a{number % 50}",
            }
            file.write(json.dumps({**row, "title": None, "text": text}, ensure_ascii=False) + "\n")
            if number % 1000 == 500:
                file.write('{"broken\n' + json.dumps({**row, "id": f"far{number}", "ts": "9999-01-01T00:00:00+00:00", "text": "x"}) + "\n")
    return path


def digests(state: Path) -> dict[str, str]:
    """Return a digest of every table of what was heard, without the machine's own times."""
    database = sqlite3.connect(state / "huiying.sqlite3")
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    found = {}
    for table in sorted(name for name in names if name.startswith(("sources_", "stories_", "warnings_")) and "_words" not in name):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[1] not in CLOCKED]
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(columns[:1])}").fetchall()
        found[table] = f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    database.close()
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated state folder with a salt, to copy from: pseudonyms depend on the salt."""
    state = tmp_path_factory.mktemp("prepared")
    seed = state / "seed.jsonl"
    seed.write_text('{"id": "seed", "ts": "2026-10-31T23:00:00+00:00", "source": "seed", "text": "开始", "author_hash": "s"}\n')
    assert run(state, "replay", str(seed), "--json").returncode == 0
    return state


def copied(prepared: Path, to: Path) -> Path:
    """Return a copy of the prepared state."""
    shutil.copytree(prepared, to)
    return to


def test_a_replay_killed_in_the_middle_and_started_again_equals_an_undisturbed_one(prepared: Path, tmp_path: Path) -> None:
    file = stream_file(tmp_path / "stream.jsonl")
    calm, rough = copied(prepared, tmp_path / "calm"), copied(prepared, tmp_path / "rough")
    undisturbed = run(calm, "replay", str(file), "--json")
    assert undisturbed.returncode == 0, undisturbed.stderr
    kills = 0
    for wanted in (1, 4):
        process = subprocess.Popen(
            command("replay", str(file), "--json"), env=environment(rough), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        deadline = time.monotonic() + 120
        while process.poll() is None and ticks(rough) < wanted + 1 and time.monotonic() < deadline:
            time.sleep(0.005)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.communicate()
    assert kills >= 2, "the replay was never killed in the middle"
    assert ticks(rough) < ticks(calm)
    finished = run(rough, "replay", str(file), "--json")
    assert finished.returncode == 0, finished.stderr
    assert digests(rough) == digests(calm)
    first, second = json.loads(undisturbed.stdout), json.loads(finished.stdout)
    for name in ("posts", "folded", "quarantined", "stories", "warnings"):
        assert first[name] == second[name]
    assert first["posts"] == RECORDS and first["quarantined"] == 6


def ticks(state: Path) -> int:
    """Return how many ticks are in the log."""
    try:
        with sqlite3.connect(f"file:{state / 'huiying.sqlite3'}?mode=ro", uri=True, timeout=5) as database:
            return int(database.execute("SELECT COUNT(*) FROM sources_intaketick").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def test_a_file_replayed_twice_adds_nothing(prepared: Path, tmp_path: Path) -> None:
    file = stream_file(tmp_path / "s.jsonl", 600)
    state = copied(prepared, tmp_path / "state")
    first = run(state, "replay", str(file), "--json")
    before = digests(state)
    second = run(state, "replay", str(file), "--json")
    assert (first.returncode, second.returncode) == (0, 0)
    assert digests(state) == before
    assert json.loads(second.stdout)["posts"] == 600


def test_the_summary_names_every_figure(prepared: Path, tmp_path: Path) -> None:
    outcome = run(
        copied(prepared, tmp_path / "state"), "replay", str(stream_file(tmp_path / "s.jsonl", 600)), "--json", "--stream", "exercise"
    )
    summary = json.loads(outcome.stdout)
    assert {"posts", "folded", "quarantined", "stories", "warnings", "posts_per_second", "peak_memory_mb"} <= set(summary)
    assert summary["posts"] == 600 and summary["stories"] >= 1 and summary["folded"] > 0 and summary["peak_memory_mb"] > 10


def test_a_person_reads_a_sentence(prepared: Path, tmp_path: Path) -> None:
    outcome = run(copied(prepared, tmp_path / "state"), "replay", str(stream_file(tmp_path / "s.jsonl", 20)))
    assert outcome.returncode == 0 and outcome.stdout.startswith("posts 20, repeated 0")


def test_the_speed_keeps_the_pace_of_the_stream(prepared: Path, tmp_path: Path) -> None:
    state = copied(prepared, tmp_path / "state")
    started = time.monotonic()
    outcome = run(state, "replay", str(stream_file(tmp_path / "s.jsonl", 31)), "--speed", "300", "--json")
    assert outcome.returncode == 0
    assert time.monotonic() - started >= 2.0
    assert json.loads(outcome.stdout)["posts"] == 31


@pytest.mark.parametrize("kind", ["missing", "binary", "folder", "empty", "prose"])
def test_a_file_that_cannot_be_played_is_refused_in_one_sentence(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "x.jsonl"
    if kind == "folder":
        file.mkdir()
    elif kind != "missing":
        file.write_bytes({"binary": bytes(range(256)) * 50, "empty": b"", "prose": b"once upon\na time\n"}[kind])
    outcome = run(tmp_path / "state", "replay", str(file))
    assert outcome.returncode == 2
    assert outcome.stdout == "" and len(outcome.stderr.strip().splitlines()) == 1 and "x.jsonl" in outcome.stderr
    if kind == "binary":
        machine = run(tmp_path / "state", "replay", str(file), "--json")
        assert machine.returncode == 2 and "x.jsonl" in json.loads(machine.stdout)["error"]


def timeless(path: Path, *, first: int, last: int) -> Path:
    """Write 300 records of which only some state a time."""
    rows = [{"id": f"t{n}", "source": "forum", "author_hash": f"a{n % 9}", "text": f"东区自来水发黄有异味 {n}"} for n in range(300)]
    at = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [{**row, "ts": (at + timedelta(minutes=n)).isoformat()} if first <= n < last else row for n, row in enumerate(rows)]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(("first", "last", "words"), [(100, 200, ()), (0, 0, ("--at", "2026-11-01T08:00"))])
def test_records_without_a_time_make_two_replays_equal(
    prepared: Path, tmp_path: Path, first: int, last: int, words: tuple[str, ...]
) -> None:
    file = timeless(tmp_path / "s.jsonl", first=first, last=last)
    states = [copied(prepared, tmp_path / name) for name in ("one", "two")]
    for state in states:
        outcome = run(state, "replay", str(file), "--json", *words)
        assert outcome.returncode == 0, outcome.stdout
        assert json.loads(outcome.stdout)["posts"] == 300
    assert digests(states[0]) == digests(states[1])


@pytest.mark.parametrize(("words", "told"), [((), "--at"), (("--at", "soon"), "soon"), (("--at", "9999-01-01"), "a time that has been")])
def test_a_file_without_any_time_is_refused_until_one_is_said(prepared: Path, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    state = copied(prepared, tmp_path / "state")
    outcome = run(state, "replay", str(timeless(tmp_path / "s.jsonl", first=0, last=0)), "--json", *words)
    assert outcome.returncode == 2 and told in json.loads(outcome.stdout)["error"]
    assert ticks(state) == 1


@pytest.mark.parametrize("speed", ["fast", "0", "-1", "nan"])
def test_a_speed_that_is_none_is_refused(speed: str) -> None:
    with pytest.raises(click.BadParameter, match=speed):
        speed_of(speed)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_process_beside_dies_with_a_killed_replay(prepared: Path, tmp_path: Path) -> None:
    state = copied(prepared, tmp_path / "state")
    process = subprocess.Popen(
        command("replay", str(stream_file(tmp_path / "s.jsonl")), "--json"),
        env=environment(state),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not (beside := children(process.pid)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(beside) == 1
    while is_running(beside[0]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_running(beside[0])


def is_running(number: int) -> bool:
    """Return whether a process lives; one that ended but is not collected yet does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(parent: int) -> list[int]:
    """Return the processes a process started."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(number) for number in listed.read_text().split()] if listed.exists() else []
