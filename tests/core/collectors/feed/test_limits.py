"""Deliveries made to cost time are read in time that grows with their size only."""

from __future__ import annotations

import pytest

from huiying.core.collectors.feed import ITEM_LIMIT, feed_of
from huiying.core.collectors.feed.loose import FIELD_LIMIT
from huiying.core.collectors.records import BadFeed, Record, Unreadable

FIVE = 5 * 1024 * 1024 - 200
#: Each of these takes hours where something is searched again from every position.
UNITS = [
    b"<a>", b"<![CDATA[", b"<!--", b"<title>", b"<item>", b"<item><title>&</item>", b"&", b" ", b"<", b"a ", "\u2003".encode(),
    b"&lt;div&gt;", b"&lt;a ", b"xmlns:a", b"\xff\xfe<", "Ã¤".encode(), "水<".encode("gb18030"), b"</item ", b"<name>", b"\0<", b"<br ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_five_megabytes_of_the_same_thing_are_read_or_refused(unit: bytes) -> None:
    start = b"<rss><channel><item><title>x</title><description>"
    try:
        items = feed_of(start + unit * ((FIVE - len(start)) // len(unit))).items
    except BadFeed as error:
        assert error.code == "broken"
        return
    assert len(items) <= ITEM_LIMIT + 1


def test_a_broken_feed_with_too_many_items_names_the_limit_once() -> None:
    items = feed_of(b"<rss>" + b"<item><title>a & b</title></item>" * (ITEM_LIMIT + 10)).items
    assert isinstance(items[-1], Unreadable) and str(ITEM_LIMIT) in items[-1].reason


def test_a_broken_item_with_too_many_elements_is_still_read() -> None:
    items = feed_of(b"<rss><item><title>first</title>" + b"<link>" * (FIELD_LIMIT * 10) + b"</item></rss>").items
    assert isinstance(items[0], Record) and items[0].title == "first"
