"""Read feeds, good and bad, from bytes."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from tests.core.collectors.hostile import BOMB, rss

from huiying.core.collectors.feed import ITEM_LIMIT, read_feed
from huiying.core.collectors.plaintext import plain
from huiying.core.collectors.records import BadFeed, Record, Unreadable

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh"><title>t</title>
<entry><id>urn:1</id><title>停水通知</title><updated>2026-11-23T10:00:00+08:00</updated><link href="https://a.example/1"/>
<author><name>小王</name></author><content type="html">&lt;p&gt;今晚停水&lt;/p&gt;</content></entry></feed>"""


def records(body: bytes, content_type: str = "") -> list[Record]:
    """Return the readable items."""
    return [item for item in read_feed(body, content_type=content_type) if isinstance(item, Record)]


def refusal(body: bytes) -> str:
    """Return the code with which a delivery is refused."""
    with pytest.raises(BadFeed) as refused:
        list(read_feed(body))
    return refused.value.code


def test_rss_items_become_records() -> None:
    first = records(rss(2))[0]
    assert (first.item_id, first.title, first.text) == ("1", "自来水发黄 1", "小区停水")
    assert first.published_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_atom_entries_become_records() -> None:
    (entry,) = records(ATOM.encode())
    assert (entry.item_id, entry.title, entry.text, entry.author_handle) == ("urn:1", "停水通知", "今晚停水", "小王")
    assert entry.published_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_json_feed_items_become_records() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "t",
        "language": "zh",
        "items": [
            {"id": "1", "content_html": "<p>水黄</p>", "date_published": "2026-11-23T10:00:00+08:00", "authors": [{"name": "a"}]},
            {"id": 2, "content_text": "x", "date_published": "never"},
            "nonsense",
        ],
    }
    items = list(read_feed(json.dumps(feed).encode()))
    assert isinstance(items[0], Record) and items[0].text == "水黄" and items[0].language == "zh"
    assert isinstance(items[1], Unreadable) and items[1].place == "item 2" and "never" in items[1].reason
    assert isinstance(items[2], Unreadable)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb2312"),
        ("gb18030", "utf-8"),
        ("utf-8", "gb2312"),
        ("utf-8", "iso-8859-1"),
        ("utf-16", "utf-16"),
        ("utf-8-sig", "utf-8"),
        ("utf-8", "no-such-code"),
    ],
)
def test_the_words_survive_whatever_encoding_is_declared(encoding: str, declared: str) -> None:
    assert records(rss(1, encoding=encoding, declared=declared))[0].title == "自来水发黄 1"


def test_a_big5_feed_is_read_by_its_declaration() -> None:
    body = rss(1, declared="big5").decode().replace("自来水发黄", "自來水發黃").replace("小区", "小區").encode("big5hkscs")
    assert records(body)[0].title == "自來水發黃 1"


def test_broken_xml_still_gives_its_items() -> None:
    assert len(records(rss(3)[:-40] + b"<item><title>unclosed & wrong</item>")) >= 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \n\0 ", "empty"),
        (BOMB, "entity_bomb"),
        (BOMB.decode().encode("utf-16"), "entity_bomb"),
        (b"<!doctype html><html></html>", "not_a_feed"),
        (b"plain words", "not_a_feed"),
        (b'{"a": 1}', "not_a_feed"),
        (b"{broken", "broken"),
        (b"[" * 100, "not_a_feed"),
        (b"http://10.0.0.1/", "not_a_feed"),
        (b'{"a":' * 20_000, "broken"),
        (b"<" + b" " * (5 * 1024 * 1024), "too_large"),
    ],
)
def test_a_hostile_delivery_is_refused_with_a_reason(body: bytes, code: str) -> None:
    assert refusal(body) == code


def test_an_external_entity_is_refused() -> None:
    body = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body += b'<rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>'
    assert refusal(body) == "entity_bomb"


def test_a_doctype_hidden_behind_a_comment_is_refused() -> None:
    assert refusal(b"<!-- <rss> -->" + BOMB.split(b"?>", 1)[1]) == "entity_bomb"


def test_words_about_entities_inside_an_item_are_no_attack() -> None:
    body = rss(1).decode().replace("小区停水", "<![CDATA[how <!ENTITY works]]>").encode()
    assert len(records(body)) == 1


def test_a_feed_with_no_items_is_simply_quiet() -> None:
    assert records(rss(0)) == []


@pytest.mark.parametrize("head", [b"<rss>", b"<rss><\x01&>"])
def test_deep_nesting_is_refused_at_once(head: bytes) -> None:
    started = time.process_time()
    assert refusal(head + b"<a>" * 1_500_000) == "broken"
    assert time.process_time() - started < 10


def test_elements_that_are_never_closed_do_not_spoil_a_feed() -> None:
    body = rss(50).decode().replace("小区停水", "小区<br>停水").encode()
    assert len(records(body)) == 50


def test_more_items_than_the_limit_are_named_once() -> None:
    items = list(read_feed(rss(ITEM_LIMIT + 3)))
    assert len(items) == ITEM_LIMIT + 1
    assert isinstance(items[-1], Unreadable)


def test_markup_becomes_plain_text() -> None:
    assert plain("a<br>b <b>c</b> 1 < 2 &lt;x&gt;<script>alert(1)</script>") == "a\nb c 1 < 2 <x>"
