"""Titles, windows and growth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiying.listen.stories.rules import TITLE_LENGTH, bucket_of, growth_ratio, hour_start, is_snapshot_due, language_of, title_of

NOW = datetime(2026, 11, 23, 18, 42, 31, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("A title.", "text", "A title"),
        ("  ", "自来水发黄了。怎么办", "自来水发黄了"),
        (None, "#城东停水# 今天又停水了！物业没有通知", "城东停水 今天又停水了！"),
        (None, "【官方通报】城东片区水质合格", "官方通报"),
        (None, "哦！城东自来水发黄了", "城东自来水发黄了"),
        (None, "水", "水"),
        (None, "https://t.cn/x", "https://t.cn/x"),
    ],
)
def test_a_story_is_called_after_its_typical_post(title: str | None, text: str, expected: str) -> None:
    assert title_of(title, text) == expected


def test_a_title_is_short() -> None:
    assert len(title_of(None, "水" * 500)) == TITLE_LENGTH


def test_language_is_stated_or_seen() -> None:
    assert [language_of(stated, text) for stated, text in (("fr", "水"), (None, "水 water"), ("", "water"))] == ["fr", "zh", "en"]


def test_the_hour_has_twelve_buckets() -> None:
    assert bucket_of(NOW) == datetime(2026, 11, 23, 18, 40, tzinfo=UTC)
    assert bucket_of(NOW) - hour_start(NOW) == timedelta(minutes=55)


@pytest.mark.parametrize(
    ("hour", "day", "age_hours", "expected"),
    [(20, 20, 0.2, 20.0), (20, 30, 1.5, 2.0), (40, 60, 11, 20.0), (10, 240, 48, 1.0), (0, 50, 10, 0.0), (5, 6, 24, 5.0)],
)
def test_growth_compares_the_hour_with_the_usual_hour(hour: int, day: int, age_hours: float, expected: float) -> None:
    assert growth_ratio(hour, day, NOW - timedelta(hours=age_hours), NOW) == pytest.approx(expected, rel=0.01)


def test_a_snapshot_is_due_after_many_posts_or_ticks() -> None:
    assert [is_snapshot_due(*read) for read in ((7_999, 499), (8_000, 1), (1, 500))] == [False, True, True]
