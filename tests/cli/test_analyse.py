"""``huiying analyse``: a file is read without a database, a state folder or a trace left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

POSTS = [
    {"id": f"p{place}", "ts": f"2026-11-23T08:{place:02d}:00+08:00", "source": "forum", "author": f"u{place}", "text": text}
    for place, text in enumerate(
        [
            "城东自来水发黄，到底什么时候恢复供水？",
            "城东自来水发黄，几点能来水？",
            "城东自来水发黄，水什么时候来啊？",
            "城东自来水发黄，还要停多久才能通水？",
            "城东自来水发黄，何时恢复供水？",
            "城东自来水发黄，听说有30多人住院了。",
            "城东自来水发黄，管道在检修，请拨13800138000。",
            "城东自来水发黄，请公布检测结果！",
        ]
    )
]


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command where nothing may be written."""
    environment = {"PATH": "/usr/bin:/bin", "HUIYING_STATE": str(cwd / "no-state"), "HOME": str(cwd), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "huiying.cli", "analyse", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(post, ensure_ascii=False) for post in POSTS), encoding="utf-8")
    return path


def test_questions_of_a_file_are_printed_and_nothing_is_stored(posts: Path, tmp_path: Path) -> None:
    answer = run(str(posts), cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "8 posts" in answer.stdout and "(5 authors)" in answer.stdout and "demanded:" in answer.stdout
    assert not (tmp_path / "no-state").exists()


def test_the_same_as_one_json_object_with_masked_texts(posts: Path, tmp_path: Path) -> None:
    answer = run(str(posts), "--json", cwd=tmp_path)
    found: dict[str, Any] = json.loads(answer.stdout)
    assert answer.stderr == ""
    assert found["posts"] == 8 and found["stories"][0]["questions"]["groups"][0]["authors"] == 5
    assert {"stories", "bursts", "seconds", "posts_per_second", "copies", "unreadable"} <= set(found)
    assert "13800138000" not in answer.stdout and "u3" not in answer.stdout


def test_only_so_many_posts_and_stories(posts: Path, tmp_path: Path) -> None:
    found = json.loads(run(str(posts), "--json", "--limit", "3", "--stories", "1", cwd=tmp_path).stdout)
    assert found["posts"] == 3 and len(found["stories"]) == 1
    assert found["stories"][0]["questions"]["needed"] == 5


def test_a_table_is_read_as_well(tmp_path: Path) -> None:
    lines = ["发布时间,内容", *(f"2026-11-23 08:{place:02d},{post['text'].replace(',', '，')}" for place, post in enumerate(POSTS))]
    (tmp_path / "posts.csv").write_text("\n".join(lines), encoding="utf-8")
    assert json.loads(run("posts.csv", "--json", cwd=tmp_path).stdout)["posts"] == 8


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.jsonl", b""), ("binary.jsonl", b"\x00\x01\x02" * 500), ("page.csv", b"<html></html>"), ("none.jsonl", None)],
)
def test_what_holds_no_posts_is_wrong_use_in_one_sentence(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    answer = run(name, cwd=tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.startswith("huiying: ") and answer.stderr.count("\n") == 1


def test_hostile_posts_are_read(tmp_path: Path) -> None:
    texts = ["😀", "a" * 1_000_000, "\\ud800\\udfff", "متى تعود المياه؟", "", "为什么" * 10_000]
    lines = [f'{{"id": "{place}", "ts": "2026-11-23T08:00:00Z", "text": "{text}"}}' for place, text in enumerate(texts)]
    (tmp_path / "hostile.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answer = run("hostile.jsonl", "--json", cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["posts"] >= 4
