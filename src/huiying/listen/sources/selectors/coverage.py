"""Where we listen and where not, and on which legal ground (R43)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Sum

from ..models import Source, SourceHour
from ..rules import OwnKind, SourceState
from ..rules.archive import kept_days
from ..rules.channels import connectors, watched_keys
from ..wording import missing_words
from .health import is_alive


@dataclass
class Cell:
    """What is listened to for one channel in one region: sources, how many are alive, items in a week."""

    channel: str
    region: str
    sources: int = 0
    alive: int = 0
    items: int = 0
    topics: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Coverage:
    """Channels by regions, the topics, and the gaps between them."""

    channels: list[str]
    regions: list[str]
    rows: list[tuple[str, list[Cell]]]
    topics: list[tuple[str, int, int, int]]
    gaps: list[tuple[str, str]]
    topic_gaps: list[tuple[str, str]]
    sources: int

    @property
    def gap_count(self) -> int:
        """How many gaps are named."""
        return len(self.gaps) + len(self.topic_gaps)


@dataclass(frozen=True)
class LegalRow:
    """One source of the legal basis report, and what is missing about it."""

    source: Source
    terms: str
    basis: str
    retention_days: int
    signals_deletions: bool
    missing: list[str]

    @property
    def missing_words(self) -> list[str]:
        """What is missing, in the reader's language."""
        return [missing_words(name) for name in self.missing]


def coverage(now: datetime) -> Coverage:
    """Return where the living and paused sources of the real stream listen; two queries."""
    sources = _counted()
    items = _items(now)
    cells: dict[tuple[str, str], Cell] = {}
    topics: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    topic_regions: set[tuple[str, str]] = set()
    for source in sources:
        alive = source.connector not in watched_keys() or is_alive(source, now)
        cell = cells.setdefault((source.channel, source.region), Cell(source.channel, source.region))
        cell.sources, cell.alive, cell.items = cell.sources + 1, cell.alive + alive, cell.items + items.get(source.pk, 0)
        cell.topics.add(source.topic)
        tally = topics[source.topic]
        tally[0], tally[1], tally[2] = tally[0] + 1, tally[1] + alive, tally[2] + items.get(source.pk, 0)
        topic_regions.add((source.topic, source.region))
    channels = sorted({channel for channel, _region in cells})
    regions = sorted({region for _channel, region in cells}, key=lambda region: (region == "", region))
    rows = [(channel, [cells.get((channel, region), Cell(channel, region)) for region in regions]) for channel in channels]
    named = [region for region in regions if region]
    gaps = [(channel, region) for channel in channels for region in named if (channel, region) not in cells]
    topic_gaps = [(topic, region) for topic in sorted(topics) if topic for region in named if (topic, region) not in topic_regions]
    listed = [(topic, *topics[topic]) for topic in sorted(topics, key=lambda topic: (topic == "", topic))]
    return Coverage(channels, regions, rows, listed, gaps, topic_gaps, len(sources))  # type: ignore[arg-type]  # three figures a topic


def _counted() -> list[Source]:
    listened = Source.objects.filter(exercise=False, state=SourceState.ACTIVE).exclude(connector__in=[OwnKind.CANARY, OwnKind.REPLAY])
    return list(listened.order_by("channel", "region", "name", "pk"))


def _items(now: datetime) -> dict[int, int]:
    rows = SourceHour.objects.filter(start__gte=now - timedelta(days=7)).values("source_id").annotate(n=Sum("stored"))
    return dict(rows.values_list("source_id", "n"))


def legal_rows() -> list[LegalRow]:
    """Return every source with its legal ground, those with something missing first; one query."""
    sources = Source.objects.filter(exercise=False).exclude(connector=OwnKind.CANARY).order_by("name", "pk")
    return sorted((_legal(source) for source in sources), key=lambda row: not row.missing)


def _legal(source: Source) -> LegalRow:
    kind = connectors().get(source.connector)
    is_own = kind is None
    missing = [
        name
        for name, is_there in (
            ("basis", bool(source.legal_basis) or is_own),
            ("purpose", bool(source.purpose) or is_own),
            ("terms", bool(source.terms_url and source.terms_checked_at) or is_own),
        )
        if not is_there
    ]
    return LegalRow(
        source,
        source.terms_url,
        source.get_legal_basis_display(),
        kept_days(source.retention_days, settings.RETENTION_DAYS),
        bool(kind and kind.signals_deletions),
        missing,
    )
