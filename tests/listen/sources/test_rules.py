"""Pure rules of sources."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from huiying.listen.sources.rules import (
    EARLIEST,
    LEAST_SILENCE,
    QUARANTINE_MOVES,
    SOURCE_MOVES,
    QuarantineState,
    SourceState,
    back_off_seconds,
    believable,
    epoch_of,
    silence_allowed,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_every_state_has_its_row_of_moves() -> None:
    assert set(SOURCE_MOVES) == set(SourceState) and set(QUARANTINE_MOVES) == set(QuarantineState)


def test_times_are_believed_up_to_a_day_ahead_and_back_to_1990() -> None:
    assert believable(EARLIEST, NOW, NOW) == EARLIEST
    assert believable(EARLIEST - timedelta(seconds=1), NOW, NOW) is None
    assert believable(NOW + timedelta(hours=24), NOW, NOW) == NOW
    assert believable(NOW + timedelta(hours=24, seconds=1), NOW, NOW) is None


def test_back_off_doubles_up_to_a_quarter_of_an_hour_and_never_goes_below_the_interval() -> None:
    assert [back_off_seconds(60, n) for n in (1, 2, 3, 99)] == [120, 240, 480, 900]
    assert back_off_seconds(7200, 5) == 7200


def test_a_source_may_miss_two_polls() -> None:
    assert silence_allowed(60) == LEAST_SILENCE
    assert silence_allowed(3600) == timedelta(hours=3)


def test_epochs_count_whole_salt_lives() -> None:
    assert epoch_of(NOW + timedelta(days=30), 30) == epoch_of(NOW, 30) + 1
