"""The bundled exercise: the same seed, the same posts; real feeds in three formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from huiying.core.collectors.feed import read_feed
from huiying.learn.exercises.feed_server import CHANNEL_FORMATS, ExerciseFeed
from huiying.learn.exercises.scenario import Scenario, load_scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario()


def test_about_two_thousand_posts_over_six_hours_in_two_languages(scenario: Scenario) -> None:
    assert 1800 <= len(scenario.posts) <= 2300
    assert scenario.minutes == 360 and max(post.minute for post in scenario.posts) <= 360
    assert sum(post.text.isascii() for post in scenario.posts) > 100
    assert sum("投毒" in post.text for post in scenario.posts) > 50


def test_the_same_seed_gives_the_same_exercise(scenario: Scenario) -> None:
    assert load_scenario().posts == scenario.posts


def test_no_slot_is_left_open(scenario: Scenario) -> None:
    assert [post.text for post in scenario.posts if "{" in post.text or "}" in post.text] == []


def test_the_answer_comes_late(scenario: Scenario) -> None:
    answered = min(post.minute for post in scenario.posts if "通报" in post.text)
    assert answered - scenario.story_starts_at > 150


def test_history_is_dated_before_the_start_and_the_rest_arrives_faster(scenario: Scenario) -> None:
    start = datetime(2026, 11, 24, 2, 40, tzinfo=UTC)
    feed = ExerciseFeed(scenario, started_at=start, start_minute=175, speed=30)
    assert feed.at(scenario.posts[0]) < start - timedelta(minutes=150)
    matter = [post for post in scenario.posts if not post.is_chatter]
    assert feed.at(matter[-1]) < start + timedelta(minutes=7)
    chatter = [post for post in scenario.posts if post.is_chatter]
    assert feed.at(chatter[-1]) > start + timedelta(minutes=150)
    assert all(feed.at(post) <= start for channel in CHANNEL_FORMATS for post in feed.items(channel, start))


@pytest.mark.parametrize("channel", list(CHANNEL_FORMATS))
def test_each_channel_is_a_feed_the_collector_reads_whole(scenario: Scenario, channel: str) -> None:
    start = datetime(2026, 11, 24, 2, 40, tzinfo=UTC)
    feed = ExerciseFeed(scenario, started_at=start, start_minute=175, speed=30)
    moment = start + timedelta(minutes=4)
    content_type, body = feed.render(channel, moment)
    expected = feed.items(channel, moment)
    assert expected
    if content_type == "application/feed+json":
        assert len(json.loads(body)["items"]) == len(expected)
    read = list(read_feed(body.encode()))
    assert len(read) == len(expected)
