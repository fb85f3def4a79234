"""Outlooks: an interval or what is missing, whatever the counts are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.evidence import Evidence, Gap, Insufficient, floor
from huiying.core.analysis.outlook import HORIZONS, Outlook, features_of, kind_of, misses_of, outlook, read_model, shipped


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 100_000), max_size=400), st.sampled_from(HORIZONS), st.sampled_from(["story", "volume", "heat"]))
def test_any_counts_give_an_ordered_interval_or_what_is_missing(counts: list[int], horizon: int, kind: str) -> None:
    found = outlook(counts, horizon, kind=kind)
    if isinstance(found, Insufficient):
        assert found.n < found.needed
        assert str(found.needed) in found.reason
    else:
        assert 0 <= found.low <= found.middle <= found.high
        assert found.evidence.n == sum(counts[-14 * 24 :])


@pytest.mark.parametrize(
    ("counts", "gap"),
    [([], Gap.HISTORY), ([50, 50], Gap.HISTORY), ([1, 1, 1], Gap.POSTS), ([20, *[0] * 10], Gap.RECENT)],
)
def test_below_its_floor_it_says_what_is_missing(counts: list[int], gap: Gap) -> None:
    found = outlook(counts, 1)
    assert isinstance(found, Insufficient)
    assert found.gap is gap
    assert found.ground.version == shipped().version


@pytest.mark.parametrize("poison", [float("nan"), float("inf"), -5.0])
def test_poisoned_counts_give_no_outlook(poison: float) -> None:
    found = outlook([9.0, 12.0, poison, 11.0], 3)
    assert isinstance(found, Insufficient)
    assert (found.gap, found.n, found.needed) == (Gap.USABLE, 3, 4)


def test_the_evidence_says_n_window_sources_and_version() -> None:
    found = outlook([5, 8, 9, 7], 3, end_us=4 * 3_600_000_000, sources=2)
    assert isinstance(found, Outlook)
    assert found.evidence == Evidence(29, (0, 4 * 3_600_000_000), 2, shipped().version)


def test_a_series_that_scatters_has_a_wider_interval() -> None:
    calm = [100 + place % 3 for place in range(200)]
    wild = [20 if place % 2 else 400 for place in range(200)]
    widths = [found.high - found.low for found in (outlook(each, 1, kind="volume") for each in (calm, wild)) if isinstance(found, Outlook)]
    assert widths[0] * 2 < widths[1]


def test_features_know_only_the_past() -> None:
    counts = np.arange(40.0)
    assert features_of(counts, 3)[:20].tolist() == features_of(counts[:20], 3).tolist()


def test_misses_are_only_of_hours_whose_outcome_is_known() -> None:
    counts = np.full(10, 4.0)
    middles = np.full(10, np.log1p(12.0))
    assert misses_of(counts, middles, 3).tolist() == pytest.approx([0.0] * 7)
    assert len(misses_of(counts[:3], middles[:3], 6)) == 0


def test_a_kind_or_horizon_that_nobody_trained_is_an_error() -> None:
    for kind, horizon in (("weather", 1), ("story", 48)):
        with pytest.raises(KeyError):
            outlook([9, 9, 9, 9], horizon, kind=kind)


def test_a_model_of_other_levels_is_refused() -> None:
    course = {"weights": [0] * 6, "misses": [[0.0]], "cuts": [[0.1, 0.9]]}
    with pytest.raises(ValueError, match="train it again"):
        read_model(json.dumps({"card": {"version": "x"}, "courses": {"story": {"1": course}}}))


def test_a_large_story_runs_like_a_volume() -> None:
    assert kind_of([500, 700]) == "volume"
    assert kind_of([]) == "story"


def test_a_floor_is_met_at_its_number() -> None:
    ground = Evidence(5, (0, 0), 1, "v")
    assert floor(ground, Gap.POSTS, 5, 5) is None
    missing = floor(ground, Gap.POSTS, 4, 5)
    assert missing is not None
    assert (missing.n, missing.needed, missing.ground) == (4, 5, ground)
