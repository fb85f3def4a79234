"""A story's usual hours, its outlook, and whether it is growing, from its buckets."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from huiying.listen.stories import selectors
from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.stories.outlooks import ahead_of, expected_of, hours_between
from huiying.listen.stories.rules import HOUR, bucket_of
from huiying.listen.stories.views import course_of

pytestmark = pytest.mark.django_db


def story_with(hours: list[int], now: datetime, authors: int = 50) -> Story:
    """Store a story that had so many posts an hour, in the middle of each hour, until now."""
    end = bucket_of(now)
    first = end - len(hours) * HOUR
    figures = {"posts": sum(hours), "copies": 0, "authors": authors, "sources": 2, "questions": 0, "media_tier_max": 0, "medoid_seq": 1}
    story = Story.objects.create(
        id=1, title="城东自来水发黄", first_at=first, last_at=end - timedelta(minutes=30), stream="live", **figures
    )
    half = timedelta(minutes=30)
    StoryBucket.objects.bulk_create(
        StoryBucket(story=story, start=first + place * HOUR + half, posts=posts, questions=0, new_authors=posts)
        for place, posts in enumerate(hours)
        if posts
    )
    return story


def buckets_of(story: Story) -> list[StoryBucket]:
    return selectors.series_of(story.pk, story.first_at)


def test_hours_are_counted_from_their_first_moment(now: datetime) -> None:
    story = story_with([3, 0, 5], now)
    assert hours_between(buckets_of(story), bucket_of(now) - 3 * HOUR, 3) == [3, 0, 5]


def test_a_story_with_enough_posts_has_three_outlooks(now: datetime) -> None:
    story = story_with([4, 6, 8, 7, 9], now)
    ahead = ahead_of(story, buckets_of(story), now)
    assert [each.hours for each in ahead.outlooks] == [1, 3, 6]
    assert (ahead.n, ahead.missing) == (34, "")
    assert all(each.evidence.sources == 2 for each in ahead.outlooks)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ([30, 20], "2 h of history, 3 h are needed"),
        ([1, 2, 1], "4 posts in the last 24 hours, 12 are needed"),
        ([30, 0, 0, 0, 0], "The story is quiet: 0 posts in the last 3 hours"),
    ],
)
def test_without_evidence_it_says_what_is_missing(hours: list[int], said: str, now: datetime) -> None:
    story = story_with(hours, now)
    with translation.override("en"):
        ahead = ahead_of(story, buckets_of(story), now)
    assert ahead.outlooks == []
    assert said in ahead.missing
    assert (ahead.n, ahead.version) == (0, "")


def test_the_running_five_minutes_do_not_count(now: datetime) -> None:
    story = story_with([4, 6, 8, 7], now)
    before = ahead_of(story, buckets_of(story), now).n
    StoryBucket.objects.create(story=story, start=bucket_of(now), posts=500, questions=0, new_authors=500)
    assert ahead_of(story, buckets_of(story), now).n == before


def test_usual_hours_begin_after_three_and_know_only_the_past(now: datetime) -> None:
    story = story_with([6, 6, 6, 6, 90, 6], now)
    start = bucket_of(now) - 6 * HOUR
    expected = dict(expected_of(buckets_of(story), start, 6))
    assert sorted(expected) == [start + place * HOUR for place in (3, 4, 5)]
    assert 4 < expected[start + 4 * HOUR] < 9
    assert expected_of([], start, 6) == []


def test_hours_before_the_chart_are_read_too(now: datetime) -> None:
    story = story_with([6] * 40, now)
    expected = expected_of(buckets_of(story), bucket_of(now) - 24 * HOUR, 24)
    assert len(expected) == 24
    assert expected[0][1] == pytest.approx(6, abs=1)


def test_the_chart_of_hours_has_what_was_usual_and_the_one_of_minutes_not(now: datetime) -> None:
    story = story_with([6] * 12, now)
    assert course_of(story, buckets_of(story)).expected
    short = [bucket for bucket in buckets_of(story) if bucket.start > bucket_of(now) - 4 * HOUR]
    story.first_at = short[0].start
    assert course_of(story, short).expected is None


def test_factors_hold_the_chance_that_a_story_grows(now: datetime) -> None:
    story = story_with([0, 0], now)
    end = bucket_of(now)
    for minutes, voices in ((45, 3), (10, 20)):
        StoryBucket.objects.create(story=story, start=end - timedelta(minutes=minutes), posts=voices, questions=0, new_authors=voices)
    chance = selectors.factors_of(story.pk, now).growing_chance
    assert chance is not None
    assert chance > 0.99


def test_posts_of_few_authors_are_no_growth(now: datetime) -> None:
    story = story_with([0, 0], now, authors=2)
    end = bucket_of(now)
    for minutes, authors in ((45, 1), (10, 1)):
        StoryBucket.objects.create(story=story, start=end - timedelta(minutes=minutes), posts=300, questions=0, new_authors=authors)
    assert selectors.factors_of(story.pk, now).growing_chance is None


def test_where_nobody_is_named_posts_are_counted(now: datetime) -> None:
    story = story_with([0, 0], now, authors=0)
    StoryBucket.objects.create(story=story, start=bucket_of(now) - timedelta(minutes=10), posts=30, questions=0, new_authors=0)
    assert selectors.factors_of(story.pk, now).growing_chance == pytest.approx(1.0, abs=1e-3)


def test_the_page_shows_the_outlook_or_what_is_missing(client_as: object) -> None:
    client: Client = client_as("analyst")  # type: ignore[operator]  # the fixture is a function of a name
    now = timezone.now()
    story = story_with([9, 9, 9, 9, 9, 9, 9, 9], now)
    page = client.get(f"/stories/{story.pk}/").content.decode()
    assert "next 3 hours" in page
    assert "n = 72 posts" in page
    StoryBucket.objects.all().delete()
    assert "Not enough evidence yet" in client.get(f"/stories/{story.pk}/").content.decode()
