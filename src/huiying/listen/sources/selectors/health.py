"""Reads of sources and their health: whether we hear anything at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from huiying.base.jobs.selectors import Life, lives, lives_of
from huiying.base.ui.together import Together

from ..models import IntakeTick, Post, Quarantine, Source
from ..rules import CANARY_STREAM, SOURCE_STATE_LABELS, OwnKind, QuarantineState, SourceState, silence_allowed
from ..rules.channels import watched_keys
from ..wording import blind_words, error_words
from .due import canary_seconds

#: The canary counts as dead when this many of its periods brought nothing.
CANARIES_MISSED = 2
#: Most sources in one list.
MOST_LISTED = 2_000
_HELD = Count("quarantine", filter=Q(quarantine__state=QuarantineState.HELD))


@dataclass(frozen=True)
class SourceHealth:
    """A source as the list shows it."""

    source: Source
    alive: bool
    error: str
    state_label: str
    posts_24h: int
    held: int

    @property
    def is_watched(self) -> bool:
        """Whether the collector itself asks this source."""
        return self.source.connector in watched_keys()


@dataclass(frozen=True)
class Hearing:
    """Whether we hear anything at all: proof for "nothing is happening"."""

    watched: int
    alive: int
    silent: list[str]
    last_success_at: datetime | None
    #: Parts of the way from the source to the board that do not work: collector, worker, canary.
    dead: tuple[str, ...] = ()

    @property
    def is_blind(self) -> bool:
        """Whether silence proves nothing: no watched source is alive, or the way to the board is broken."""
        return self.alive == 0 or bool(self.dead)

    @property
    def why(self) -> str:
        """Which parts of the way are dead, as a sentence in the reader's language; empty for none."""
        return blind_words(self.dead) if self.dead else ""


def sources_list(*, exercise: bool | None = None) -> list[Source]:
    """Return every source, or those of one stream."""
    sources = Source.objects.exclude(connector=OwnKind.CANARY).order_by("name", "pk")
    return list(sources if exercise is None else sources.filter(exercise=exercise))


def sources_health(now: datetime) -> list[SourceHealth]:
    """Return every source with its health, silent ones first."""
    sources = Source.objects.exclude(connector=OwnKind.CANARY).annotate(held=_HELD).order_by("name", "pk")[:MOST_LISTED]
    # the sum keeps SQLite from walking the index of all posts by source instead of the last day's numbers
    counts = dict(_last_day(now).values_list(F("source_id") + 0).annotate(n=Count("seq")))
    rows = [_health(source, now, counts.get(source.pk, 0)) for source in sources]
    return sorted(rows, key=lambda row: (not row.is_watched, row.alive or row.source.state == SourceState.PAUSED))


def _last_day(now: datetime) -> QuerySet[Post]:
    """Return the posts of 24 hours; the tick before them spares reading the whole log."""
    since = now - timedelta(hours=24)
    before = IntakeTick.objects.filter(at__lt=since).order_by("-pk").values("last_seq")[:1]
    return Post.objects.filter(received_at__gte=since, seq__gt=Coalesce(Subquery(before), 0)).exclude(channel=CANARY_STREAM)


def _health(source: Source, now: datetime, posts_24h: int = 0) -> SourceHealth:
    held = int(getattr(source, "held", 0))
    return SourceHealth(
        source, is_alive(source, now), error_words(source.last_error), str(SOURCE_STATE_LABELS[SourceState(source.state)]), posts_24h, held
    )


def is_alive(source: Source, now: datetime) -> bool:
    """Return whether the source answered recently enough for its silence to mean something."""
    if source.connector not in watched_keys() or source.state != SourceState.ACTIVE or source.last_success_at is None:
        return False
    return now - source.last_success_at <= silence_allowed(source.poll_seconds)


def source_health(source_id: int, now: datetime) -> SourceHealth | None:
    """Return one source with its health, or None."""
    source = Source.objects.annotate(held=_HELD).filter(pk=source_id).first()
    if source is None:
        return None
    return _health(source, now, _last_day(now).filter(source=source).count())


def source_of(source_id: int) -> Source | None:
    """Return one source, or None."""
    return Source.objects.filter(pk=source_id).first()


def watched_sources() -> QuerySet[Source]:
    """Return the sources that should be alive."""
    return Source.objects.filter(connector__in=watched_keys(), state=SourceState.ACTIVE).order_by("pk")


def alive_sources(now: datetime) -> list[Source]:
    """Return the watched feeds that answered recently."""
    return [source for source in watched_sources() if is_alive(source, now)]


def blind_sources(now: datetime) -> list[Source]:
    """Return the watched feeds whose silence proves nothing, because they did not answer."""
    return [source for source in watched_sources() if not is_alive(source, now)]


def hearing(now: datetime) -> Hearing:
    """Return how many watched feeds are alive, which are silent, and when any last answered."""
    return hearing_of(list(watched_sources()), now)


def hearing_of(sources: list[Source], now: datetime, dead: tuple[str, ...] | None = None) -> Hearing:
    """Return the same for sources that are read already; what is ``dead`` is read unless given."""
    sources = [source for source in sources if source.connector in watched_keys() and source.state == SourceState.ACTIVE]
    silent = [source.name for source in sources if not is_alive(source, now)]
    successes = [source.last_success_at for source in sources if source.last_success_at is not None]
    return Hearing(
        len(sources), len(sources) - len(silent), silent, max(successes, default=None), dead_parts(now) if dead is None else dead
    )


def hearing_in(frame: Together, now: datetime) -> Hearing:
    """Return the same from what the frame of a page has read: see ``panels``."""
    return hearing_of(frame.rows["sources"], now, dead_parts(now, lives_of(frame.rows["heartbeats"], now)))


def dead_parts(now: datetime, read: list[Life] | None = None) -> tuple[str, ...]:
    """Return which of collector, worker and canary have stopped giving a sign of life.

    An installation in which nothing was ever started says nothing here: no source is alive there.
    """
    known = {life.role: life for life in (lives(now) if read is None else read)}
    if "collector" not in known:
        return ()
    dead = [role for role in ("collector", "worker") if role not in known or not known[role].is_alive]
    canary = known.get("canary")
    late = timedelta(seconds=CANARIES_MISSED * canary_seconds())
    if canary is not None and (canary.detail.startswith("failed") or now - canary.at > late):
        dead.append("canary")
    return tuple(dead)


def counts_24h(now: datetime) -> tuple[int, int]:
    """Return how many posts came in within 24 hours and how many records are held back."""
    return _last_day(now).count(), Quarantine.objects.filter(state=QuarantineState.HELD).count()
