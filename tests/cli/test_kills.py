"""Any child of ``huiying up`` killed in the middle of its work: in the end everything is there once, as if nothing had been."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from .running import Running, until

FEEDS, ITEMS = 3, 1_100
#: Columns that say when the machine did something, not what is so.
CLOCKED = {"received_at", "issued_at", "evaluated_at", "below_since", "in_mood"}
#: Columns that hold the intake number of a post. The canary's posts have numbers too, and come when they come.
NUMBERED = {"seq", "medoid_seq", "post_id", "story_id", "copy_of"}
HEARD = "sources_post WHERE channel <> 'canary'"
TABLES = ("sources_post", "stories_story", "stories_storybucket", "stories_storypost", "warnings_warning")
MATTERS = [
    "东区自来水发黄有异味孩子喝了不舒服",
    "地铁二号线早高峰停运一小时",
    "新学期食堂饭菜涨价家长不满",
    "tap water is brown in the east district",
]


def feed(number: int, newest: datetime) -> bytes:
    """Return an RSS feed of posts of the last minutes."""
    items = []
    for place in range(ITEMS):
        at = newest - timedelta(seconds=ITEMS - place)
        text = f"{MATTERS[(place * 7 + number) % len(MATTERS)]} {place % 97} {'怎么办？' if place % 5 == 0 else '求回应'}"
        items.append(
            f"<item><guid>{number}-{place}</guid><title>{escape(text)}</title><description>{escape(text)}。</description>"
            f"<author>a{place % 50}</author><pubDate>{format_datetime(at)}</pubDate></item>"
        )
    return f'<rss version="2.0"><channel><title>feed {number}</title>{"".join(items)}</channel></rss>'.encode()


@pytest.fixture
def feeds() -> Iterator[str]:
    """Serve the feeds over real HTTP and return their address without the number."""
    # Warnings are judged by the last whole half hour, in steps of five minutes. All posts lie in it from five minutes after the newest
    # to eleven: whenever in these a warning is judged, before or after a kill, its figures are the same.
    newest = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    bodies = {f"/{number}": feed(number, newest) for number in range(FEEDS)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
            self.send_header("Content-Length", str(len(bodies[self.path])))
            self.end_headers()
            self.wfile.write(bodies[self.path])

        def log_message(self, *_words: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Return a state folder with this month's salt, to copy from: pseudonyms depend on it."""
    state, seed = tmp_path / "prepared", tmp_path / "seed.jsonl"
    seed.write_text(json.dumps({"id": "s", "ts": datetime.now(UTC).isoformat(), "source": "seed", "text": "开始", "author": "s"}) + "\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DATABASE_"))}
    told("replay", str(seed), environment={**kept, "HUIYING_STATE": str(state)})
    return state


