"""The full-text index of posts, on SQLite (FTS5, contentless) and PostgreSQL (tsvector)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from huiying.core.formats.bigrams import bigram_tokens, query_phrases

#: PostgreSQL keeps no position beyond this; later words of a very long text are found alone, not as phrases.
_LAST_POSITION = 16_383


def index_posts(posts: Iterable[tuple[int, str]]) -> None:
    """Add ``(seq, text)`` pairs to the index, in the caller's transaction."""
    if connection.vendor == "sqlite":
        rows: list[tuple[int, str]] = [(seq, " ".join(bigram_tokens(text))) for seq, text in posts]
        sql = "INSERT INTO sources_post_words(rowid, words) VALUES (%s, %s)"
    else:
        rows = [(seq, _tsvector(bigram_tokens(text))) for seq, text in posts]
        sql = "INSERT INTO sources_post_words(seq, words) VALUES (%s, %s::tsvector)"
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def matching_seqs(query: str, *, before: int | None = None, limit: int = 50) -> list[int]:
    """Return the newest posts that hold every phrase of the query, newest first."""
    phrases = query_phrases(query)
    if not phrases:
        return []
    if connection.vendor == "sqlite":
        sql = "SELECT rowid FROM sources_post_words WHERE sources_post_words MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
        wanted = " AND ".join('"' + " ".join(words) + '"' + ("*" if prefix else "") for words, prefix in phrases)
    else:
        sql = "SELECT seq FROM sources_post_words WHERE words @@ %s::tsquery AND seq < %s ORDER BY seq DESC LIMIT %s"
        wanted = " & ".join("(" + " <-> ".join(f"'{word}'" + (":*" if prefix else "") for word in words) + ")" for words, prefix in phrases)
    with connection.cursor() as cursor:
        cursor.execute(sql, [wanted, before if before is not None else 2**62, limit])
        return [row[0] for row in cursor.fetchall()]


def _tsvector(words: list[str]) -> str:
    return " ".join(f"'{word}':{min(place, _LAST_POSITION)}" for place, word in enumerate(words, 1))
