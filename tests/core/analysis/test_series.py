"""Series on one clock: sums, what is usual, factors of hour and weekday, bytes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.series import DAY_STEPS, FIVE_MINUTES, HOURLY, SCALES, BadSeries, Bank, Readings, usual_hours

COUNTS = st.lists(st.lists(st.integers(0, 10_000), min_size=3, max_size=3), min_size=1, max_size=90)


def keys(n: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(n)


def taken(bank: Bank, rows: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Readings:
    for row in rows:
        readings = bank.step(row)
    return readings


@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_seen_is_the_sum_of_the_last_steps_of_each_scale(counts: list[list[int]]) -> None:
    rows = np.array(counts)
    readings = taken(Bank.starting(7, keys(3)), rows)
    for place, width in enumerate(SCALES):
        assert readings.seen[:, place].tolist() == rows[-width:].sum(axis=0).tolist()


@settings(max_examples=20, deadline=None)
@given(COUNTS, st.integers(0, 89))
def test_a_bank_goes_on_from_its_bytes_as_if_nothing_happened(counts: list[list[int]], cut: int) -> None:
    rows = np.array(counts)
    whole, part = Bank.starting(7, keys(3)), Bank.starting(7, keys(3))
    for row in rows[:cut]:
        part.step(row)
    part = Bank.from_bytes(part.to_bytes())
    for row in rows[cut:]:
        part.step(row)
    for row in rows:
        whole.step(row)
    assert part.to_bytes() == whole.to_bytes()


def test_a_series_reads_the_same_alone_and_among_others() -> None:
    rows = np.random.default_rng(1).poisson(30, (400, 67))
    together, alone = Bank.starting(0, keys(67)), Bank.starting(0, keys(1))
    for row in rows:
        among, single = together.step(row), alone.step(row[40:41])
    assert among.deviation[40].tolist() == single.deviation[0].tolist()
    assert among.expected[40].tolist() == single.expected[0].tolist()


def test_a_steady_series_expects_what_it_sees() -> None:
    readings = taken(Bank.starting(0, keys(1)), np.full((2 * DAY_STEPS, 1), 10))
    assert readings.expected[0] == pytest.approx([30, 120, 720], rel=0.05)
    assert np.abs(readings.deviation).max() < 0.5


def test_the_hour_of_the_day_is_learnt() -> None:
    day = np.where((np.arange(DAY_STEPS) >= 96) & (np.arange(DAY_STEPS) < 264), 40, 4)
    bank = Bank.starting(0, keys(1))
    taken(bank, np.tile(day, 20)[:, None])
    noon, night = (np.exp(bank.expected(step)[0][1, 0]) for step in (20 * DAY_STEPS + 150, 20 * DAY_STEPS + 60))
    assert noon > 5 * night


def test_one_day_is_not_enough_to_believe_in_hours() -> None:
    day = np.where(np.arange(DAY_STEPS) >= 144, 40, 4)
    young, old = Bank.starting(0, keys(1)), Bank.starting(0, keys(1))
    taken(young, np.tile(day, 1)[:, None])
    taken(old, np.tile(day, 20)[:, None])
    spread = [abs(bank.expected(bank.step_number + 200)[1][1, 0] - bank.expected(bank.step_number + 60)[1][1, 0]) for bank in (young, old)]
    assert spread[0] < spread[1]


def test_weekends_are_learnt_over_weeks() -> None:
    week = np.repeat([20, 20, 20, 20, 20, 5, 5], DAY_STEPS)
    start = 4 * DAY_STEPS
    bank = Bank.starting(start, keys(1))
    taken(bank, np.tile(week, 6)[:, None])
    monday, sunday = (bank.weekdays[day, 1, 0] for day in (1, 6))
    assert FIVE_MINUTES.weekday(start) == 0
    assert monday > sunday


def test_a_burst_does_not_teach_the_series_that_bursts_are_usual() -> None:
    calm = np.full((3 * DAY_STEPS, 1), 10)
    bank = Bank.starting(0, keys(1))
    taken(bank, calm)
    before = bank.level[1, 0]
    taken(bank, np.full((12, 1), 5_000))
    assert bank.level[1, 0] - before < 0.02


def test_series_join_and_leave_without_touching_the_others() -> None:
    rows = np.random.default_rng(2).poisson(8, (300, 2))
    bank, alone = Bank.starting(0, keys(2)), Bank.starting(0, keys(1))
    taken(bank, rows)
    taken(alone, rows[:, :1])
    bank.add(np.array([9]))
    assert bank.keys.tolist() == [0, 1, 9]
    assert bank.step(np.array([8, 8, 8])).steps.tolist() == [300, 300, 0]
    alone.step(np.array([8]))
    bank.keep(np.array([True, False, False]))
    assert bank.to_bytes() == alone.to_bytes()


@pytest.mark.parametrize(
    "spoil", [lambda d: b"", lambda d: d[:-1], lambda d: d + b"x", lambda d: b"OTHERONE" + d[8:], lambda d: d[:28] + b"\x07\0\0\0" + d[32:]]
)
def test_foreign_bytes_are_refused(spoil: object) -> None:
    data = Bank.starting(0, keys(2)).to_bytes()
    with pytest.raises(BadSeries):
        Bank.from_bytes(spoil(data))  # type: ignore[operator]  # the parameters are functions of bytes


def test_an_empty_bank_steps() -> None:
    readings = Bank.starting(0, keys(0)).step(np.zeros(0, np.int64))
    assert readings.seen.shape == (0, 3)


def test_an_hourly_bank_keeps_its_pace_in_bytes() -> None:
    bank = Bank.starting(5, keys(1), HOURLY)
    taken(bank, np.array([[3], [4]]))
    assert Bank.from_bytes(bank.to_bytes()).pace == HOURLY


def test_what_is_usual_for_an_hour_knows_only_the_hours_before() -> None:
    counts = np.array([5, 6, 5, 7, 300, 6])
    usual, _spread = usual_hours(counts, 0)
    again, _spread = usual_hours(counts[:5], 0)
    assert usual[:5].tolist() == again.tolist()
    assert 3 < usual[4] < 9
