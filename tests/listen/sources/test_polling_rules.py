"""When a source is asked next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.listen.sources.rules.polling import LONGEST_BACK_OFF, back_off_seconds, next_wait, retry_wait, rhythm_seconds

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def times(gap_minutes: float, count: int = 12) -> list[datetime]:
    """Return the times of a feed with an even gap."""
    return [NOW - timedelta(minutes=gap_minutes * step) for step in range(count)]


@pytest.mark.parametrize(("gap", "expected"), [(0.1, 60), (4, 120), (20, 600), (600, 900)])
def test_the_rhythm_is_half_the_usual_gap_within_bounds(gap: float, expected: int) -> None:
    assert rhythm_seconds(previous=None, slowest=900, published=times(gap), has_news=True, now=NOW) == expected


def test_a_feed_that_falls_asleep_is_asked_less_and_less_but_never_less_than_set() -> None:
    rhythm, seen = 60, []
    for _turn in range(10):
        rhythm = rhythm_seconds(previous=rhythm, slowest=900, published=(), has_news=False, now=NOW)
        seen.append(rhythm)
    assert seen == sorted(seen) and seen[-1] == 900


def test_times_in_the_future_teach_nothing() -> None:
    assert rhythm_seconds(previous=None, slowest=900, published=[NOW + timedelta(days=1)], has_news=True, now=NOW) == 900


@given(st.integers(5, 86_400), st.integers(1, 86_400), st.none() | st.integers(0, 200_000), st.integers())
def test_a_source_is_never_asked_later_than_set_nor_sooner_than_it_wishes(slowest: int, rhythm: int, wish: int | None, seed: int) -> None:
    rhythm = min(rhythm, slowest)
    wait = next_wait(rhythm=rhythm, slowest=slowest, least_pause=wish, rng=Random(seed))
    assert min(wish or 0, slowest) <= wait <= slowest


@given(st.integers(5, 3600), st.integers(1, 500), st.integers())
def test_a_failing_source_waits_longer_but_not_for_ever(poll: int, failures: int, seed: int) -> None:
    wait = retry_wait(poll_seconds=poll, failures=failures, asked=None, rng=Random(seed))
    assert 0.89 * min(poll, LONGEST_BACK_OFF) <= wait <= max(LONGEST_BACK_OFF, poll)
    assert back_off_seconds(poll, failures) <= back_off_seconds(poll, failures + 1)


def test_what_a_source_asks_for_is_honoured_beyond_everything() -> None:
    assert 7200 <= retry_wait(poll_seconds=60, failures=1, asked=7200, rng=Random(1)) < 7202


def test_the_same_seed_gives_the_same_times() -> None:
    waits = [[next_wait(rhythm=100, slowest=300, least_pause=None, rng=rng) for _ in range(3)] for rng in (Random(4), Random(4))]
    assert waits[0] == waits[1] and len(set(waits[0])) == 3
