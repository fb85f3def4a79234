"""``huiying source``, in this process."""

from __future__ import annotations

import gzip
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


RSS = '<?xml version="1.0" encoding="GBK"?><rss><channel><item><title>停水</title></item><item></item></channel></rss>'
FILES: dict[str, tuple[bytes, str]] = {
    "a.xml": (RSS.encode("gb18030"), "RSS feed"),
    "a.json": (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "no water"}, 7]}', "JSON Feed"),
    "a.jsonl": (b'{"text": "no water"}\n{oops\n', "table (JSON lines)"),
    "a.jsonl.gz": (gzip.compress(b'{"text": "no water"}\n{oops\n'), "table (JSON lines)"),
    "a.csv": ("时间,内容\n2026-11-23 10:00,停水\n昨天或今天,停水\n".encode("gb18030"), "table (CSV)"),
}
BROKEN: dict[str, bytes] = {
    "empty.csv": b"",
    "empty.xml": b"",
    "empty.jsonl.gz": b"",
    "nothing.jsonl.gz": gzip.compress(b""),
    "cut.jsonl.gz": gzip.compress(b'{"text": "no water"}\n' * 99)[:40],
    "binary.csv": bytes(range(256)) * 9,
    "page.csv": b"<html><body><table><tr><td>a</td></tr></table></body></html>",
    "broken.xlsx": b"PK\x03\x04 broken",
    "notext.csv": b"a,b\n1,2\n",
    "bomb.xml": b'<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>',
    "list.opml": b"<opml><body>",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_each_kind_is_explained(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    body, kind = FILES[name]
    (tmp_path / name).write_bytes(body)
    told = json.loads(run(capsys, "check", str(tmp_path / name), "--json")[1])
    assert (told["kind"], told["items"], told["unreadable"]) == (kind, 1, 1)
    assert (told["would_store"], told["would_hold_back"]) == (1, 1) and told["encoding"]


def test_files_that_hold_no_posts_say_what_to_do_with_them(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.opml").write_text('<opml><body><outline text="A" xmlUrl="https://a.example/rss"/></body></opml>')
    (tmp_path / "map.xml").write_text("<urlset><url><loc>https://a.example/1</loc></url></urlset>")
    assert "import-opml" in run(capsys, "check", str(tmp_path / "a.opml"))[1]
    assert "sitemap of 1 addresses" in run(capsys, "check", str(tmp_path / "map.xml"))[1]


def test_a_page_and_a_letter_are_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        f"<html><title>Notice</title><body><article><p>{'No water tonight. ' * 30}</p></article></body></html>"
    )
    (tmp_path / "a.eml").write_text("From: a@b.example\nSubject: Water\nDate: Mon, 23 Nov 2026 08:00:00 +0800\n\nIt is brown.\n")
    for name in ("a.html", "a.eml"):
        assert json.loads(run(capsys, "check", str(tmp_path / name), "--json")[1])["would_store"] == 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BROKEN[name])
    code, out, err = run(capsys, "check", str(tmp_path / name))
    assert code == 1 and not out and err.isascii() | ("正文" in err) and len(err.strip().splitlines()) == 1 and str(tmp_path) not in err


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
