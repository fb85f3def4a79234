"""What volume is expected of a source, and which volumes are doubted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.listen.sources.rules.volume import Baseline, baseline_of, bounds, doubts

NOW = datetime(2026, 11, 23, 18, 40, tzinfo=UTC)
HOUR = NOW.replace(minute=0)


def history(hours: int, rng: Random, busy: float = 6.0, quiet: float = 1.0) -> list[tuple[datetime, int]]:
    """Return hours in which the day is livelier than the night."""
    rows = []
    for back in range(1, hours + 1):
        start = HOUR - timedelta(hours=back)
        mean = busy if 8 <= start.hour < 22 else quiet
        rows.append((start, sum(rng.random() < mean / 20 for _ in range(20))))
    return rows


@pytest.fixture
def baseline() -> Baseline:
    """Return what eight weeks teach."""
    found = baseline_of(history(8 * 168, Random(3)), UTC)
    assert found is not None
    return found


def recent(counts: list[int]) -> dict[datetime, int]:
    """Return the newest complete hours, the newest first."""
    return {HOUR - timedelta(hours=back): count for back, count in enumerate(counts, 1)}


def test_a_short_history_expects_nothing() -> None:
    assert baseline_of(history(100, Random(1)), UTC) is None
    assert baseline_of([(HOUR - timedelta(hours=n), 0) for n in range(1000)], UTC) is None


def test_day_and_night_are_told_apart(baseline: Baseline) -> None:
    assert baseline.mean(HOUR.replace(hour=12)) > 3 * baseline.mean(HOUR.replace(hour=3))


def test_ordinary_hours_are_not_doubted(baseline: Baseline) -> None:
    rng = Random(9)
    for week in range(60):
        rows = history(24, Random(rng.random()))
        hours = dict(rows)
        last = max(start for start, count in rows if count) + timedelta(minutes=30)
        assert doubts(baseline, hours, last_item_at=last, now=NOW) == [], week


def test_a_source_that_answers_but_brings_nothing_is_silent(baseline: Baseline) -> None:
    (doubt,) = doubts(baseline, recent([0] * 12), last_item_at=HOUR - timedelta(hours=12, minutes=1), now=NOW)
    assert doubt.code == "silent" and doubt.seen == 0 and doubt.since == HOUR - timedelta(hours=12)


def test_a_quiet_night_is_no_silence(baseline: Baseline) -> None:
    morning = NOW.replace(hour=5, minute=10)
    hours = {morning.replace(minute=0) - timedelta(hours=back): 0 for back in range(1, 6)}
    assert doubts(baseline, hours, last_item_at=morning - timedelta(hours=5, minutes=20), now=morning) == []


def test_a_flood_is_high_and_a_trickle_is_low(baseline: Baseline) -> None:
    assert [d.code for d in doubts(baseline, recent([40] * 6), last_item_at=NOW, now=NOW)] == ["high"]
    assert [d.code for d in doubts(baseline, recent([0, 1, 0, 0, 0, 0, 0]), last_item_at=HOUR - timedelta(minutes=90), now=NOW)] == ["low"]


def test_hours_without_an_answer_prove_nothing(baseline: Baseline) -> None:
    assert doubts(baseline, recent([0, 0]), last_item_at=HOUR - timedelta(days=3), now=NOW) == []
    assert doubts(baseline, {}, last_item_at=None, now=NOW) == []


def test_bursts_widen_what_is_expected() -> None:
    rng = Random(5)
    bursty = [(start, count * (10 if rng.random() < 0.1 else 1)) for start, count in history(8 * 168, Random(3))]
    calm, wild = baseline_of(history(8 * 168, Random(3)), UTC), baseline_of(bursty, UTC)
    assert calm is not None and wild is not None and wild.spread > 2 * calm.spread


@given(st.floats(0, 5000), st.floats(1, 60), st.sampled_from([0.01, 1e-6]))
def test_bounds_hold_the_mean_and_widen_with_the_spread(mean: float, spread: float, tail: float) -> None:
    band, wider = bounds(mean, spread, tail), bounds(mean, spread * 1.5, tail)
    assert 0 <= band.low <= mean + 1 and band.high >= mean - 1 - spread
    assert band.low <= band.high
    if mean > 400:
        assert wider.high - wider.low >= band.high - band.low


@given(st.floats(0.1, 200), st.floats(1, 10))
def test_bounds_leave_out_no_more_than_the_tail(mean: float, spread: float) -> None:
    band = bounds(mean, spread, 0.01)
    rng, outside, draws = Random(1), 0, 400
    for _draw in range(draws):
        rate = rng.gammavariate(mean / (spread - 1), spread - 1) if spread > 1.001 else mean
        count = poisson(rate, rng)
        outside += count < band.low or count > band.high
    assert outside <= draws * 0.02 + 4 * (draws * 0.02) ** 0.5


def poisson(rate: float, rng: Random) -> int:
    """Draw a count."""
    count, left = 0, rate
    while True:
        left -= rng.expovariate(1.0)
        if left < 0:
            return count
        count += 1
