"""Titles, growth and windows of a story: pure functions on plain values."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import xxhash

BUCKET = timedelta(minutes=5)
HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
#: A snapshot of the fold's memory is written after so many posts or ticks; what lies after it is read again at a start (about 2 s).
SNAPSHOT_POSTS, SNAPSHOT_TICKS = 8_000, 500
TITLE_LENGTH = 60
#: Below one post an hour a growth ratio would only say that the story is new.
USUAL_HOUR_FLOOR = 1.0

_HEADLINE = re.compile(r"【([^】]{4,80})】")
_TAG = re.compile(r"#([^#\n]{2,40})#")
_LINK = re.compile(r"https?://\S+")
_SENTENCE_END = re.compile(r"(?<=[。！？!?\n])|(?<=[.;] )")


def title_of(title: str | None, text: str) -> str:
    """Return what a story is called after its most typical post.

    >>> title_of(None, "【城东自来水发黄】今早打开水龙头……")
    '城东自来水发黄'
    >>> title_of("Brown water in Eastside", "Long text")
    'Brown water in Eastside'
    """
    if title and title.strip():
        return _shortened(title)
    headline = _HEADLINE.search(text)
    if headline:
        return _shortened(headline[1])
    plain = _LINK.sub("", _TAG.sub(r" \1 ", text)).strip() or text
    for sentence in _SENTENCE_END.split(plain):
        if len(sentence.strip()) >= 6:
            return _shortened(sentence)
    return _shortened(plain)


def _shortened(text: str) -> str:
    text = " ".join(text.split()).strip(" 。.；;，,")
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


def language_of(stated: str | None, text: str) -> str:
    """Return the language a post states, or Chinese where it holds Han characters.

    >>> language_of(None, "水发黄"), language_of(None, "brown water")
    ('zh', 'en')
    """
    return stated or ("zh" if any("\u3400" <= character <= "\u9fff" for character in text) else "en")


def bucket_of(at: datetime) -> datetime:
    """Return the start of the five minutes a moment lies in."""
    return at - timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)


def hour_start(now: datetime) -> datetime:
    """Return the first bucket of the last hour: the running bucket and the eleven before it."""
    return bucket_of(now) - HOUR + BUCKET


def growth_ratio(posts_1h: int, posts_24h: int, first_at: datetime, now: datetime) -> float:
    """Return the last hour over the story's own usual hour of the day before it.

    >>> from datetime import UTC
    >>> growth_ratio(40, 60, datetime(2026, 1, 1, 0, tzinfo=UTC), datetime(2026, 1, 1, 11, tzinfo=UTC))
    20.0
    """
    hours_before = min(max((now - first_at) / HOUR - 1.0, 0.0), 23.0)
    usual = (posts_24h - posts_1h) / hours_before if hours_before >= 1.0 else float(posts_24h - posts_1h)
    return posts_1h / max(usual, USUAL_HOUR_FLOOR)


def chained(chain: str, batch: bytes) -> str:
    """Return the name of the ticks read so far, one more tick included."""
    return xxhash.xxh3_128_hexdigest(chain.encode() + batch)


def is_snapshot_due(posts: int, ticks: int) -> bool:
    """Return whether so much was read since the last snapshot that a new one is worth writing."""
    return posts >= SNAPSHOT_POSTS or ticks >= SNAPSHOT_TICKS
