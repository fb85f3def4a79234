"""Bursts: told once, by voices and not by posts, never without history; the tail against exact sums."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, inf, isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.bursts import Burst, Detector, held, log_tail, surprise_of, voices_of
from huiying.core.analysis.series import DAY_STEPS, BadSeries, Bank

ONE = np.zeros(1, np.int64)


def detector(**options: float) -> Detector:
    return Detector(Bank.starting(0, ONE), **options)  # type: ignore[arg-type]  # hold_steps is an int where a test gives it


def told(found: Detector, counts: list[int]) -> list[Burst]:
    return [burst for count in counts for burst in found.step(np.array([count]))[1]]


def calm(days: int, seed: int = 3, rate: float = 4) -> list[int]:
    return np.random.default_rng(seed).poisson(rate, days * DAY_STEPS).tolist()


def test_a_calm_series_stays_silent_for_a_month() -> None:
    assert told(detector(), calm(30)) == []


def test_a_burst_is_told_within_the_hour_and_says_what_was_expected() -> None:
    found = detector()
    told(found, calm(5))
    bursts = told(found, [60] * 12)
    assert len(bursts) == 1
    assert bursts[0].step - 5 * DAY_STEPS < 12
    assert bursts[0].seen > 3 * bursts[0].expected
    assert bursts[0].surprise > 2


def test_a_burst_that_goes_on_is_told_once_a_day() -> None:
    found = detector()
    told(found, calm(5))
    bursts = told(found, [400] * (DAY_STEPS // 2) + [9_000] * (DAY_STEPS // 4))
    assert len(bursts) == 1


def test_a_second_burst_after_the_hold_is_told_again() -> None:
    found = detector()
    told(found, calm(5))
    first = told(found, [200] * 12)
    told(found, calm(3, seed=4))
    assert len(first) == len(told(found, [300] * 12)) == 1


def test_nothing_is_told_in_the_first_day() -> None:
    assert told(detector(), [1] * 200 + [900] * 20) == []


def test_a_handful_of_posts_in_a_silent_series_is_no_burst() -> None:
    found = detector()
    told(found, [0] * 5 * DAY_STEPS)
    assert told(found, [1, 1, 1, 1]) == []


def test_a_farm_of_copies_has_few_voices() -> None:
    found = detector()
    told(found, [voices_of(4, 4)] * 5 * DAY_STEPS)
    assert told(found, [voices_of(2_000, 3)] * 24) == []


def test_voices_of_a_source_that_names_nobody_are_its_posts() -> None:
    assert voices_of(12, None) == 12


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([0, 3, 9, 400]), min_size=1, max_size=60), st.integers(0, 60))
def test_a_detector_goes_on_from_its_bytes(counts: list[int], cut: int) -> None:
    whole, part = detector(alarm_at=1.0), detector(alarm_at=1.0)
    before = calm(2)
    expected = told(whole, before + counts)
    found = told(part, before + counts[:cut])
    part = Detector.from_bytes(part.to_bytes())
    assert [*found, *told(part, counts[cut:])] == expected
    assert part.to_bytes() == whole.to_bytes()


def test_foreign_bytes_are_refused() -> None:
    for data in (b"", b"short", detector().to_bytes()[:-3]):
        with pytest.raises(BadSeries):
            Detector.from_bytes(data)


def test_rows_join_and_leave_with_their_hold() -> None:
    found = detector()
    found.add(np.array([7]))
    found.told[:] = (5, 6)
    found.keep(np.array([False, True]))
    assert (found.bank.keys.tolist(), found.told.tolist()) == ([7], [6])


def test_hold_afterwards_tells_what_a_detector_with_hold_tells() -> None:
    counts = [*calm(3), *([80] * 30), *calm(2, seed=5), *([90] * 30)]
    strict = told(detector(), counts)
    loose = told(detector(alarm_at=1.0, hold_steps=0), counts)
    assert held(loose, 2.75) == strict


def exact_tail(k: int, mean: Fraction, size: int) -> Fraction:
    chance = mean / (mean + size)
    return 1 - sum((Fraction(comb(j + size - 1, j)) * (1 - chance) ** size * chance**j for j in range(k)), Fraction(0))


@pytest.mark.parametrize(("k", "mean", "size"), [(0, 3, 2), (1, 3, 2), (9, 3, 2), (40, 7, 5), (25, 20, 40), (120, 12, 3)])
def test_the_tail_agrees_with_exact_sums(k: int, mean: int, size: int) -> None:
    assert exp(log_tail(k, float(mean), float(size))) == pytest.approx(float(exact_tail(k, Fraction(mean), size)), rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2_000_000), st.floats(0, 1e6), st.floats(0, 10))
def test_surprise_is_a_finite_number_and_never_negative(seen: int, expected: float, spread: float) -> None:
    value = surprise_of(seen, expected, spread)
    assert isfinite(value)
    assert 0 <= value < inf


def test_more_is_more_surprising_and_scatter_less() -> None:
    assert surprise_of(60, 10, 0.3) > surprise_of(40, 10, 0.3) > surprise_of(40, 10, 0.9)
