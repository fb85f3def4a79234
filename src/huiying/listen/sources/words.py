"""The full-text index of posts, on SQLite (FTS5, contentless) and PostgreSQL (tsvector).

Each post has its words in order, and its *signs*: the stems of its English words, and what posts are filtered by, so
that a rare source among a common word is found by the index alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Protocol

import xxhash
from django.db import connection

from huiying.core.formats.bigrams import language_by_script

from .drafts import Cut, cuts_of, searched
from .rules import CANARY_STREAM

#: PostgreSQL keeps no position beyond this; later words of a very long text are found alone, not as phrases.
_LAST_POSITION = 16_383
#: Posts whose texts are folded together: enough for the arrays to pay, little enough for the cache of the processor.
_TOGETHER = 500


class Indexed(Protocol):
    """What the index reads of a post."""

    seq: int
    source_id: int
    title: str
    text: str
    channel: str
    language: str | None
    published_at: datetime
    exercise: bool


def text_of(post: Indexed) -> str:
    """Return the text that is searched: title and text."""
    return searched(post.title, post.text)


def index_posts(posts: Iterable[Indexed], cuts: Sequence[Cut | None] = ()) -> None:
    """Add posts to the index, in the caller's transaction; ``cuts`` are their words where they are known already."""
    if connection.vendor == "sqlite":
        sql = "INSERT INTO sources_post_words(rowid, words, signs) VALUES (%s, %s, %s)"
    else:
        sql = "INSERT INTO sources_post_words(seq, words) VALUES (%s, %s::tsvector)"
    _each(posts, sql, cuts)


def unindex_posts(posts: Iterable[Indexed]) -> None:
    """Take posts out of the index; their texts must still be what was indexed."""
    if connection.vendor == "sqlite":
        _each(posts, "INSERT INTO sources_post_words(sources_post_words, rowid, words, signs) VALUES ('delete', %s, %s, %s)")
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sources_post_words WHERE seq = ANY(%s)", [[post.seq for post in posts]])


def unindex_for_good(posts: Iterable[Indexed]) -> None:
    """Take posts out of the index so that no trace of their words stays in its file."""
    if connection.vendor != "sqlite":
        unindex_posts(posts)
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sources_post_words(sources_post_words, rank) VALUES ('secure-delete', 1)")
        unindex_posts(posts)
        cursor.execute("INSERT INTO sources_post_words(sources_post_words, rank) VALUES ('secure-delete', 0)")


def _each(posts: Iterable[Indexed], sql: str, cuts: Sequence[Cut | None] = ()) -> None:
    waiting = list(posts)
    row = _sqlite_row if connection.vendor == "sqlite" else _postgresql_row
    with connection.cursor() as cursor:
        for start in range(0, len(waiting), _TOGETHER):
            part = slice(start, start + _TOGETHER)
            cursor.executemany(sql, rows_of(waiting[part], row, cuts[part]))


Row = tuple[int | str, ...]


def rows_of(posts: Sequence[Indexed], row: Callable[[int, str, list[str], str], Row], cuts: Sequence[Cut | None] = ()) -> list[Row]:
    """Return a row of each post, made by ``row(seq, words, stems, filter signs)``."""
    known = [cut for cut in cuts if cut is not None]
    if len(known) < len(posts):
        known = cuts_of([text_of(post) for post in posts])
    return [row(post.seq, line, stems, filter_signs(post, line)) for post, (line, stems) in zip(posts, known, strict=True)]


def filter_signs(post: Indexed, words: str) -> str:
    """Return what a post is filtered by, each sign with a digit so that it is no stem."""
    moment = post.published_at
    stream = "x2" if post.channel == CANARY_STREAM else "x1" if post.exercise else "x0"
    language = language_sign(post.language or language_by_script(words))
    day = _time_signs((moment.astimezone(UTC) if moment.utcoffset() else moment).date())
    return f"{stream} {source_sign(post.source_id)} {channel_sign(post.channel)} {language} {day}"


def source_sign(source_id: int) -> str:
    """Return the sign of a source's posts."""
    return f"s{source_id}"


@lru_cache(maxsize=4096)
def channel_sign(channel: str) -> str:
    """Return the sign of a channel's posts."""
    return f"c0{xxhash.xxh64_hexdigest(channel.encode())}"


@lru_cache(maxsize=256)
def language_sign(language: str) -> str:
    """Return the sign of a language's posts; regions of a language are one (zh-TW is zh)."""
    first = language.lower().replace("_", "-").split("-")[0]
    return f"l0{''.join(character for character in first if character.isascii() and character.isalnum())}"


@lru_cache(maxsize=8192)
def _time_signs(day: date) -> str:
    return f"d{day:%Y%m%d} m{day:%Y%m}"


def time_signs_between(first: date, last: date) -> list[str]:
    """Return the fewest signs that together cover the days from ``first`` to ``last``: months and days (UTC)."""
    signs: list[str] = []
    day = first
    while day <= last:
        next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        by_day, by_month = _time_signs(day).split()
        if day.day == 1 and next_month - timedelta(days=1) <= last:
            sign, day = by_month, next_month
        else:
            sign, day = by_day, day + timedelta(days=1)
        signs.append(sign)
    return signs


def _sqlite_row(seq: int, words: str, stems: list[str], signs: str) -> Row:
    return (seq, words, f"{' '.join(stems)} {signs}" if stems else signs)


def _postgresql_row(seq: int, words: str, stems: list[str], signs: str) -> Row:
    placed = [f"'{word}':{min(place, _LAST_POSITION)}" for place, word in enumerate(words.split(), 1)]
    return (seq, " ".join([*placed, *(f"'~{root}'" for root in stems), *(f"'#{sign}'" for sign in signs.split())]))
