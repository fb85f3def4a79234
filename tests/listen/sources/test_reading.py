"""A file read ahead in another process gives what reading it here gives, whatever becomes of that process."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from huiying.core.collectors.records import BadFeed, Unreadable
from huiying.listen.sources.drafts import Draft
from huiying.listen.sources.reading import PART, ReadAhead, _parts

LINES = 3 * PART + 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    rows = [json.dumps({"id": str(n), "text": f"东区自来水发黄 {n}", "ts": "2026-11-01T08:00:00+08:00"}) for n in range(LINES)]
    rows[700] = "{broken"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_it_gives_every_record_in_order_with_its_words(file: Path) -> None:
    with ReadAhead(file, 0) as ahead:
        found = list(ahead)
    assert [number for number, _item in found] == list(range(1, LINES + 1))
    assert isinstance(found[700][1], Unreadable)
    first = found[0][1]
    assert isinstance(first, Draft) and first.cut is not None and first.text == "东区自来水发黄 0"
    assert found == [row for part in _parts(file, 0) for row in part]
    assert ahead.peak > 1_000


def test_it_goes_on_after_a_line(file: Path) -> None:
    with ReadAhead(file, 1_000) as ahead:
        assert next(iter(ahead))[0] == 1_001


def test_when_its_process_is_killed_nothing_is_lost_or_doubled(file: Path) -> None:
    with ReadAhead(file, 0) as ahead:
        records = iter(ahead)
        numbers = [number for number, _item in islice(records, PART + 1)]
        ahead._process.kill()
        numbers += [number for number, _item in records]
    assert numbers == list(range(1, LINES + 1))


def test_what_is_no_file_of_posts_says_so_here(tmp_path: Path) -> None:
    path = tmp_path / "picture.jsonl"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with ReadAhead(path, 0) as ahead, pytest.raises(BadFeed, match="picture"):
        list(ahead)


def test_whoever_stops_early_leaves_no_process(file: Path) -> None:
    with ReadAhead(file, 0) as ahead:
        next(iter(ahead))
    assert not ahead._process.is_alive()
