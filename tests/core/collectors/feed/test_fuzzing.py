"""Whatever bytes arrive, reading ends with records, with reasons, or with BadFeed; nothing else is ever raised."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.collectors.feed.corpus import corpus
from tests.core.collectors.feed.samples.model import NOW, URL

from huiying.core.collectors.dates import NotATime, read_date
from huiying.core.collectors.encodings import decode
from huiying.core.collectors.feed import feed_of
from huiying.core.collectors.plaintext import plain
from huiying.core.collectors.records import BadFeed, Record, Unreadable

BODIES = [sample.body for sample in corpus() if len(sample.body) < 20_000]
#: Pieces that parsers stumble over.
PIECES = [
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&", b"&#0;", b"&#x110000;", b"<item>", b"</item>", b"<title>", b"</title>",
    b"<", b">", b'"', b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b$B", b"<!DOCTYPE x [", b"xmlns:a=''", b"{", b"[",
    b"\\u0000", b"\\ud800", b"<pubDate>", b"</", b"/>", b"1e999",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a sample of the corpus with some of its bytes changed, cut, doubled or put elsewhere."""
    body = bytearray(draw(st.sampled_from(BODIES)))
    for _change in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        length = draw(st.integers(0, 40))
        match draw(st.sampled_from(("insert", "delete", "replace", "double", "cut"))):
            case "insert":
                body[at:at] = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
            case "delete":
                del body[at : at + length]
            case "replace":
                body[at : at + length] = draw(st.binary(max_size=40))
            case "double":
                body[at:at] = body[at : at + length * 10]
            case _:
                del body[at:]
    return bytes(body)


def _reads(body: bytes, content_type: str = "") -> None:
    try:
        feed = feed_of(body, content_type=content_type, now=NOW, url=URL)
    except BadFeed as error:
        assert error.code in ("empty", "too_large", "not_a_feed", "broken", "entity_bomb")
        return
    for item in feed.items:
        assert isinstance(item, Unreadable) or _is_whole(item)


def _is_whole(item: Record) -> bool:
    return (
        bool(item.title or item.text)
        and (item.published_at is None or item.published_at.tzinfo is UTC)
        and "\0" not in item.title + item.text
    )


@given(mutated())
@settings(max_examples=600, deadline=None)
def test_a_damaged_feed_never_raises_anything_else(body: bytes) -> None:
    _reads(body)


@given(
    st.binary(max_size=400),
    st.sampled_from(["", "text/xml; charset=gbk", "application/json", "text/xml; charset=utf-7", "x; charset=idna"]),
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_never_raise_anything_else(body: bytes, content_type: str) -> None:
    _reads(body, content_type)
    _reads(b"<rss><channel><item><title>" + body, content_type)
    assert isinstance(decode(body, content_type=content_type).text, str)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_becomes_plain(markup: str) -> None:
    assert "\0" not in plain(markup) and "\0" not in plain(f"<p>{markup}")


_WORDS = "0123456789:/-.,+年月日時时分秒前天昨今上午下 TZabcdehimnoprsuvJFMASOND"


@given(st.text(alphabet=_WORDS, max_size=40) | st.text(max_size=40) | st.integers() | st.floats())
@settings(max_examples=500, deadline=None)
def test_a_date_is_read_or_refused(value: object) -> None:
    try:
        at = read_date(value, now=NOW)
    except NotATime:
        return
    assert at is None or (isinstance(at, datetime) and at.tzinfo is UTC)
