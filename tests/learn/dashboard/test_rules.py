"""What the board makes of buckets and due dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from huiying.learn.dashboard.rules import STEP, WINDOW, ClockRow, NextStep, Pulse, first_step, pulse, what_changes
from huiying.listen.stories.rules import growth_ratio

NOW = datetime(2026, 11, 23, 18, 40, tzinfo=UTC)


@dataclass
class Five:
    start: datetime
    posts: int


def ago(minutes: float, posts: int) -> Five:
    return Five(NOW - timedelta(minutes=minutes), posts)


LONG_AGO = NOW - timedelta(days=3)


def test_no_posts_are_a_flat_line() -> None:
    beat = pulse([], LONG_AGO, NOW)
    assert beat.values == [0] * int(WINDOW / STEP)
    assert (beat.last_hour, beat.usual_hour, beat.ratio, beat.is_rising) == (0, 0.0, 0.0, False)


def test_the_last_hour_is_compared_with_the_usual_hour_before() -> None:
    beat = pulse([ago(30, 30), ago(90, 5), ago(150, 5), ago(210, 5), ago(270, 5), ago(330, 5)], LONG_AGO, NOW)
    assert (beat.last_hour, beat.usual_hour, beat.ratio) == (30, 5.0, 6.0)
    assert beat.is_rising


def test_a_young_story_is_compared_with_its_own_hours_only() -> None:
    beat = pulse([ago(30, 30), ago(90, 10), ago(150, 10)], NOW - timedelta(hours=3), NOW)
    assert (beat.last_hour, beat.usual_hour, beat.ratio) == (30, 10.0, 3.0)


def test_growth_is_reckoned_as_the_stories_room_does() -> None:
    first = NOW - timedelta(hours=4)
    beat = pulse([ago(30, 48), ago(90, 9), ago(200, 9)], first, NOW)
    assert beat.ratio == growth_ratio(48, 66, first, NOW)


def test_a_steady_story_is_not_rising() -> None:
    beat = pulse([ago(minute, 2) for minute in range(0, 360, 5)], LONG_AGO, NOW)
    assert not beat.is_rising and beat.ratio == 1.0


def test_two_posts_after_silence_are_no_infinite_growth() -> None:
    assert pulse([ago(0, 2)], LONG_AGO, NOW).ratio == 2.0


def test_the_window_ends_with_the_running_five_minutes() -> None:
    assert sum(pulse([ago(355, 3)], LONG_AGO, NOW).values) == 3
    assert sum(pulse([ago(360, 3), ago(-5, 4)], LONG_AGO, NOW).values) == 0
    assert pulse([ago(0, 7)], LONG_AGO, NOW).values[-1] == 7


def test_a_ratio_keeps_a_decimal_only_where_it_matters() -> None:
    assert Pulse([], 70, 1.0).ratio_text == "70" and Pulse([], 3, 2.0).ratio_text == "1.5"


def test_the_first_step_is_the_first() -> None:
    assert first_step([]) is None
    steps = [NextStep("acknowledge", "a", "/a"), NextStep("late", "b", "/b")]
    assert first_step(steps) is steps[0]


def test_a_clock_is_drawn_by_how_much_of_it_is_used() -> None:
    def tone(used: int) -> str:
        return ClockRow("x", "", "/", NOW, used, exercise=False).tone

    assert [tone(0), tone(74), tone(75), tone(99), tone(100)] == ["", "", "soon", "soon", "late"]


def test_tokens_and_running_seconds_are_no_change_but_words_are() -> None:
    first = '<input type="hidden" name="csrfmiddlewaretoken" value="abc"><time class="left soon" data-countdown title="x">8:46</time>'
    second = '<input type="hidden" name="csrfmiddlewaretoken" value="xyz"><time class="left soon" data-countdown title="x">8:41</time>'
    assert what_changes(first) == what_changes(second)
    assert what_changes(first) != what_changes(second.replace("soon", "late"))


def test_a_matter_without_a_usual_hour_is_new_not_a_multiple_of_nothing(now: datetime) -> None:
    fresh = Pulse([0] * 20 + [0, 5, 10, 20], 35, 0.0)
    assert fresh.is_new and fresh.is_rising
    assert not Pulse([1] * 24, 4, 4.0).is_new
