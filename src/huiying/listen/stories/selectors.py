"""Reads of stories."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # ids may come from a query of any table

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading
from huiying.core.analysis.emergence import chance_growing
from huiying.core.grading.factors import FactorTable

from .days import DayCounts, counts_of_day
from .models import AnalysisState, Story, StoryBucket, StoryPost
from .rules import DAY, HALF_HOUR, HOUR, bucket_of, growth_ratio, hour_start


@dataclass(frozen=True)
class ChannelShare:
    """How much of a story was said in one channel."""

    channel: str
    posts: int
    sources: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class StoryText:
    """One text of a story, without its author; ``repeats`` counts the posts that copy it."""

    seq: int
    at: datetime
    title: str
    text: str
    url: str
    channel: str
    source: str
    repeats: int
    is_typical: bool


def story(id: int) -> Story:
    """Return a story with its digest, or the one it was merged into; raises NotThere."""
    whole = Story.objects.select_related("digest").annotate(has_sides=Exists(Story.objects.filter(matter=OuterRef("pk"))))
    found = whole.filter(pk=id).first()
    if found is not None and found.merged_into is not None:
        found = whole.filter(pk=found.merged_into).first()
    if found is None:
        raise NotThere(_("There is no story %(number)s.") % {"number": id})
    return found


def stories_of(ids: Iterable[int]) -> dict[int, Story]:
    """Return stories by id; a merged one's id gives its survivor."""
    found = Story.objects.in_bulk(list(ids))
    into = {id: each.merged_into for id, each in found.items() if each.merged_into is not None}
    survivors = Story.objects.in_bulk(set(into.values())) if into else {}
    return {id: survivors.get(into.get(id, 0), each) for id, each in found.items()}


def stories_reading(ids: QuerySet[Any]) -> Reading:
    """Return the stories of a query for ids as a part of a larger reading."""
    return Reading(Story.objects.filter(pk__in=ids))


def applied_tick(stream: str) -> int:
    """Return the newest tick of a stream that is in its stories, 0 before the first."""
    return int(AnalysisState.objects.filter(stream=stream).aggregate(newest=Max("tick"))["newest"] or 0)


def needless_tick(stream: str) -> int:
    """Return the newest tick that no start reads again: the one of the snapshot, or the newest one when nothing is folded."""
    row = AnalysisState.objects.filter(stream=stream, shard=0).values_list("snapshot_tick", flat=True).first()
    return row if row is not None else 0


def seqs_of_story(story_id: int) -> list[int]:
    """Return the numbers of all posts of a story."""
    return list(StoryPost.objects.filter(story_id=story_id).values_list("post_id", flat=True))


def totals(stream: str) -> tuple[int, int]:
    """Return how many stories a stream has, and how many posts were folded into them as copies."""
    found = Story.objects.filter(stream=stream, merged_into=None).aggregate(stories=Count("pk"), folded=Sum("copies", default=0))
    return int(found["stories"]), int(found["folded"])


def rising_stories(*, now: datetime, limit: int, exercise: bool | None = None) -> list[Story]:
    """Return the main stories with most posts in the last hour, then those of the last 24 hours."""
    buckets = StoryBucket.objects.filter(start__gt=now - DAY, start__lte=now, story__matter=None)
    if exercise is not None:
        buckets = buckets.filter(story__exercise=exercise)
    ranked = (
        buckets.values("story")
        .annotate(hour=Sum("posts", filter=Q(start__gte=hour_start(now)), default=0), day=Sum("posts"))
        .order_by("-hour", "-day", "story")
        .values_list("story", flat=True)[:limit]
    )
    order = list(ranked)
    found = Story.objects.in_bulk(order)
    return [found[id] for id in order]


def stories_list(*, now: datetime, scope: str = "rising", query: str = "", with_sides: bool = True) -> QuerySet[Story]:
    """Return stories: ``rising`` those of several posts by the last day's posts, ``all`` the newest first.

    Without ``with_sides`` only the main story of each matter.
    """
    found = Story.objects.filter(merged_into=None)
    if not with_sides:
        found = found.filter(matter=None)
    if query:
        found = found.filter(title__icontains=query)
    if scope == "all":
        return found.order_by("-last_at", "-id")
    recent = Q(buckets__start__gt=now - DAY, buckets__start__lte=now)
    found = found.filter(last_at__gt=now - DAY, posts__gte=2)
    return found.annotate(day=Sum("buckets__posts", filter=recent, default=0)).order_by("-day", "-last_at", "-id")


def series_of(story_id: int, since: datetime) -> list[StoryBucket]:
    """Return the 5-minute buckets of a story that hold posts, oldest first."""
    return list(StoryBucket.objects.filter(story_id=story_id, start__gte=bucket_of(since)).order_by("start"))


def series_of_many(story_ids: Iterable[int], since: datetime) -> dict[int, list[StoryBucket]]:
    """Return the buckets of several stories, oldest first, in one query."""
    series: dict[int, list[StoryBucket]] = {id: [] for id in story_ids}
    for bucket in StoryBucket.objects.filter(story_id__in=list(series), start__gte=bucket_of(since)).order_by("start", "story"):
        series[bucket.story_id].append(bucket)
    return series


