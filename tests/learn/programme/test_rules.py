"""Progress, standing and level are counted, not felt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.base.clocks.rules import SHORTEST_SECONDS
from huiying.learn.programme import rules
from huiying.learn.programme.rules import Aim, Direction, Level, Standing, level_of, number_words

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
DUE = BEGIN + timedelta(days=100)
FASTER = Aim(60.0, 30.0, Direction.AT_MOST, BEGIN, DUE)
MORE = Aim(20.0, 80.0, Direction.AT_LEAST, BEGIN, DUE)
UNKNOWN = Aim(None, 80.0, Direction.AT_LEAST, BEGIN, DUE)


@pytest.mark.parametrize(
    ("aim", "value", "percent"),
    [
        (FASTER, 60.0, 0),
        (FASTER, 45.0, 50),
        (FASTER, 30.0, 100),
        (FASTER, 10.0, 100),
        (FASTER, 90.0, 0),
        (MORE, 50.0, 50),
        (UNKNOWN, 50.0, None),
    ],
)
def test_the_way_is_counted_from_the_baseline(aim: Aim, value: float, percent: int | None) -> None:
    assert aim.progress(value) == percent


@pytest.mark.parametrize(("aim", "value", "reached"), [(FASTER, 30, True), (FASTER, 30.1, False), (MORE, 80, True), (MORE, 79.9, False)])
def test_the_target_itself_counts(aim: Aim, value: float, reached: bool) -> None:
    assert aim.is_reached(value) is reached


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # how fast the machine is says nothing here
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_progress_stays_between_nothing_and_all_and_is_all_only_at_the_target(baseline: int, target: int, value: int) -> None:
    if baseline == target:
        return
    aim = Aim(baseline, target, Direction.AT_LEAST if target > baseline else Direction.AT_MOST, BEGIN, DUE)
    percent = aim.progress(value)
    assert percent is not None and 0 <= percent <= 100
    assert (percent == 100) is aim.is_reached(value)


def test_the_expected_way_is_straight() -> None:
    assert [FASTER.expected(BEGIN + timedelta(days=days)) for days in (-5, 0, 50, 100, 200)] == [60, 60, 45, 30, 30]
    assert UNKNOWN.expected(BEGIN) is None


@pytest.mark.parametrize(
    ("aim", "value", "days", "standing"),
    [
        (FASTER, None, 10, Standing.NO_READING),
        (FASTER, None, 101, Standing.OVERDUE),
        (FASTER, 45.0, 50, Standing.ON_COURSE),
        (FASTER, 46.0, 50, Standing.BEHIND),
        (FASTER, 29.0, 50, Standing.REACHED),
        (FASTER, 29.0, 101, Standing.REACHED),
        (FASTER, 31.0, 101, Standing.OVERDUE),
        (MORE, 49.0, 50, Standing.BEHIND),
        (UNKNOWN, 49.0, 50, Standing.ON_COURSE),
    ],
)
def test_how_an_objective_stands(aim: Aim, value: float | None, days: int, standing: Standing) -> None:
    at = BEGIN + timedelta(days=days)
    assert aim.standing(value, None if value is None else at, at) == standing


def test_the_whole_square_of_likelihood_and_impact() -> None:
    square = {(likelihood, impact): level_of(likelihood, impact) for likelihood in (1, 2, 3) for impact in (1, 2, 3)}
    assert {pair for pair, level in square.items() if level == Level.HIGH} == {(2, 3), (3, 2), (3, 3)}
    assert {pair for pair, level in square.items() if level == Level.MEDIUM} == {(1, 3), (3, 1), (2, 2)}
    assert [level_of(None, impact) for impact in (1, 2, 3)] == [Level.LOW, Level.MEDIUM, Level.HIGH]


def test_every_state_has_words_a_tone_and_moves() -> None:
    for states, moves, labels, tones in (
        (rules.ObjectiveState, rules.OBJECTIVE_MOVES, rules.OBJECTIVE_LABELS, rules.OBJECTIVE_TONES),
        (rules.MeetingState, rules.MEETING_MOVES, rules.MEETING_LABELS, rules.MEETING_TONES),
        (rules.RiskState, rules.RISK_MOVES, rules.RISK_STATE_LABELS, rules.RISK_STATE_TONES),
    ):
        assert set(states) == set(moves) == set(labels) == set(tones)
    assert set(rules.STANDING_LABELS) == set(rules.STANDING_TONES) == set(Standing)
    assert set(rules.LEVEL_LABELS) == set(rules.LEVEL_TONES) == set(rules.LEVEL_RANKS) == set(Level)


def test_the_work_of_a_turn_ends_before_the_next_turn() -> None:
    assert set(rules.WITHIN) == set(rules.EVERY_LABELS)
    for every, span in rules.WITHIN.items():
        assert max(span, rules.RECORD_WITHIN).total_seconds() < SHORTEST_SECONDS[every]  # type: ignore[index]  # keyed by the same words


def test_figures_have_no_needless_zeros() -> None:
    assert [number_words(value) for value in (None, 0.0, 99.98, 1234567.0)] == ["–", "0", "99.98", "1,234,567"]
