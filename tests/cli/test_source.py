"""``huiying source``, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.core.collectors.hostile import HostileServer, hostile_server

from huiying.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """Return a running hostile server."""
    with hostile_server() as running:
        yield running


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run one command and return exit status, output and complaint."""
    with pytest.raises(SystemExit) as ended:
        main(["source", *words])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_sources_are_added_listed_paused_and_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No sources yet" in run(capsys, "list")[1]
    _code, out, _err = run(capsys, "add", "https://forum.example/rss", "--name", "Forum", "--json")
    number = str(json.loads(out)["id"])
    assert json.loads(run(capsys, "pause", number, "--json")[1])["state"] == "paused"
    assert run(capsys, "pause", number)[0] == 1
    listed = json.loads(run(capsys, "list", "--json")[1])["sources"]
    assert [(row["name"], row["state"], row["alive"]) for row in listed] == [("Forum", "paused", False)]
    assert run(capsys, "resume", number)[0] == 0
    assert "Forum" in run(capsys, "list")[1]


@pytest.mark.parametrize(
    "words", [("add", "http://127.0.0.1/rss"), ("add", "ftp://a.example/"), ("add", "https://a.example/", "--poll", "1"), ("check", "99")]
)
def test_wrong_use_ends_with_two_and_a_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "") and err


def test_an_unknown_source_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "pause", "99")[0] == 1


def test_a_feed_is_checked_without_storing_anything(capsys: pytest.CaptureFixture[str], server: HostileServer, settings: Any) -> None:
    from huiying.listen.sources.models import Post

    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    code, out, _err = run(capsys, "check", f"{server.base}/good", "--json")
    assert (code, json.loads(out)["items"]) == (0, 3)
    code, _out, err = run(capsys, "check", f"{server.base}/bomb")
    assert code == 1 and err
    assert Post.objects.count() == 0


def test_a_private_address_is_refused_before_it_is_dialled(capsys: pytest.CaptureFixture[str], server: HostileServer) -> None:
    assert run(capsys, "check", f"{server.base}/good")[0] == 2
    assert server.seen == []


def test_a_check_says_encoding_and_what_would_be_kept(capsys: pytest.CaptureFixture[str], server: HostileServer, settings: Any) -> None:
    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    told = json.loads(run(capsys, "check", f"{server.base}/good", "--json")[1])
    assert (told["encoding"], told["would_store"], told["would_hold_back"]) == ("utf-8", 3, 0)
    assert "Would be stored: 3" in run(capsys, "check", f"{server.base}/good")[1]


def test_a_file_is_checked_without_storing_anything(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from huiying.listen.sources.models import Post

    file = tmp_path / "hotline.csv"
    file.write_bytes("时间,内容,电话\n2026-11-23 10:00,自来水发黄,13812345678\n".encode("gb18030"))
    code, out, _err = run(capsys, "check", str(file), "--json")
    told = json.loads(out)
    assert (code, told["items"], told["encoding"]) == (0, 1, "gb18030")
    assert "person" in told["columns"]["电话"] and Post.objects.count() == 0


def test_a_setting_that_a_kind_does_not_have_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = run(capsys, "add", "https://a.example/rss", "--set", "speed=9")
    assert code == 2 and "speed" in err
    code, _out, err = run(capsys, "add", "https://a.example/rss", "--kind", "pigeon")
    assert code == 2 and "pigeon" in err


def test_a_list_of_feeds_goes_out_and_comes_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from huiying.listen.sources.models import Source

    run(capsys, "add", "https://forum.example/rss", "--name", "Forum", "--channel", "forum")
    file = tmp_path / "feeds.opml"
    assert run(capsys, "export-opml", str(file))[0] == 0
    Source.objects.all().delete()
    assert len(json.loads(run(capsys, "import-opml", str(file), "--json")[1])["added"]) == 1
    assert json.loads(run(capsys, "import-opml", str(file), "--json")[1])["known"] == 1
    assert Source.objects.get().channel == "forum"
