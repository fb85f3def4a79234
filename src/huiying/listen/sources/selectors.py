"""Reads of sources, posts, ticks and quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .models import IntakeCursor, IntakeTick, Post, Quarantine, Source
from .rules import SOURCE_STATE_LABELS, QuarantineState, SourceKind, SourceState, silence_allowed
from .wording import error_words
from .words import matching_seqs


@dataclass(frozen=True)
class SourceHealth:
    """A source as the list shows it."""

    source: Source
    alive: bool
    error: str
    state_label: str
    posts_24h: int
    held: int


@dataclass(frozen=True)
class Hearing:
    """Whether we hear anything at all: proof for "nothing is happening"."""

    watched: int
    alive: int
    silent: list[str]
    last_success_at: datetime | None

    @property
    def is_blind(self) -> bool:
        """Whether no watched source is alive, so that silence proves nothing."""
        return self.alive == 0


def sources_list(*, exercise: bool | None = None) -> list[Source]:
    """Return every source, or those of one stream."""
    sources = Source.objects.order_by("name", "pk")
    return list(sources if exercise is None else sources.filter(exercise=exercise))


def sources_health(now: datetime) -> list[SourceHealth]:
    """Return every source with its health, silent ones first."""
    sources = Source.objects.annotate(held=Count("quarantine", filter=Q(quarantine__state=QuarantineState.HELD))).order_by("name", "pk")[
        :500
    ]
    counts = dict(_last_day(now).values("source_id").annotate(n=Count("seq")).values_list("source_id", "n"))
    rows = [_health(source, now, counts.get(source.pk, 0)) for source in sources]
    return sorted(rows, key=lambda row: (row.source.kind != SourceKind.FEED, row.alive or row.source.state == SourceState.PAUSED))


def _last_day(now: datetime) -> QuerySet[Post]:
    """Return the posts of 24 hours; the tick before them spares reading the whole log."""
    since = now - timedelta(hours=24)
    before = IntakeTick.objects.filter(at__lt=since).order_by("-pk").values("last_seq")[:1]
    return Post.objects.filter(received_at__gte=since, seq__gt=Coalesce(Subquery(before), 0))


def _health(source: Source, now: datetime, posts_24h: int = 0) -> SourceHealth:
    held = int(getattr(source, "held", 0))
    return SourceHealth(
        source, is_alive(source, now), error_words(source.last_error), str(SOURCE_STATE_LABELS[SourceState(source.state)]), posts_24h, held
    )


def is_alive(source: Source, now: datetime) -> bool:
    """Return whether the source answered recently enough for its silence to mean something."""
    if source.kind != SourceKind.FEED or source.state != SourceState.ACTIVE or source.last_success_at is None:
        return False
    return now - source.last_success_at <= silence_allowed(source.poll_seconds)


def source_health(source_id: int, now: datetime) -> SourceHealth | None:
    """Return one source with its health, or None."""
    source = (
        Source.objects.annotate(held=Count("quarantine", filter=Q(quarantine__state=QuarantineState.HELD))).filter(pk=source_id).first()
    )
    if source is None:
        return None
    return _health(source, now, _last_day(now).filter(source=source).count())


def watched_sources() -> QuerySet[Source]:
    """Return the feeds that should be alive."""
    return Source.objects.filter(kind=SourceKind.FEED, state=SourceState.ACTIVE).order_by("pk")


def alive_sources(now: datetime) -> list[Source]:
    """Return the watched feeds that answered recently."""
    return [source for source in watched_sources() if is_alive(source, now)]


def blind_sources(now: datetime) -> list[Source]:
    """Return the watched feeds whose silence proves nothing, because they did not answer."""
    return [source for source in watched_sources() if not is_alive(source, now)]


def hearing(now: datetime) -> Hearing:
    """Return how many watched feeds are alive, which are silent, and when any last answered."""
    return hearing_of(list(watched_sources()), now)


def hearing_of(sources: list[Source], now: datetime) -> Hearing:
    """Return the same for sources that are read already."""
    sources = [source for source in sources if source.kind == SourceKind.FEED and source.state == SourceState.ACTIVE]
    silent = [source.name for source in sources if not is_alive(source, now)]
    successes = [source.last_success_at for source in sources if source.last_success_at is not None]
    return Hearing(len(sources), len(sources) - len(silent), silent, max(successes, default=None))


def due_sources(now: datetime) -> list[Source]:
    """Return the feeds to ask now: those never asked, then the longest overdue."""
    due = watched_sources().filter(Q(next_poll_at__lte=now) | Q(next_poll_at=None))
    return list(due.order_by(F("next_poll_at").asc(nulls_first=True), "pk")[:200])


def post(seq: int) -> Post | None:
    """Return one post, or None."""
    return Post.objects.select_related("source").filter(pk=seq).first()


def posts_by_seq(seqs: Iterable[int]) -> dict[int, Post]:
    """Return posts by number, each with its source."""
    return {found.seq: found for found in Post.objects.select_related("source").filter(pk__in=list(seqs))}


def latest_posts(*, source_id: int | None = None, limit: int = 20) -> list[Post]:
    """Return the newest posts, newest first."""
    posts = Post.objects.select_related("source").order_by("-seq")
    return list((posts.filter(source_id=source_id) if source_id is not None else posts)[:limit])


def search_posts(query: str, *, before: int | None = None, limit: int = 50) -> list[Post]:
    """Return the newest posts that hold every word of the query; ``before`` pages on by number."""
    seqs = matching_seqs(query, before=before, limit=limit)
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


def counts_24h(now: datetime) -> tuple[int, int]:
    """Return how many posts came in within 24 hours and how many records are held back."""
    return _last_day(now).count(), Quarantine.objects.filter(state=QuarantineState.HELD).count()


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
