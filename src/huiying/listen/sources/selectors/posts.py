"""Reads of posts, ticks and quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from huiying.core.formats.keywords import read_query

from ..models import IntakeCursor, IntakeTick, Post, Quarantine
from ..rules import CANARY_STREAM, QuarantineState
from .search import Filters, find


def post(seq: int) -> Post | None:
    """Return one post, or None."""
    return Post.objects.select_related("source").filter(pk=seq).first()


def posts_by_seq(seqs: Iterable[int]) -> dict[int, Post]:
    """Return posts by number, each with its source."""
    return {found.seq: found for found in Post.objects.select_related("source").filter(pk__in=list(seqs))}


def texts_by_seq(seqs: Iterable[int]) -> dict[int, tuple[str, str, str | None]]:
    """Return title, text and language of posts by number."""
    found = Post.objects.filter(pk__in=list(seqs)).values_list("pk", "title", "text", "language")
    return {seq: (title, text, language) for seq, title, text, language in found}


def latest_posts(*, source_id: int | None = None, limit: int = 20) -> list[Post]:
    """Return the newest posts, newest first; the canary's only when they are asked for by their source."""
    posts = Post.objects.select_related("source").order_by("-seq")
    return list((posts.filter(source_id=source_id) if source_id is not None else posts.exclude(channel=CANARY_STREAM))[:limit])


def search_posts(query: str, *, before: int | None = None, limit: int = 50, with_canary: bool = False) -> list[Post]:
    """Return the newest posts that match a query; ``before`` pages on by number. Raises QueryFault."""
    seqs = find(read_query(query), Filters(with_canary=with_canary), before=before, limit=limit).seqs
    found = posts_by_seq(seqs)
    return [found[seq] for seq in seqs if seq in found]


def tick_batches(stream: str, after: int, *, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Yield ``(tick number, Arrow stream of POSTS)`` of a stream's closed ticks after a number, in order."""
    ticks = IntakeTick.objects.filter(stream=stream, number__gt=after).order_by("number").values_list("number", "batch")
    for number, batch in (ticks[:limit] if limit is not None else ticks).iterator(chunk_size=20):
        yield number, bytes(batch)


def tick_time(stream: str, number: int) -> datetime | None:
    """Return when the newest post of a tick was received, or None when there is no such tick."""
    return IntakeTick.objects.filter(stream=stream, number=number).values_list("at", flat=True).first()


def last_tick(stream: str) -> int:
    """Return the number of the newest closed tick of a stream, 0 when there is none."""
    return IntakeTick.objects.filter(stream=stream).order_by("-number").values_list("number", flat=True).first() or 0


def quarantine_list(*, source_id: int | None = None) -> QuerySet[Quarantine]:
    """Return what is held back, newest first."""
    held = Quarantine.objects.select_related("source").filter(state=QuarantineState.HELD).order_by("-pk")
    return held.filter(source_id=source_id) if source_id is not None else held


@dataclass(frozen=True)
class ReplayTotals:
    """What the replays of some files have taken in, from their first line on."""

    stored: int
    repeated: int
    quarantined: int


def replay_totals(keys: Iterable[str]) -> ReplayTotals:
    """Return the sums over replays, earlier interrupted runs included."""
    rows = IntakeCursor.objects.filter(key__in=list(keys)).values_list("stored", "repeated", "quarantined")
    sums = [sum(column) for column in zip(*rows, strict=True)] or [0, 0, 0]
    return ReplayTotals(*sums)
