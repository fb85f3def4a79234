"""Find posts by the tree of a query and by filters, newest first, on the full-text index."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any  # parameters of a statement

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from huiying.core.formats.keywords import All, Either, Node, Not, Term, has_pattern
from huiying.core.formats.matching import is_match, patterns_needed, read_texts, with_patterns

from ..models import Post
from ..rules import EARLIEST
from ..words import channel_sign, language_sign, source_sign, time_signs_between

#: Matches counted before a count says "at least".
COUNT_LIMIT = 1000
#: Posts a regex is tried on, newest first; the page says so when there were more.
READ_LIMIT = 20_000
_PIECE = 1000
#: The sign of the canary's posts (see ``words.filter_signs``).
_CANARY = "x2"
_NEWEST = 2**62


@dataclass(frozen=True)
class Filters:
    """What posts are narrowed to; empty means all. ``within`` are numbers of posts, e.g. of one story.

    The canary's posts are nobody's: only the canary itself asks for them.
    """

    source_ids: Collection[int] | None = None
    channel: str = ""
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None
    exercise: bool | None = None
    within: Collection[int] | None = None
    with_canary: bool = False


@dataclass(frozen=True)
class Found:
    """The newest matches; ``is_more`` when there are others, ``read`` how many posts a regex was tried on before it stopped."""

    seqs: list[int]
    is_more: bool
    read: int | None = None


def find(tree: Node | None, filters: Filters, *, before: int | None = None, limit: int = COUNT_LIMIT) -> Found:
    """Return the newest posts that match; ``before`` pages on by number. Without a tree the filters alone decide."""
    if filters.within is not None and not filters.within:
        return Found([], False)
    if filters.source_ids is not None and not filters.source_ids:
        return Found([], False)
    if tree is not None and has_pattern(tree):
        return _find_by_reading(tree, filters, before, limit)
    seqs = _candidates(tree, filters, before, limit + 1)
    return Found(seqs[:limit], len(seqs) > limit)


def _find_by_reading(tree: Node, filters: Filters, before: int | None, limit: int) -> Found:
    """Let the index narrow and the tree decide, as far as the read limit goes."""
    seqs: list[int] = []
    read = 0
    needed = patterns_needed(tree)
    for part in _pieces(tree, filters, before):
        rows = {seq: f"{title}\n{text}" if title else text for seq, title, text in _texts(part)}
        texts = with_patterns([(seq, rows[seq]) for seq in part if seq in rows], needed)
        readings = read_texts([text for _seq, text in texts])
        seqs += [seq for (seq, _text), reading in zip(texts, readings, strict=True) if is_match(tree, reading)]
        read += len(part)
        if len(seqs) > limit:
            return Found(seqs[:limit], True)
        if read >= READ_LIMIT:
            return Found(seqs, True, read)
    return Found(seqs, False)


def _texts(seqs: list[int]) -> QuerySet[Post, tuple[int, str, str]]:
    return Post.objects.filter(pk__in=seqs).values_list("seq", "title", "text")


def _pieces(tree: Node, filters: Filters, before: int | None) -> Iterator[list[int]]:
    while part := _candidates(tree, filters, before, _PIECE):
        yield part
        before = part[-1]


def matched_moments(tree: Node, filters: Filters, *, limit: int) -> tuple[list[tuple[int, datetime]], bool]:
    """Return number and time of the newest matches, and whether there are more than the limit."""
    found = find(tree, filters, limit=limit)
    moments: list[tuple[int, datetime]] = []
    for start in range(0, len(found.seqs), _PIECE):
        moments += Post.objects.filter(pk__in=found.seqs[start : start + _PIECE]).values_list("seq", "published_at")
    return sorted(moments, reverse=True), found.is_more


def _candidates(tree: Node | None, filters: Filters, before: int | None, limit: int) -> list[int]:
    """Ask the index for the newest posts that match, or may match where the tree holds a regex."""
    dialect = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    wanted = dialect.both([*([dialect.expression(tree)] if tree is not None else []), *_signs(filters, dialect)]) or dialect.everything
    if not filters.with_canary:
        wanted = dialect.without(wanted, dialect.sign(_CANARY))
    newest = before if before is not None else _NEWEST
    if filters.within is not None:
        newest = min(newest, max(filters.within) + 1)
    conditions: list[str] = [dialect.match, f"{dialect.number} < %s"]
    values: list[Any] = [wanted, newest]
    joined = ""
    if filters.since is not None or filters.until is not None:
        joined = f"{dialect.join} sources_post p ON p.seq = {dialect.number}"
        for moment, comparison in ((filters.since, ">="), (filters.until, "<")):
            if moment is not None:
                conditions.append(f"p.published_at {comparison} %s")
                values.append(connection.ops.adapt_datetimefield_value(moment))
    if filters.within is not None:
        conditions += [dialect.within, f"{dialect.number} >= %s"]
        values += [dialect.numbers(filters.within), min(filters.within)]
    where = " AND ".join(conditions)
    # only the fixed words of the dialects are put into the text; every value is a parameter
    sql = f"SELECT {dialect.number} FROM sources_post_words w {joined} WHERE {where} ORDER BY {dialect.number} DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, limit])
        return [row[0] for row in cursor.fetchall()]


def _signs(filters: Filters, dialect: _Dialect) -> list[str]:
    """Return the conditions that the index itself answers; times are whole days there, the join cuts them exactly."""
    groups: list[list[str]] = []
    if filters.source_ids is not None:
        groups.append([source_sign(id) for id in filters.source_ids])
    if filters.channel:
        groups.append([channel_sign(filters.channel)])
    if filters.language:
        groups.append([language_sign(filters.language)])
    if filters.exercise is not None:
        groups.append(["x1" if filters.exercise else "x0"])
    if filters.since is not None or filters.until is not None:
        first = max(filters.since or EARLIEST, EARLIEST).astimezone(UTC).date()
        last = (filters.until or timezone.now() + timedelta(days=2)).astimezone(UTC).date()
        groups.append(time_signs_between(first, last) or ["d0"])
    return [dialect.any([dialect.sign(sign) for sign in signs]) for signs in groups]


class _Dialect:
    """A query tree in the language of one index; a regex is taken for true, and reading decides."""

    both_word, any_word = " AND ", " OR "
    match = number = join = within = everything = ""

    def expression(self, node: Node) -> str:
        """Return what finds at least every post that matches."""
        found = self._written(node, may_widen=True)
        return self.everything if found is True else self.nothing() if found is False else found

    def _written(self, node: Node, *, may_widen: bool) -> str | bool:
        """Return the node's expression, or True for all and False for none."""
        if isinstance(node, Term):
            return self.term(node)
        if isinstance(node, Not):
            inner = self._written(node.node, may_widen=not may_widen)
            return (not inner) if isinstance(inner, bool) else self.without(self.everything, inner)
        if not isinstance(node, All | Either):
            return may_widen
        is_all = isinstance(node, All)
        each = [(child, self._written(child, may_widen=may_widen)) for child in node.nodes]
        if any(found is (not is_all) for _child, found in each):
            return not is_all
        kept = [(child, found) for child, found in each if isinstance(found, str)]
        if not kept:
            return is_all
        if not is_all:
            return self.any([found for _child, found in kept])
        positive = [found for child, found in kept if not isinstance(child, Not)]
        written = self.both(positive) or self.everything
        for child in (child for child, _found in kept if isinstance(child, Not)):
            written = self.without(written, str(self._written(child.node, may_widen=not may_widen)))
        return written

    def both(self, each: list[str]) -> str:
        return each[0] if len(each) == 1 else f"({self.both_word.join(each)})" if each else ""

    def any(self, each: list[str]) -> str:
        return each[0] if len(each) == 1 else f"({self.any_word.join(each)})"

    def nothing(self) -> str:
        return self.sign("x9")

    def without(self, written: str, excluded: str) -> str:
        raise NotImplementedError

    def term(self, term: Term) -> str:
        raise NotImplementedError

    def sign(self, sign: str) -> str:
        raise NotImplementedError

    def numbers(self, numbers: Collection[int]) -> object:
        raise NotImplementedError


