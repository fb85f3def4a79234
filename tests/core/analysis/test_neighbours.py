"""Stories that have grown are compared with their neighbours: one matter told in many ways becomes one story."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from huiying.core.analysis import stream as analysis
from huiying.core.analysis.fold import NEIGHBOURS, final_id
from huiying.core.analysis.gate import threshold_gate
from huiying.learn.exercises.scenario import ScenarioPost, load_scenario

from .builders import SMALL, START, posts

#: Only a text that has a near twin joins, so that two ways to tell a matter make two stories; and each story of four is compared.
NARROW = replace(SMALL, look_after=0, gate=threshold_gate("nearest cosine", 0.5), copy_at=2.0, contained_at=2.0)
ONE = [f"城东自来水发黄铁锈浑浊{word}" for word in ("居民", "小区", "水管", "检测")]
OTHER = [f"自来水公司停水通知城东{word}自来水发黄" for word in ("抢修", "道歉", "电话", "补偿")]
TICK = 60


def step(state: bytes | None, tick: int, texts: list[str], later: timedelta = timedelta(0)) -> tuple[bytes, analysis.Results]:
    rows: list[dict[str, object]] = [
        {"text": text, "seq": 100 * tick + place, "ts": START + later + timedelta(minutes=10 * tick + place)}
        for place, text in enumerate(texts)
    ]
    return analysis.step(state, 0, tick, [analysis.features(posts(rows), NARROW)], NARROW)


def test_two_ways_to_tell_a_matter_become_one_story_of_the_older_id() -> None:
    state, before = step(None, 1, ONE)
    _state, after = step(state, 2, OTHER)
    assert set(before.assignments["story"].to_pylist()) == {100}
    assert after.merges.num_rows == 0  # the second story was never told of under its own id
    assert set(after.assignments["story"].to_pylist()) == {100}
    assert after.stories["posts"].to_pylist() == [8]


def test_the_merge_of_a_known_story_is_an_event_with_its_reason() -> None:
    state, _results = step(None, 1, ONE)
    state, before = step(state, 2, OTHER[:3])
    _state, after = step(state, 3, OTHER[3:])
    assert set(before.assignments["story"].to_pylist()) == {200}
    assert [(row["story"], row["into"], row["seq"], row["reason"]) for row in after.merges.to_pylist()] == [(200, 100, 300, NEIGHBOURS)]


def test_a_story_that_has_gone_quiet_takes_no_other_story() -> None:
    state, _results = step(None, 1, ONE)
    _state, after = step(state, 2, OTHER, later=timedelta(days=6))
    assert set(after.assignments["story"].to_pylist()) == {200}


@pytest.mark.parametrize(("one", "other", "stories"), [("#水发黄#", "#停水了#", 2), ("#水发黄#", "", 1)])
def test_stories_of_different_hashtags_stay_apart(one: str, other: str, stories: int) -> None:
    state, _results = step(None, 1, [one + text for text in ONE])
    _state, after = step(state, 2, [other + text for text in OTHER])
    assert len({100, *after.assignments["story"].to_pylist()}) == stories


@pytest.fixture(scope="module")
def exercise() -> list[tuple[ScenarioPost, int]]:
    """Return the posts of the bundled exercise, about one matter and some chatter, and the story of each."""
    told = load_scenario().posts
    rows: list[dict[str, object]] = [
        {"text": post.text, "channel": post.channel, "author": post.author, "ts": START + timedelta(minutes=post.minute)} for post in told
    ]
    batch, state = posts(rows), analysis.new_state(analysis.DEFAULT)
    story_of: dict[int, int] = {}
    aliases: dict[int, int] = {}
    for tick, start in enumerate(range(0, batch.num_rows, TICK), 1):
        results = analysis.advance(state, tick, [analysis.features(batch.slice(start, TICK), analysis.DEFAULT)])
        story_of |= _pairs(results.assignments, "seq", "story")
        aliases |= _pairs(results.merges, "story", "into")
    return [(post, final_id(story_of[seq], aliases)) for seq, post in enumerate(told, 1)]


def _pairs(batch: pa.RecordBatch, one: str, other: str) -> dict[int, int]:
    return dict(zip(batch[one].to_pylist(), batch[other].to_pylist(), strict=True))


def test_the_exercise_is_a_handful_of_stories(exercise: list[tuple[ScenarioPost, int]]) -> None:
    matter = [(post, story) for post, story in exercise if not post.is_chatter]
    sizes = Counter(story for _post, story in matter).most_common()
    assert sizes[0][1] >= 0.6 * len(matter)
    assert sum(size for _story, size in sizes[:4]) >= 0.75 * len(matter)
    assert sum(size >= 25 for _story, size in sizes) <= 9


def test_the_story_of_the_exercise_holds_no_chatter(exercise: list[tuple[ScenarioPost, int]]) -> None:
    largest = Counter(story for _post, story in exercise).most_common(1)[0][0]
    chatter = sum(post.is_chatter for post, story in exercise if story == largest)
    assert chatter <= 0.01 * sum(story == largest for _post, story in exercise)
