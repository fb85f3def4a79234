"""What is known about a matter at a moment: the figures of its stories together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db.models import Count

from huiying.core.grading.factors import FactorTable

from ..models import Story, StoryPost
from ..rules import DAY, growth_ratio
from ..selectors import factors_of_many

#: Up to so many posts of its last day the authors and sources of a matter are counted as a union; above, the story with most
#: stands for it, "at least so many": counting costs a day's posts each time.
UNION_MOST = 2_000


def factors_of_matters(
    groups: Mapping[int, Sequence[int]], now: datetime, *, least_posts: float = 0, always: Collection[int] = ()
) -> dict[int, FactorTable]:
    """Return the factor tables of matters by main story; ``groups`` holds the stories of each.

    Matters with fewer posts in their last day than ``least_posts`` are left out, except ``always``.
    """
    joint = {id for main, ids in groups.items() if len(ids) > 1 for id in ids}
    ids = sorted({id for group in groups.values() for id in group})
    tables = factors_of_many(ids, now, least_posts=least_posts, always=joint | set(always))
    begun = dict(Story.objects.filter(pk__in=joint).values_list("pk", "first_at")) if joint else {}
    found = {}
    for main, group in groups.items():
        parts = {id: tables[id] for id in group if id in tables}
        if len(parts) > 1:
            found[main] = _together(parts, min(begun[id] for id in parts), now)
        elif parts:
            found[main] = next(iter(parts.values()))
    return {main: table for main, table in found.items() if main in always or (table.posts_24h or 0) >= least_posts}


def _together(parts: Mapping[int, FactorTable], begun: datetime, now: datetime) -> FactorTable:
    hour, day, copies, questions = (_sum(parts, name) for name in ("posts_1h", "posts_24h", "copies_24h", "questions_24h"))
    sources, authors = _union(parts, day, now)
    return FactorTable(
        posts_1h=hour,
        posts_24h=day,
        copies_24h=copies,
        growth_ratio_1h=round(growth_ratio(hour, day, begun, now), 2),
        growing_chance=max((each.growing_chance for each in parts.values() if each.growing_chance is not None), default=None),
        distinct_sources_24h=sources,
        authors_24h=authors,
        questions_24h=questions,
        media_tier_max=max(each.media_tier_max or 0 for each in parts.values()),
        duration_hours=max(each.duration_hours or 0.0 for each in parts.values()),
    )


def _sum(parts: Mapping[int, FactorTable], name: str) -> int:
    return sum(getattr(each, name) or 0 for each in parts.values())


def _union(parts: Mapping[int, FactorTable], posts: int, now: datetime) -> tuple[int, int | None]:
    """Return how many sources and authors the stories have together; authors None where no source names any."""
    authors = max((each.authors_24h for each in parts.values() if each.authors_24h is not None), default=None)
    if posts > UNION_MOST:
        return max(each.distinct_sources_24h or 0 for each in parts.values()), authors
    members = StoryPost.objects.filter(story__in=list(parts), at__gt=now - DAY, at__lte=now)
    named = members.exclude(post__author="").aggregate(n=Count("post__author", distinct=True))["n"]
    sources = members.aggregate(n=Count("post__source", distinct=True))["n"]
    return int(sources), None if authors is None else max(int(named), authors)
