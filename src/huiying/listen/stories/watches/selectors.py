"""Reads of watches, and the preview of one before it is saved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere
from huiying.core.formats.keywords import Node
from huiying.listen.sources.selectors import Filters, Hit, hits_of, matched_moments, posts_taken_in

from ..models import Watch, WatchHour, WatchMatch
from ..rules import DAY, HOUR
from .rules import PREVIEW_DAYS, PREVIEW_POSTS

SAMPLES = 8


@dataclass(frozen=True)
class Preview:
    """What a watch would have matched: posts a day, oldest first, samples, and the share of all posts taken in."""

    days: list[tuple[date, int]]
    posts: int
    taken_in: int
    samples: list[Hit]
    is_capped: bool
    since: datetime

    @property
    def share(self) -> float | None:
        """Return the matched share in per cent, or None when nothing was taken in."""
        return round(100 * self.posts / self.taken_in, 2) if self.taken_in else None


def filters_of(watch: Watch, *, since: datetime | None = None, until: datetime | None = None) -> Filters:
    """Return the filters of a watch's own search."""
    return Filters(channel=watch.channel, language=watch.language, exercise=watch.exercise, since=since, until=until)


def preview_of(tree: Node, watch: Watch, now: datetime) -> Preview:
    """Return what a watch would have matched in the last days; the newest posts only when there are too many."""
    since = now - timedelta(days=PREVIEW_DAYS)
    moments, is_capped = matched_moments(tree, filters_of(watch, since=since, until=now + HOUR), limit=PREVIEW_POSTS)
    if is_capped and moments:
        since = min(at for _seq, at in moments)
    counts = Counter(timezone.localtime(at).date() for _seq, at in moments)
    first, last = timezone.localtime(since).date(), timezone.localtime(now).date()
    days = [(first + timedelta(days=ahead), 0) for ahead in range((last - first).days + 1)]
    return Preview(
        [(day, counts[day]) for day, _none in days],
        len(moments),
        posts_taken_in(since=since, until=now, exercise=watch.exercise),
        hits_of([seq for seq, _at in moments[:SAMPLES]], tree),
        is_capped,
        since,
    )


def watch(watch_id: int) -> Watch:
    """Return a watch with its owner; raises NotThere."""
    found = Watch.objects.select_related("owner").filter(pk=watch_id).first()
    if found is None:
        raise NotThere(_("There is no watch %(number)s.") % {"number": watch_id})
    return found


def watches_list(now: datetime) -> QuerySet[Watch]:
    """Return the watches by name."""
    return Watch.objects.select_related("owner").order_by("name", "pk")


def hours_of_many(watch_ids: list[int], since: datetime) -> dict[int, list[WatchHour]]:
    """Return the hours of several watches, oldest first, in one query."""
    hours: dict[int, list[WatchHour]] = {id: [] for id in watch_ids}
    for hour in WatchHour.objects.filter(watch_id__in=watch_ids, start__gte=since).order_by("start"):
        hours[hour.watch_id].append(hour)
    return hours


def posts_of_day(watch_ids: list[int], now: datetime) -> dict[int, int]:
    """Return how many posts each watch matched within 24 hours."""
    rows = WatchHour.objects.filter(watch_id__in=watch_ids, start__gt=now - DAY).values_list("watch_id").annotate(Sum("posts"))
    return dict(rows)


def newest_matches(watch_id: int, limit: int = 20) -> list[int]:
    """Return the numbers of the newest posts a watch matched."""
    return list(WatchMatch.objects.filter(watch_id=watch_id).order_by("-post_id").values_list("post_id", flat=True)[:limit])
