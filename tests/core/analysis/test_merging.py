"""A lone text is judged once more; stories that turn out to be one are united by an event, and everything is counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.core.analysis import stream as analysis
from huiying.core.analysis.figures import Figures
from huiying.core.analysis.gate import threshold_gate

from .builders import MATCH, SMALL, START, posts

#: A text joins only a story of more than two posts: the first text stays alone until the other story has grown.
LATE = replace(SMALL, look_after=2, gate=threshold_gate("posts of the story", 2))
LONE, GROWN, OTHER = "城东自来水发黄铁锈", "城东自来水发黄停水了大家怎么办", "决赛点球大战门将扑出"


def step(state: bytes | None, tick: int, *texts: str, first: int, **common: object) -> tuple[bytes, analysis.Results]:
    rows = [
        {"text": text, "seq": first + place, "ts": START + timedelta(minutes=first + place), **common} for place, text in enumerate(texts)
    ]
    return analysis.step(state, 0, tick, [analysis.features(posts(rows), LATE)], LATE)


@pytest.fixture
def grown() -> tuple[bytes, analysis.Results]:
    """Return the state after one tick with a lone text, number 1, and a story of four copies, number 2."""
    return step(None, 1, LONE, GROWN, GROWN, GROWN, GROWN, first=1, author="a")


def test_a_lone_text_is_merged_when_its_story_has_grown(grown: tuple[bytes, analysis.Results]) -> None:
    state, before = grown
    assert before.stories["story"].to_pylist() == [1, 2]
    _state, after = step(state, 2, OTHER, first=10)
    assert [(row["story"], row["into"], row["seq"], row["reason"]) for row in after.merges.to_pylist()] == [(2, 1, 1, "second look")]


def test_the_older_id_stays_and_everything_is_counted_once(grown: tuple[bytes, analysis.Results]) -> None:
    _state, after = step(grown[0], 2, OTHER, first=10)
    united = next(row for row in after.stories.to_pylist() if row["story"] == 1)
    assert (united["posts"], united["copies"], united["authors"], united["sources"]) == (5, 3, 1, 1)
    assert sum(row["posts"] for row in after.series.to_pylist() if row["story"] == 1) == 5
    assert 2 not in after.stories["story"].to_pylist()


def test_later_posts_and_copies_go_to_the_survivor(grown: tuple[bytes, analysis.Results]) -> None:
    state, _after = step(grown[0], 2, OTHER, first=10)
    _state, later = step(state, 3, GROWN, LONE, first=20)
    assert later.assignments["story"].to_pylist() == [1, 1]
    assert later.assignments["copy_of"].to_pylist() == [2, 1]


def test_a_merge_within_one_tick_leaves_no_event_but_one_story() -> None:
    _state, results = step(None, 1, LONE, GROWN, GROWN, GROWN, GROWN, OTHER, first=1)
    assert results.merges.num_rows == 0
    assert results.assignments["story"].to_pylist() == [1, 1, 1, 1, 1, 6]


def test_chains_of_merges_in_one_tick_name_the_last_survivor() -> None:
    resources = replace(SMALL, look_after=2, look_texts=9, term_bits=18, gate=threshold_gate("score", 0.0), merge_at=-1)
    lonely = replace(resources, gate=threshold_gate("score", 2.0))
    rows = [
        {"text": f"城东自来水发黄{word}", "seq": place + 1} for place, word in enumerate(("铁锈浑浊", "停水检测", "居民小区", "水质水管"))
    ]
    state, _before = analysis.step(None, 0, 1, [analysis.features(posts(rows), lonely)], lonely)
    kept = analysis.State.from_bytes(state, lonely)
    kept.rules = analysis.State(resources).rules
    more = [{"text": f"{word}点球大战", "seq": place + 10} for place, word in enumerate(MATCH[:6])]
    results = analysis.advance(kept, 2, [analysis.features(posts(more), resources)])
    former = results.merges["story"].to_pylist()
    assert len(former) == len(set(former)) >= 2
    assert not set(former) & set(results.merges["into"].to_pylist())
    assert not set(former) & set(results.stories["story"].to_pylist())


def test_a_state_with_merged_stories_goes_on_from_its_bytes(grown: tuple[bytes, analysis.Results]) -> None:
    state, _after = step(grown[0], 2, OTHER, first=10)
    assert analysis.State.from_bytes(state, LATE).to_bytes() == state


def test_a_quiet_story_is_not_merged(grown: tuple[bytes, analysis.Results]) -> None:
    row = {"text": OTHER, "seq": 10, "ts": START + timedelta(days=6)}
    _state, after = analysis.step(grown[0], 0, 2, [analysis.features(posts([row]), LATE)], LATE)
    assert after.merges.num_rows == 0


def test_an_author_of_both_stories_is_counted_once_even_where_authors_are_sampled() -> None:
    one, other = Figures(1, 0, 0), Figures(2, 0, 0)
    for place in range(4_000):
        author = (place * 0x9E3779B97F4A7C15) & (2**64 - 1)
        one.count(0, 1, 0, author, False, False, 256)
        if place % 2:
            other.count(0, 1, 0, author, False, False, 256)
    one.take_over(other, 256)
    assert one.author_count == pytest.approx(4_000, rel=0.2)
    assert len(one.authors) <= 256
