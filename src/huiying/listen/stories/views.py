"""The pages of stories: parse, call, render."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.charts import Chart

from . import selectors
from .bursts.selectors import loudness
from .digests.feelings import mood_course, mood_of_story, rumour_of_story
from .digests.selectors import said_of
from .matters.selectors import members_of, sides_of_many
from .matters.services import RIGHT as LINK_RIGHT
from .models import Story, StoryBucket
from .outlooks import ahead_of, expected_of
from .rules import BUCKET, DAY, HOUR, bucket_of

ROWS = 30
SPARK_HOURS = 24
STREAMS = ("live", "exercise")


@dataclass(frozen=True)
class StoryRow:
    """A story of the list with the posts of each of its last 24 hours."""

    story: Story
    hours: list[float]
    posts_24h: int
    sides: list[Story]


@require_GET
def story_list(request: HttpRequest) -> HttpResponse:
    """Show the stories: what rises, or all of them."""
    require(actor_of(request.user), "story.read")
    now = timezone.now()
    scope = "all" if request.GET.get("scope") == "all" else "rising"
    query = request.GET.get("q", "").strip()[:80]
    shows_sides = request.GET.get("all") == "1" or bool(query)
    found = selectors.stories_list(now=now, scope=scope, query=query, with_sides=shows_sides)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    series = selectors.series_of_many([story.pk for story in page.object_list], now - DAY)
    sides = sides_of_many(series) if not shows_sides else {}
    rows = [StoryRow(story, hours := hourly(series[story.pk], now), int(sum(hours)), sides.get(story.pk, [])) for story in page.object_list]
    context = {"page": page, "rows": rows, "scope": scope, "query": query, "shows_sides": shows_sides, "louder": loudness(STREAMS)}
    return render(request, "stories/list.html", context)


@require_GET
def story_detail(request: HttpRequest, story_id: int) -> HttpResponse:
    """Show one story: its course, its spread, its texts, and what other rooms hang to it."""
    actor = actor_of(request.user)
    require(actor, "story.read")
    story, now = selectors.story(story_id), timezone.now()
    if story.pk != story_id:
        return redirect("stories:detail", story.pk, permanent=True)
    reads_posts = may(actor.roles, "post.read")
    buckets = selectors.series_of(story.pk, story.first_at)
    context = {
        "story": story,
        "said": said_of(story) if reads_posts else None,
        "mood": (mood := mood_of_story(story)),
        "course": mood_course(story) if mood and not mood.needed else None,
        "rumour": rumour_of_story(story) if reads_posts else None,
        "reads_posts": reads_posts,
        "chart": course_of(story, buckets),
        "ahead": ahead_of(story, buckets, now),
        "members": members_of(story),
        "may_link": may(actor.roles, LINK_RIGHT),
        "channels": selectors.channels_of_story(story.pk),
        "texts": selectors.posts_of_story(story) if reads_posts else [],
        "factors": selectors.factors_of(story.pk, now),
        "is_new": now - story.first_at < 2 * HOUR,
        "now": now,
    }
    return render(request, "stories/detail.html", context)


def hourly(buckets: list[StoryBucket], now: datetime) -> list[float]:
    """Return the posts of each of the last 24 hours, oldest first."""
    hours = [0.0] * SPARK_HOURS
    for bucket in buckets:
        ago = (now - bucket.start) // HOUR
        if 0 <= ago < SPARK_HOURS:
            hours[SPARK_HOURS - 1 - ago] += bucket.posts
    return hours


def course_of(story: Story, buckets: list[StoryBucket]) -> Chart:
    """Return the story's last day as a chart, quiet times as zero; hours, with what was usual, instead of 5 minutes above six hours."""
    end = bucket_of(story.last_at)
    start = max(bucket_of(story.first_at), end - DAY)
    step = BUCKET if end - start <= 6 * HOUR else HOUR
    counts: dict[datetime, float] = {start + step * place: 0.0 for place in range((end - start) // step + 1)}
    for bucket in buckets:
        if start <= bucket.start <= end:
            counts[start + step * ((bucket.start - start) // step)] += bucket.posts
    unit = _("posts in 5 minutes") if step == BUCKET else _("posts an hour")
    expected = expected_of(buckets, start, len(counts)) if step == HOUR else []
    note = _("n = %(n)s posts") % {"n": int(sum(counts.values()))}
    return Chart(_("Posts over time"), unit, sorted(counts.items()), note=note, expected=expected or None)
