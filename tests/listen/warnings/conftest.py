"""Stories as the stories room would leave them, without running the analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.listen.stories.models import Story, StoryBucket
from huiying.listen.warnings.models import Warning
from huiying.listen.warnings.services import stories_evaluate


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let messages be in English, whatever the installation's language is."""
    with translation.override("en"):
        yield


MakeStory = Callable[..., Story]


@pytest.fixture
def make_story(db: None, now: datetime) -> MakeStory:
    """Return a maker of stories whose posts all came within the last half hour."""

    def make(
        number: int = 1,
        *,
        posts: int = 70,
        authors: int = 30,
        questions: int = 0,
        exercise: bool = False,
        at: datetime | None = None,
        **more: Any,
    ) -> Story:
        end = at or now
        story = Story.objects.create(
            id=number,
            title=f"自来水发黄 {number}",
            first_at=end - timedelta(minutes=30),
            last_at=end,
            posts=posts,
            copies=0,
            authors=authors,
            sources=3,
            questions=questions,
            media_tier_max=0,
            medoid_seq=number,
            language="zh",
            exercise=exercise,
            stream="exercise" if exercise else "live",
            **more,
        )
        start = (end - timedelta(minutes=30)).replace(minute=(end - timedelta(minutes=30)).minute // 5 * 5, second=0, microsecond=0)
        StoryBucket.objects.create(story=story, start=start, posts=posts, questions=questions, new_authors=authors)
        return story

    return make


@pytest.fixture
def make_warning(make_story: MakeStory, now: datetime) -> Callable[..., Warning]:
    """Return a maker of warnings, born as in life: by evaluating a story."""

    def make(number: int = 1, *, at: datetime | None = None, **values: Any) -> Warning:
        story = make_story(number, at=at, **values)
        stories_evaluate(story_ids=[story.pk], now=at or now)
        return Warning.objects.select_related("story").get(story=story)

    return make
