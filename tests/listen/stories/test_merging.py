"""Stories that turned out to be one: one in the lists, links lead to it, warnings follow, nothing is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from huiying.core.analysis.gate import threshold_gate
from huiying.core.analysis.stream import DEFAULT
from huiying.listen.stories import beside, days, memory, selectors
from huiying.listen.stories.models import Story, StoryBucket, StoryMerge, StoryPost
from huiying.listen.stories.services import apply_next_tick

from .builders import model, tick_add

pytestmark = pytest.mark.django_db

#: A text joins only a story of more than two posts: the first text stays alone until the other story has grown.
LATE = replace(DEFAULT, look_after=2, gate=threshold_gate("posts of the story", 2))
LONE, GROWN, OTHER = "城东自来水发黄铁锈", "城东自来水发黄停水了大家怎么办", "决赛点球大战门将扑出"


@pytest.fixture(autouse=True)
def _late_joins(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (beside, memory):
        monkeypatch.setattr(module, "RESOURCES", LATE)
    memory.forget()
    days.forget()
    yield
    memory.forget()
    days.forget()


@pytest.fixture
def two(now: datetime) -> tuple[int, int]:
    """Return a lone story and one of four posts that will turn out to be the same."""
    lone, grown, *_copies = tick_add([{"text": LONE}, *({"text": GROWN} for _ in range(4))], now=now)
    apply_next_tick(stream="live", now=now)
    return lone, grown


def merge(now: datetime) -> None:
    """Apply a tick that brings the second look."""
    tick_add([{"text": OTHER}], now=now)
    apply_next_tick(stream="live", now=now)


def warning(story_id: int, now: datetime, **fields: Any) -> Any:
    """Return a stored warning about a story."""
    stored = {"level": "YELLOW", "level_rank": 2, "peak_level": "YELLOW", "issued_at": now, "evaluated_at": now, **fields}
    return model("warnings", "Warning").create(story_id=story_id, **stored)


def test_posts_and_series_move_to_the_survivor(now: datetime, two: tuple[int, int]) -> None:
    lone, grown = two
    merge(now)
    assert Story.objects.get(pk=lone).posts == 5
    assert StoryPost.objects.filter(story_id=lone).count() == 5
    assert sum(StoryBucket.objects.filter(story_id=lone).values_list("posts", flat=True)) == 5
    assert not StoryPost.objects.filter(story_id=grown).exists()
    assert not StoryBucket.objects.filter(story_id=grown).exists()


def test_the_event_says_what_was_merged_and_why(now: datetime, two: tuple[int, int]) -> None:
    merge(now)
    event = StoryMerge.objects.get()
    assert (event.former_id, event.into_id, event.seq, event.reason, event.posts, event.tick) == (
        two[1],
        two[0],
        two[0],
        "second look",
        4,
        2,
    )


def test_lists_and_totals_show_one_story(now: datetime, two: tuple[int, int]) -> None:
    merge(now)
    assert two[1] not in selectors.stories_list(now=now, scope="all").values_list("pk", flat=True)
    assert selectors.totals("live") == (2, 3)
    assert selectors.stories_of([two[1]])[two[1]].pk == two[0]


def test_the_address_of_the_other_story_leads_to_the_survivor(
    now: datetime, two: tuple[int, int], client_as: Callable[[str], Client]
) -> None:
    merge(now)
    answer = client_as("analyst").get(f"/stories/{two[1]}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/stories/{two[0]}/")


def test_day_counts_follow_the_merge(now: datetime, two: tuple[int, int]) -> None:
    merge(now)
    assert days.counts_of_day([two[0]], now) == days.counted([two[0]], now)
    assert days.counted([two[0]], now)[two[0]].copies == 3


def test_a_warning_follows_its_story(now: datetime, two: tuple[int, int]) -> None:
    raised = warning(two[1], now)
    merge(now)
    raised.refresh_from_db()
    assert (raised.story_id, raised.state) == (two[0], "proposed")


def test_of_two_warnings_the_one_further_on_stays(now: datetime, two: tuple[int, int]) -> None:
    waiting, taken = warning(two[0], now, level="ORANGE", level_rank=3), warning(two[1], now, state="acknowledged")
    merge(now)
    waiting.refresh_from_db()
    taken.refresh_from_db()
    assert (waiting.state, waiting.outcome) == ("dismissed", "already_handled")
    assert (taken.story_id, taken.state) == (two[0], "acknowledged")
    assert str(taken.pk) in waiting.dismissed_reason


def test_two_warnings_with_an_incident_each_stay_where_they_are(now: datetime, two: tuple[int, int]) -> None:
    one, other = (warning(id, now, state="opened", incident_id=id) for id in two)
    merge(now)
    one.refresh_from_db()
    other.refresh_from_db()
    assert [one.story_id, other.story_id] == list(two)
