"""A matter has one warning, whichever of its stories grows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from huiying.listen.stories.matters.models import StoryLink
from huiying.listen.stories.matters.services import matter_join, matter_leave
from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.services import stories_evaluate, warning_acknowledge, warning_dismiss, warning_mark_opened

pytestmark = pytest.mark.django_db
Maker = Callable[..., Any]


def linked(story: Story, main: Story, now: datetime) -> Story:
    """Link a story to a main one, as the analysis does."""
    StoryLink.objects.create(story=story, main=main, reason="place", at=now, tick=1)
    Story.objects.filter(pk=story.pk).update(matter=main.pk)
    return story


def test_a_side_story_raises_no_second_warning_and_lifts_the_first(make_warning: Maker, make_story: Maker, now: datetime) -> None:
    warning = make_warning(1, posts=40, authors=20)
    assert warning.level == "YELLOW"
    side = linked(make_story(2, posts=40, authors=28), warning.story, now)
    assert stories_evaluate(story_ids=[side.pk], now=now) == 0
    warning.refresh_from_db()
    assert (Warning.objects.count(), warning.level, warning.story_id) == (1, "ORANGE", 1)
    assert (warning.factors["posts_1h"], warning.factors["authors_24h"]) == (80, 28), "authors are at least as many as the story with most"


def test_a_warning_on_a_side_story_is_the_matters(make_warning: Maker, make_story: Maker, now: datetime) -> None:
    warning = make_warning(2, posts=40, authors=20)
    main = make_story(1, posts=200, authors=90)
    linked(warning.story, main, now)
    assert stories_evaluate(story_ids=[main.pk], now=now) == 0
    warning.refresh_from_db()
    assert warning.factors["posts_1h"] == 240


def test_stories_too_small_alone_warn_together_on_the_main_one(make_story: Maker, now: datetime) -> None:
    main = make_story(1, posts=15, authors=12)
    linked(make_story(2, posts=12, authors=9), main, now)
    assert stories_evaluate(story_ids=[2], now=now) == 1
    assert Warning.objects.get().story_id == 1


def test_a_dismissed_matter_stays_quiet_whichever_story_grows(make_warning: Maker, make_story: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(1, posts=40, authors=20)
    warning_dismiss(actor=cast.actor("analyst"), now=now, warning_id=warning.pk, reason="检修", outcome="no_action")
    side = linked(make_story(2, posts=10, authors=9), warning.story, now)
    assert stories_evaluate(story_ids=[side.pk], now=now + timedelta(minutes=1)) == 0
    StoryBucket.objects.filter(story=side).update(posts=60)
    Story.objects.filter(pk=side.pk).update(authors=30)
    assert stories_evaluate(story_ids=[side.pk], now=now + timedelta(minutes=2)) == 1, "worse than what was dismissed"


def test_an_open_incident_keeps_the_matter_from_a_second_warning(make_warning: Maker, make_story: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(1, posts=40, authors=20)
    analyst = cast.actor("analyst")
    warning_acknowledge(actor=analyst, now=now, warning_id=warning.pk)
    warning_mark_opened(actor=analyst, now=now, warning_id=warning.pk, incident_id=7)
    side = linked(make_story(2, posts=90, authors=40), warning.story, now)
    assert stories_evaluate(story_ids=[side.pk], now=now) == 0


def test_two_live_warnings_become_one_when_their_stories_are_joined(make_warning: Maker, now: datetime, cast: Any) -> None:
    first, second = make_warning(1, posts=70, authors=30), make_warning(2, posts=40, authors=20)
    matter_join(actor=cast.actor("analyst"), now=now, story_id=2, main_id=1)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state, second.outcome) == ("proposed", "dismissed", "already_handled")
    assert second.dismissed_reason == f"The story belongs to the matter of warning {first.pk}."
    assert second.story_id == 2, "it stays with its story"


def test_the_warning_that_people_took_is_kept(make_warning: Maker, now: datetime, cast: Any) -> None:
    first, second = make_warning(1, posts=70, authors=30), make_warning(2, posts=40, authors=20)
    warning_acknowledge(actor=cast.actor("analyst"), now=now, warning_id=second.pk)
    matter_join(actor=cast.actor("analyst"), now=now, story_id=2, main_id=1)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("dismissed", "acknowledged")


def test_two_incidents_of_one_matter_both_stay(make_warning: Maker, now: datetime, cast: Any) -> None:
    analyst = cast.actor("analyst")
    for number in (1, 2):
        warning = make_warning(number, posts=70, authors=30)
        warning_acknowledge(actor=analyst, now=now, warning_id=warning.pk)
        warning_mark_opened(actor=analyst, now=now, warning_id=warning.pk, incident_id=number)
    matter_join(actor=analyst, now=now, story_id=2, main_id=1)
    assert list(Warning.objects.values_list("state", flat=True)) == ["opened", "opened"]
    assert stories_evaluate(story_ids=[1, 2], now=now) == 0


def test_a_story_that_is_parted_is_judged_by_itself_again(make_warning: Maker, make_story: Maker, now: datetime, cast: Any) -> None:
    warning = make_warning(1, posts=70, authors=30)
    linked(make_story(2, posts=70, authors=30), warning.story, now)
    matter_leave(actor=cast.actor("analyst"), now=now, story_id=2)
    assert stories_evaluate(story_ids=[2], now=now) == 1
    assert set(Warning.objects.values_list("story", flat=True)) == {1, 2}


def test_the_pages_name_the_stories_of_the_matter(
    make_warning: Maker, make_story: Maker, now: datetime, client_as: Callable[[str], Client]
) -> None:
    warning = make_warning(1, posts=70, authors=30)
    linked(make_story(2), warning.story, now)
    client = client_as("analyst")
    assert "自来水发黄 2" in client.get(reverse("warnings:detail", args=[warning.pk])).content.decode()
    assert reverse("warnings:detail", args=[warning.pk]) in client.get(reverse("stories:detail", args=[2])).content.decode()
