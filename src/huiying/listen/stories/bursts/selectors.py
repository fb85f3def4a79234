"""What pages show of bursts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from huiying.base.ui.charts import Chart
from huiying.listen.sources.wording import channel_words

from ..models import Burst, BurstState, StreamHour
from ..rules import DAY, HOUR
from ..selectors import applied_tick
from .rules import AUTHORS_LEAST, KIND_LABELS, SHOWN_DAYS, BurstKind, burst_words

#: Five-minute counts of a day: before, nothing is usual.
_DAY_STEPS = 288
_HOUR_STEPS = 12
#: Bursts shown at once, the newest.
ROWS = 50


@dataclass(frozen=True)
class BurstRow:
    """A burst in words, with where to look."""

    burst: Burst
    label: str | Promise
    name: str
    words: str
    url: str

    @property
    def history_hours(self) -> int:
        """Return how many hours taught what is usual."""
        return self.burst.n // _HOUR_STEPS

    @property
    def is_exercise(self) -> bool:
        """Return whether it belongs to an exercise."""
        return self.burst.stream == "exercise"


@dataclass(frozen=True)
class Loudness:
    """The bursts of some streams, and how far each is counted."""

    rows: list[BurstRow]
    states: list[BurstState]

    @cached_property
    def missing(self) -> str:
        """Return in words why nothing can be told yet; empty when something could."""
        steps = max((state.steps for state in self.states), default=0)
        if steps >= _DAY_STEPS:
            return ""
        return _("A day of history is needed before something is usual: %(n)s of 24 hours so far.") % {"n": steps // _HOUR_STEPS}

    @property
    def counted_to(self) -> datetime | None:
        """Return up to when the busiest stream is counted."""
        return max((state.counted_to for state in self.states if state.counted_to), default=None)

    @property
    def late(self) -> int:
        """Return how many posts came in too late to be counted."""
        return sum(state.late for state in self.states)

    @property
    def posts(self) -> int:
        """Return how many posts came in."""
        return sum(state.posts for state in self.states)


def counted_tick(stream: str) -> int:
    """Return the newest tick that was counted; before the first count any that is in the stories may go."""
    tick = BurstState.objects.filter(stream=stream).values_list("tick", flat=True).first()
    return tick if tick is not None else applied_tick(stream)


def loudness(streams: Iterable[str], *, days: int = 1) -> Loudness:
    """Return the bursts of the last days of streams, newest first; each stream by its own clock."""
    states = list(BurstState.objects.filter(stream__in=list(streams)).defer("ledger").order_by("stream"))
    ends = {state.stream: state.counted_to for state in states if state.counted_to}
    if not ends:
        return Loudness([], states)
    since = {stream: end - days * DAY for stream, end in ends.items()}
    found = Burst.objects.filter(stream__in=list(ends), at__gt=min(since.values())).select_related("watch").order_by("-at", "pk")
    return Loudness([_row(burst) for burst in found[: 2 * ROWS] if burst.at > since[burst.stream]][:ROWS], states)


def bursts_of_watch(watch_id: int) -> list[BurstRow]:
    """Return the newest bursts of a watch."""
    return [_row(burst) for burst in Burst.objects.filter(watch_id=watch_id).select_related("watch").order_by("-at")[:5]]


def course_of(stream: str, end: datetime) -> Chart:
    """Return voices an hour of a stream over the last days, with what was usual; an hour of fewer than five voices is drawn as none."""
    last = end.replace(minute=0, second=0, microsecond=0) - HOUR
    first = last - timedelta(days=SHOWN_DAYS) + HOUR
    rows = {row.start: row for row in StreamHour.objects.filter(stream=stream, start__gte=first, start__lte=last)}
    hours = [first + place * HOUR for place in range((last - first) // HOUR + 1)]
    shown = {at: row.voices if row.voices >= AUTHORS_LEAST else 0 for at, row in rows.items()}
    note = _("n = %(n)s voices; an hour with fewer than 5 is drawn as none") % {"n": f"{sum(shown.values()):,}"}
    usual = [(at, float(round(row.usual))) for at, row in sorted(rows.items()) if row.n >= _DAY_STEPS]
    return Chart(_("Voices over time"), _("voices an hour"), [(at, shown.get(at, 0)) for at in hours], note=note, expected=usual or None)


def _row(burst: Burst) -> BurstRow:
    kind = BurstKind(burst.kind)
    words = burst_words(burst.seen, burst.expected, burst.hours)
    return BurstRow(burst, KIND_LABELS[kind], _name(burst, kind), words, _url(burst, kind))


def _name(burst: Burst, kind: BurstKind) -> str:
    if kind is BurstKind.CHANNEL:
        return str(channel_words(burst.key))
    return burst.watch.name if burst.watch is not None else ""


def _url(burst: Burst, kind: BurstKind) -> str:
    if kind is BurstKind.WATCH:
        return reverse("stories:watch", args=[burst.watch_id])
    days = {"since": timezone.localtime(burst.since).date().isoformat(), "until": timezone.localtime(burst.at).date().isoformat()}
    return reverse("sources:search") + "?" + urlencode({"channel": burst.key, **days} if burst.key else days)
