"""Reads of sources and their health: whether we hear anything at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..models import IntakeTick, Post, Quarantine, Source
from ..rules import SOURCE_STATE_LABELS, QuarantineState, SourceKind, SourceState, silence_allowed
from ..wording import error_words


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


def counts_24h(now: datetime) -> tuple[int, int]:
    """Return how many posts came in within 24 hours and how many records are held back."""
    return _last_day(now).count(), Quarantine.objects.filter(state=QuarantineState.HELD).count()
