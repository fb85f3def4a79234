"""Emergence: chances from the first hours of a topic, and whether a story is growing."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.emergence import (
    Emergence,
    Sight,
    chance_growing,
    early_of,
    emergence,
    features_of,
    read_model,
    shipped,
)
from huiying.core.analysis.evidence import Gap, Insufficient

SIGHTS = st.lists(st.builds(Sight, st.integers(0, 400_000), st.integers(1, 60), st.floats(0, 1e8)), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(SIGHTS)
def test_any_sights_give_a_chance_or_what_is_missing(sights: list[Sight]) -> None:
    found = emergence(sights)
    if isinstance(found, Insufficient):
        assert all(sight.heat == 0 for sight in sights)
    else:
        assert 0 <= found.later <= found.peak <= 1


@pytest.mark.parametrize("sights", [[], [Sight(3, 1, float("nan"))], [Sight(3, 0, 5e5)], [Sight(3, 1, -4.0)]])
def test_without_a_usable_sight_it_says_so(sights: list[Sight]) -> None:
    found = emergence(sights)
    assert isinstance(found, Insufficient)
    assert (found.gap, found.needed, found.ground.version) == (Gap.USABLE, 1, shipped().version)


def test_hot_at_the_top_has_more_chance_than_lukewarm_below() -> None:
    hot, cold = (emergence([Sight(480_000, *sight)]) for sight in ((1, 800_000.0), (30, 60_000.0)))
    assert isinstance(hot, Emergence)
    assert isinstance(cold, Emergence)
    assert hot.later > 5 * cold.later


def test_a_topic_that_is_large_already_has_its_peak() -> None:
    found = emergence([Sight(480_000, 1, 2e6)])
    assert isinstance(found, Emergence)
    assert found.peak == 1.0 > found.later


def test_later_hours_are_not_looked_at() -> None:
    early = [Sight(480_000, 3, 3e5), Sight(480_001, 2, 4e5)]
    assert early_of([Sight(480_002, 1, 9e6), *reversed(early)]) == early
    first, second = emergence(early), emergence([*early, Sight(480_002, 1, 9e6)])
    assert isinstance(first, Emergence)
    assert isinstance(second, Emergence)
    assert first.later == second.later


def test_the_card_says_what_it_is_and_where_it_ends() -> None:
    row = json.loads((files("huiying.core.analysis") / "models" / "emergence.json").read_text(encoding="utf-8"))
    assert {"version", "what", "trained_on", "not_used", "limits", "measured"} <= set(row["card"])
    assert len(row["weights"]) == features_of([[Sight(0, 1, 1.0)]], 8).shape[1]


def test_a_model_of_other_features_is_refused() -> None:
    row = {"card": {"version": "x"}, "large": 1, "utc_offset": 8, "bias": 0, "means": [0], "scales": [1], "weights": [0]}
    with pytest.raises(ValueError, match="train it again"):
        read_model(json.dumps(row))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 3_000), st.integers(0, 3_000))
def test_growing_and_shrinking_are_each_others_complement(before: int, after: int) -> None:
    up, down = chance_growing(before, after), chance_growing(after, before)
    if before + after < 8:
        assert up is None
    else:
        assert up is not None
        assert down is not None
        assert up + down == pytest.approx(1.0, abs=2e-4)


def test_few_voices_and_impossible_ones_say_nothing() -> None:
    assert chance_growing(0, 7) is None
    assert chance_growing(-4, 40) is None


def test_the_bell_curve_meets_the_exact_sum() -> None:
    exact, near = chance_growing(480, 520), chance_growing(481, 521)
    assert exact is not None
    assert near is not None
    assert abs(exact - near) < 0.01
