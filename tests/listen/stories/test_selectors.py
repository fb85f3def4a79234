"""Reads of stories, and the factor table warnings are judged by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.ui.errors import NotThere
from huiying.listen.stories import selectors
from huiying.listen.stories.models import Story
from huiying.listen.stories.services import apply_next_tick

from .builders import source_of, tick_add, water

pytestmark = pytest.mark.django_db


def heard(rows: list[dict[str, Any]], now: datetime, stream: str = "live") -> Story:
    seqs = tick_add(rows, now=now, stream=stream)
    while apply_next_tick(stream=stream, now=now):
        pass
    return selectors.story(seqs[0])


def test_a_story_that_is_not_there_says_so() -> None:
    with pytest.raises(NotThere):
        selectors.story(5)


def test_factors_of_a_story_that_is_not_there_say_so(now: datetime) -> None:
    with pytest.raises(NotThere):
        selectors.factors_of(5, now)
    assert selectors.factors_of_many([5], now) == {}


def test_factors_of_a_young_story_are_its_totals(now: datetime) -> None:
    copies = [{"text": water(1)[0]["text"], "author": f"copier{n}"} for n in range(3)]
    story = heard([*water(4), *copies], now)
    factors = selectors.factors_of(story.pk, now)
    assert (factors.posts_1h, factors.posts_24h, factors.copies_24h, factors.authors_24h) == (7, 7, 3, 7)
    assert factors.distinct_sources_24h == 1
    assert factors.growth_ratio_1h == 7.0
    assert factors.reads_24h is None


def test_factors_count_only_the_hour_and_the_day(now: datetime) -> None:
    rows = [*water(3, at=now - timedelta(hours=30)), *water(2, at=now - timedelta(hours=3)), *water(4, at=now - timedelta(minutes=20))]
    for place, row in enumerate(rows):
        row["text"] = f"{row['text']}{'东南西北中前后左右'[place]}侧"
        row["author"] = f"person{place % 5}"
    story = heard(rows, now)
    factors = selectors.factors_of(story.pk, now)
    assert (factors.posts_1h, factors.posts_24h) == (4, 6)
    assert factors.authors_24h == 5
    assert story.posts == 9
    assert factors.duration_hours == pytest.approx(29.67, abs=0.01)


def test_posts_of_the_future_do_not_count_yet(now: datetime) -> None:
    story = heard(water(3), now)
    assert selectors.factors_of(story.pk, now - timedelta(hours=2)).posts_24h == 0


def test_unknown_authors_are_missing_not_zero(now: datetime) -> None:
    story = heard(water(3, author=None), now)
    factors = selectors.factors_of(story.pk, now)
    assert factors.authors_24h is None
    assert "authors_24h" in factors.missing()


def test_many_factor_tables_take_as_many_queries_as_few(now: datetime, django_assert_max_num_queries: Any) -> None:
    old = heard(water(3, at=now - timedelta(hours=26)) + water(2, at=now - timedelta(hours=2), author="late"), now)
    ids = [old.pk, heard([{"text": "决赛点球大战门将扑出"}], now).pk, heard([{"text": "Train delayed at the platform"}], now).pk]
    with django_assert_max_num_queries(4):
        assert set(selectors.factors_of_many(ids, now)) == set(ids)


def test_rising_stories_are_ordered_by_the_last_hour_then_the_day(now: datetime) -> None:
    busy_yesterday = heard([{"text": f"决赛点球大战门将扑出{n}", "at": now - timedelta(hours=5)} for n in range(10, 19)], now)
    rising = heard(water(4), now)
    drill = heard(water(6), now, stream="exercise")
    assert [story.pk for story in selectors.rising_stories(now=now, limit=9)] == [drill.pk, rising.pk, busy_yesterday.pk]
    assert [story.pk for story in selectors.rising_stories(now=now, limit=1, exercise=False)] == [rising.pk]
    assert selectors.rising_stories(now=now + timedelta(days=3), limit=9) == []


def test_series_are_oldest_first_and_from_a_moment_on(now: datetime) -> None:
    rows = water(2, at=now - timedelta(hours=3)) + water(2, at=now - timedelta(minutes=9))[1:]
    rows[2]["text"] += "，现在更浑了"
    story = heard(rows, now)
    assert [bucket.posts for bucket in selectors.series_of(story.pk, now - timedelta(hours=4))] == [2, 1]
    assert [bucket.posts for bucket in selectors.series_of(story.pk, now - timedelta(hours=1))] == [1]
    many = selectors.series_of_many([story.pk, 999], now - timedelta(hours=4))
    assert ([bucket.posts for bucket in many[story.pk]], many[999]) == ([2, 1], [])


def test_spread_counts_posts_by_channel(now: datetime) -> None:
    other = source_of(name="Evening news", channel="news")
    rows = water(5)
    rows[4].update(channel="news", source=other)
    shares = selectors.channels_of_story(heard(rows, now).pk)
    assert [(share.channel, share.posts, share.sources) for share in shares] == [("forum", 4, 1), ("news", 1, 1)]


def test_texts_lead_with_the_most_typical_and_count_repeats(now: datetime) -> None:
    rows = [*water(4), *({"text": water(2)[1]["text"]} for _ in range(3))]
    story = heard(rows, now)
    texts = selectors.posts_of_story(story)
    assert texts[0].is_typical
    assert [text.repeats for text in texts if text.seq == story.pk + 1] == [3]
    assert len({text.seq for text in texts}) == len(texts) == 4


def test_a_text_carries_no_author(now: datetime) -> None:
    [text, *_rest] = selectors.posts_of_story(heard(water(1, author="somebody"), now))
    assert "somebody" not in repr(text)