def told(*words: str, environment: dict[str, str]) -> None:
    """Run a command to its good end."""
    command = [sys.executable, "-m", "huiying.cli", *words, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class Listening:
    """One ``huiying up`` on a state folder of its own, and what its database says."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.up = Running(state, HUIYING_FETCH_ALLOW="127.0.0.0/8")

    def ask(self, sql: str) -> list[Any]:
        """Return what the database answers."""
        with sqlite3.connect(f"file:{self.state / 'huiying.sqlite3'}?mode=ro", uri=True, timeout=30) as database:
            return database.execute(sql).fetchall()

    def count(self, sql: str) -> int:
        """Return one number."""
        return int(self.ask(f"SELECT COALESCE({sql}, 0)")[0][0])

    def posts(self) -> int:
        """Return how many posts are taken in."""
        return self.count(f"(SELECT COUNT(*) FROM {HEARD})")

    def waiting(self) -> int:
        """Return how many closed ticks are not in the stories yet."""
        return self.count("(SELECT MAX(number) FROM sources_intaketick WHERE stream = 'live')") - self.applied()

    def applied(self) -> int:
        """Return the newest tick in the stories."""
        return self.count("(SELECT MAX(tick) FROM stories_analysisstate WHERE stream = 'live')")

    def add(self, url: str) -> None:
        """Watch one more feed."""
        told("source", "add", url, "--name", url[-1], environment=self.up.environment)

    def settle(self, posts: int) -> None:
        """Wait until so many posts are taken in and all are in their stories."""
        until(lambda: self.posts() >= posts and self.waiting() == 0, 120)

    def tables(self) -> dict[str, list[Any]]:
        """Return what was heard, without the machine's own times and numbers."""
        places = {seq: place for place, (seq,) in enumerate(self.ask(f"SELECT seq FROM {HEARD} ORDER BY seq"))}
        names = dict(self.ask("SELECT id, name FROM sources_source"))
        return {table: self._rows(table, places, names) for table in TABLES}

    def _rows(self, table: str, places: dict[int, int], names: dict[int, str]) -> list[Any]:
        left = CLOCKED | {"item_key"}  # made of the source's number
        columns = [row[1] for row in self.ask(f"PRAGMA table_info({table})") if row[1] not in left]
        numbered = NUMBERED | ({"id"} if table == "stories_story" else set())

        def plain(column: str, value: Any) -> Any:
            if column == "source_id":
                return names[value]
            return places[value] if column in numbered and value is not None else value

        rows = self.ask(f"SELECT {', '.join(columns)} FROM {HEARD if table == 'sources_post' else table} ORDER BY 1")
        return [tuple(plain(column, value) for column, value in zip(columns, row, strict=True)) for row in rows]


def calm(one: Listening, address: str) -> dict[str, list[Any]]:
    """Take in every feed undisturbed."""
    for number in range(FEEDS):
        one.add(f"{address}{number}")
        one.settle(1 + (number + 1) * ITEMS)
    return one.tables()


def rough(one: Listening, address: str) -> dict[str, list[Any]]:
    """Take in every feed, killing a child, then another, then all three, each in the middle of the work."""
    _kill_the_collector(one, address)
    _kill_the_worker(one, address)
    _kill_all(one, address)
    return one.tables()


def _kill_the_collector(one: Listening, address: str) -> None:
    one.add(f"{address}0")
    until(lambda: one.posts() > 1)
    one.up.child("collector").kill()
    one.settle(1 + ITEMS)


def _kill_the_worker(one: Listening, address: str) -> None:
    worker, before = one.up.child("worker"), one.applied()
    until(lambda: _suspended(one, worker))  # so that ticks pile up
    one.add(f"{address}1")
    until(lambda: one.posts() == 1 + 2 * ITEMS)
    assert one.waiting() == 3
    worker.resume()
    until(lambda: one.applied() > before)
    worker.kill()
    one.settle(1 + 2 * ITEMS)


def _suspended(one: Listening, worker: Any) -> bool:
    """Suspend the worker; not in the middle of a transaction, or nobody else could write until it goes on."""
    worker.suspend()
    try:
        with sqlite3.connect(one.state / "huiying.sqlite3", timeout=0.1, isolation_level=None) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError:
        worker.resume()
        return False
    return True


def _kill_all(one: Listening, address: str) -> None:
    before = one.posts()
    one.add(f"{address}2")
    until(lambda: one.posts() > before)
    for role in ("collector", "worker", "web"):
        one.up.child(role).kill()
    one.settle(1 + FEEDS * ITEMS)
    until(one.up.answers)


def test_whatever_child_is_killed_the_tables_are_as_if_none_had_been(prepared: Path, feeds: str, tmp_path: Path) -> None:
    results = []
    for name, act in (("calm", calm), ("rough", rough)):
        shutil.copytree(prepared, tmp_path / name)
        one = Listening(tmp_path / name)
        try:
            results.append(act(one, feeds))
            assert one.up.stop() == 0
            said = one.up.said()
        finally:
            if one.up.process.poll() is None:
                one.up.process.send_signal(signal.SIGTERM)
                one.up.process.wait(15)
            one.up.log.close()
    undisturbed, disturbed = results
    assert said.count("killed by SIGKILL") == 5
    assert len(undisturbed["sources_post"]) == 1 + FEEDS * ITEMS
    assert undisturbed["warnings_warning"]
    for table in TABLES:
        assert disturbed[table] == undisturbed[table], table