def channels_of_story(story_id: int) -> list[ChannelShare]:
    """Return how a story spreads over channels, largest first."""
    rows = (
        StoryPost.objects.filter(story_id=story_id)
        .values("post__channel")
        .annotate(n=Count("pk"), sources=Count("post__source", distinct=True), first=Min("at"), last=Max("at"))
        .order_by("-n", "post__channel")
    )
    return [ChannelShare(row["post__channel"], row["n"], row["sources"], row["first"], row["last"]) for row in rows]


def posts_of_story(story: Story, *, limit: int = 12) -> list[StoryText]:
    """Return the texts that stand for a story: the most typical, the most repeated, the newest."""
    own = StoryPost.objects.filter(story=story)
    repeated = own.filter(copy_of__isnull=False).values_list("copy_of").annotate(n=Count("pk")).order_by("-n", "copy_of")
    repeats = dict(repeated[: limit // 2])
    newest = own.filter(copy_of__isnull=True).order_by("-at", "-pk").values_list("pk", flat=True)[:limit]
    order = list(dict.fromkeys([story.medoid_seq, *repeats, *newest]))[:limit]
    members = own.select_related("post__source").in_bulk(order)
    return [_text(members[seq], repeats.get(seq, 0), story.medoid_seq) for seq in order if seq in members]


def _text(member: StoryPost, repeats: int, medoid: int) -> StoryText:
    post = member.post
    return StoryText(post.seq, member.at, post.title, post.text, post.url, post.channel, str(post.source), repeats, post.seq == medoid)


def factors_of(story_id: int, now: datetime) -> FactorTable:
    """Return what is known about a story at a moment; raises NotThere."""
    tables = factors_of_many([story_id], now)
    if story_id not in tables:
        raise NotThere(_("There is no story %(number)s.") % {"number": story_id})
    return tables[story_id]


def factors_of_many(
    story_ids: Iterable[int], now: datetime, *, least_posts: float = 0, always: Collection[int] = ()
) -> dict[int, FactorTable]:
    """Return the factor tables of several stories in at most three queries.

    Counts of a story younger than 24 hours are its totals; of an older one they are counted over its last day.
    Authors are unknown, not zero, where the sources name none. Stories with fewer posts in their last day than
    ``least_posts`` are left out, except ``always``.
    """
    ids = list(story_ids)
    sums = _sums_of_buckets(ids, now)
    if least_posts > 0:
        ids = [id for id in ids if id in always or sums.get(id, NOTHING).day >= least_posts]
    found = Story.objects.in_bulk(ids)
    older = [id for id, each in found.items() if each.first_at <= now - DAY and sums.get(id, NOTHING).day]
    exact = counts_of_day(older, now) if older else {}
    return {id: _factors(each, sums.get(id, NOTHING), exact.get(id), now) for id, each in found.items()}


@dataclass(frozen=True)
class Span:
    """Posts and new authors of half an hour."""

    posts: int
    authors: int


@dataclass(frozen=True)
class _Buckets:
    """What the five-minute buckets of a story add up to."""

    hour: int
    day: int
    questions: int
    newest: Span
    before: Span


NOTHING = _Buckets(0, 0, 0, Span(0, 0), Span(0, 0))


def _sums_of_buckets(ids: Iterable[int], now: datetime) -> dict[int, _Buckets]:
    """Return posts of the last hour, of the last day and of the last two half hours, and questions of the last day."""
    middle = bucket_of(now) - HALF_HOUR
    newest, before = Q(start__gte=middle, start__lt=middle + HALF_HOUR), Q(start__gte=middle - HALF_HOUR, start__lt=middle)
    sums = [Sum(name, filter=span, default=0) for span in (newest, before) for name in ("posts", "new_authors")]
    rows = (
        StoryBucket.objects.filter(story_id__in=list(ids), start__gt=now - DAY, start__lte=now)
        .values_list("story_id")
        .annotate(hour=Sum("posts", filter=Q(start__gte=hour_start(now)), default=0), day=Sum("posts"), asked=Sum("questions"))
        .annotate(posts_now=sums[0], authors_now=sums[1], posts_before=sums[2], authors_before=sums[3])
    )
    return {
        id: _Buckets(hour, day, asked, Span(posts_now, authors_now), Span(posts_before, authors_before))
        for id, hour, day, asked, posts_now, authors_now, posts_before, authors_before in rows
    }


def _growing(story: Story, sums: _Buckets) -> float | None:
    """Return the chance that a story is growing, by new authors where its sources name them."""
    if story.authors:
        return chance_growing(sums.before.authors, sums.newest.authors)
    return chance_growing(sums.before.posts, sums.newest.posts)


def _factors(story: Story, sums: _Buckets, exact: DayCounts | None, now: datetime) -> FactorTable:
    hour, day, questions = sums.hour, sums.day, sums.questions
    if exact is None and story.first_at > now - DAY:
        exact, questions = DayCounts(story.copies, story.sources, story.authors), story.questions
    exact = exact or DayCounts(0, 0, 0)
    return FactorTable(
        posts_1h=hour,
        posts_24h=day,
        copies_24h=exact.copies,
        growth_ratio_1h=round(growth_ratio(hour, day, story.first_at, now), 2),
        growing_chance=_growing(story, sums),
        distinct_sources_24h=exact.sources,
        authors_24h=exact.authors if story.authors else None,
        questions_24h=questions,
        media_tier_max=story.media_tier_max,
        duration_hours=round(max((min(now, story.last_at) - story.first_at) / HOUR, 0.0), 2),
    )
