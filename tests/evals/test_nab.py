"""The scorer of bursts against worked cases of its published definition."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from evals.measures import faults
from evals.nab import NOTHING, Series, read_series, sigmoid, tally

START = datetime(2015, 3, 1)  # noqa: DTZ001  the files have no time zone


def series(rows: int, *windows: tuple[int, int]) -> Series:
    return Series("s", [START + timedelta(minutes=5 * row) for row in range(rows)], [0] * rows, list(windows))


def test_silence_is_0_and_every_left_edge_is_100() -> None:
    each = series(4_000, (1_000, 1_099), (3_000, 3_199))
    assert tally(each, []).score == 0.0
    assert tally(each, [1_000, 3_000]).score == pytest.approx(100.0)


def test_only_the_earliest_alarm_of_a_window_counts() -> None:
    each = series(4_000, (1_000, 1_099))
    assert tally(each, [1_050]).points == pytest.approx(sigmoid(-0.5) / sigmoid(-1.0))
    assert tally(each, [1_050, 1_070, 1_099]) == tally(each, [1_050])


def test_a_false_alarm_costs_less_just_behind_a_window() -> None:
    each = series(4_000, (1_000, 1_099))
    costs = [tally(each, [1_000, row]).points - 1.0 for row in (1_110, 1_198, 1_900, 800)]
    assert costs[0] == pytest.approx(0.11 * sigmoid(11 / 99))
    assert costs[1] == pytest.approx(0.11 * sigmoid(1.0))
    assert costs[2:] == pytest.approx([-0.11, -0.11])


def test_the_first_part_does_not_count_and_is_at_most_750_rows() -> None:
    assert tally(series(1_000, (500, 600)), [149]).false_alarms == 0
    assert tally(series(1_000, (500, 600)), [150]).false_alarms == 1
    assert tally(series(90_000, (5_000, 6_000)), [749, 750]).false_alarms == 1


def test_missing_one_of_two_windows_is_half() -> None:
    assert tally(series(4_000, (1_000, 1_099), (3_000, 3_199)), [1_000]).score == pytest.approx(50.0)


def test_tallies_add_up() -> None:
    each = series(2_880, (1_000, 1_099))
    both = tally(each, [1_000, 2_000]) + tally(each, []) + NOTHING
    assert (both.windows, both.found, both.false_alarms) == (2, 1, 1)
    assert both.days == pytest.approx(20, abs=0.02)
    assert both.false_per_day == pytest.approx(0.05, abs=0.001)


def test_series_are_read_with_their_windows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("timestamp,value\n2015-03-01 00:00:00,4\n2015-03-01 00:05:00,7\n")
    (tmp_path / "windows.json").write_text('{"a.csv": [["2015-03-01 00:00:00.000000", "2015-03-01 00:05:00.000000"]]}')
    (found,) = read_series(tmp_path)
    assert (found.values, found.windows) == ([4, 7], [(0, 1)])


def test_a_figure_outside_its_bounds_is_a_fault() -> None:
    floors = {"bursts": {"nab": (80.0, None), "false_per_series_day": (None, 0.12), "absent": (1.0, 2.0)}}
    assert faults({"bursts": {"nab": 80.0, "false_per_series_day": 0.12}}, floors) == []
    assert len(faults({"bursts": {"nab": 79.9, "false_per_series_day": 0.13}}, floors)) == 2