class _Sqlite(_Dialect):
    """FTS5. The plus signs keep the planner from asking the index once for each number."""

    match, number, join = "sources_post_words MATCH %s", "w.rowid", "CROSS JOIN"
    within = "+w.rowid IN (SELECT value FROM json_each(%s))"
    everything = '(signs : "x0" OR signs : "x1")'

    def without(self, written: str, excluded: str) -> str:
        return f"({written} NOT {excluded})"

    def term(self, term: Term) -> str:
        if term.is_stem:
            return f'{{words signs}} : "{term.words[0]}"'
        return f'words : "{" ".join(term.words)}"{" *" if term.is_begun else ""}'

    def sign(self, sign: str) -> str:
        return f'signs : "{sign}"'

    def numbers(self, numbers: Collection[int]) -> object:
        return json.dumps(sorted(numbers))


class _Postgresql(_Dialect):
    """A tsvector: stems and signs are words of their own kind in it."""

    both_word, any_word = " & ", " | "
    match, number, join, within = "w.words @@ %s::tsquery", "w.seq", "JOIN", "w.seq = ANY(%s)"
    everything = "('#x0' | '#x1')"

    def without(self, written: str, excluded: str) -> str:
        return f"({written} & !{excluded})"

    def term(self, term: Term) -> str:
        if term.is_stem:
            return f"('{term.words[0]}' | '~{term.words[0]}')"
        return "(" + " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.is_begun else "") + ")"

    def sign(self, sign: str) -> str:
        return f"'#{sign}'"

    def numbers(self, numbers: Collection[int]) -> object:
        return list(numbers)


_SQLITE, _POSTGRESQL = _Sqlite(), _Postgresql()
