"""Read times by themselves: what the feeds of the corpus do not show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.collectors.dateorder import Order, order_of
from huiying.core.collectors.dates import NotATime, read_date
from huiying.core.collectors.datewords import number_of
from huiying.core.collectors.records import CHINA

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 10, year: int = 2026) -> datetime:
    """Return a time in Beijing, in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=CHINA).astimezone(UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-10-03 中午12:30", at(3, 12, 30)),
        ("2026-10-03 中午1:30", at(3, 13, 30)),
        ("2026-10-03 上午12:05", at(3, 0, 5)),
        ("2026-10-03 下午12:05", at(3, 12, 5)),
        ("2026-10-03 凌晨2点半", at(3, 2, 30)),
        ("2026-10-03 晚上11点", at(3, 23)),
        ("2026-10-03 晚上12:00", at(4, 0)),
        ("2026-10-03 24:00", at(4, 0)),
        ("2026-10-03 23:59:60", at(3, 23, 59, 59)),
        ("2026-10-03 9:5", at(3, 9, 5)),
        ("2026-10-03 16:05:07", at(3, 16, 5, 7)),
        ("10/13/2026 4:05:00 PM", at(13, 16, 5)),
        ("13/10/2026", at(13, 0)),
        ("04/04/2026", at(4, 0, month=4)),
        ("03.04.2026", at(3, 0, month=4)),
        ("3 de octubre de 2026", at(3, 0)),
        ("Oct. 3rd, 2026", at(3, 0)),
        ("3-Oct-26", at(3, 0)),
        ("2026-10", at(1, 0)),
        ("2026-276", at(3, 0)),
        ("2026-W40-6", at(3, 0)),
        ("20261003T160500Z", datetime(2026, 10, 3, 16, 5, tzinfo=UTC)),
        ("2026-10-03T16:05:00 Asia/Taipei", at(3, 16, 5)),
        ("2026-10-03T16:05:00-03:30", datetime(2026, 10, 3, 19, 35, tzinfo=UTC)),
        ("/Date(1795399200000+0800)/", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("1795399200123456", datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)),
        ("更新于 2026-10-03 16:05", at(3, 16, 5)),
        ("Posted on October 3rd, 2026 at 4:05 PM", at(3, 16, 5)),
        ("Saturday, October 3, 2026", at(3, 0)),
        ("昨晚8点", at(23, 20, month=11)),
        ("今早7点半", at(24, 7, 30, month=11)),
        ("大前天 10:00", at(21, 10, month=11)),
        ("周三 16:30", at(18, 16, 30, month=11)),
        ("星期二", at(24, 0, month=11)),
        ("3个月前", at(24, 16, month=8)),
        ("1年前", at(24, 16, month=11, year=2025)),
        ("9個月前", at(24, 16, month=2)),
        ("2月29日", at(29, 0, month=2, year=2024)),
        ("两天前", at(22, 16, month=11)),
        ("5m ago", at(24, 15, 55, month=11)),
        ("a week ago", at(17, 16, month=11)),
    ],
)
def test_it_reads_what_is_written(written: str, read: datetime) -> None:
    assert read_date(written, now=NOW) == read


def test_nothing_written_is_no_time() -> None:
    assert read_date(None) is read_date("") is read_date("  ") is None


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("3分钟前", "moment of receipt is not known"),
        ("昨天 10:00", "moment of receipt is not known"),
        ("11-23 10:00", "moment of receipt is not known"),
    ],
)
def test_relative_times_need_the_moment_of_receipt(written: str, reason: str) -> None:
    with pytest.raises(NotATime, match=reason):
        read_date(written)


@pytest.mark.parametrize(
    "written",
    ["never", "2026", "2026-13-01", "2026-02-30", "2026-10-03 25:00", "10:61", "5m", "x" * 200, "12/13/14", "3/4", "+", "1e5 days ago"],
)
def test_what_is_no_time_is_refused_with_its_words(written: str) -> None:
    with pytest.raises(NotATime, match="is not a time"):
        read_date(written, now=NOW)


@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), 10**30, [1], {}])
def test_what_is_not_even_text_is_refused(value: object) -> None:
    with pytest.raises(NotATime):
        read_date(value, now=NOW)


def test_a_month_and_day_a_few_hours_ahead_is_refused_and_not_put_a_year_back() -> None:
    with pytest.raises(NotATime, match="ahead of its receipt"):
        read_date("11月24日 20:00", now=NOW)
    assert read_date("11月26日 20:00", now=NOW) == at(26, 20, month=11, year=2025)


def test_a_clock_that_runs_a_little_fast_still_means_today() -> None:
    assert read_date("16:05", now=NOW) == at(24, 16, 5, month=11)
    assert read_date("16:30", now=NOW) == at(23, 16, 30, month=11)


def test_cst_is_that_of_the_source() -> None:
    written = "Mon Nov 23 10:00:00 CST 2026"
    assert read_date(written, zone=CHINA) == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert read_date(written, zone=UTC) == datetime(2026, 11, 23, 16, tzinfo=UTC)


def test_yesterday_is_that_of_the_source() -> None:
    assert read_date("yesterday", now=NOW, zone=ZoneInfo("America/Los_Angeles")) == datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/04/2026", "25/04/2026"], Order.DAY_FIRST),
        (["03/04/2026 10:00", "04/25/2026 11:00"], Order.MONTH_FIRST),
        (["25/04/2026", "04/25/2026"], None),
        (["03/04/2026"], None),
        (["2026-04-03", "soon"], None),
        (["11/12/2026"], Order.MONTH_FIRST),
        ([], None),
    ],
)
def test_all_dates_of_a_source_tell_day_from_month(dates: list[str], order: Order | None) -> None:
    assert order_of(dates, now=NOW) is order


def test_the_order_that_a_source_has_shown_is_used() -> None:
    assert read_date("03/04/2026", order=Order.DAY_FIRST) == at(3, 0, month=4)
    assert read_date("03/04/2026", order=Order.MONTH_FIRST) == at(4, 0, month=3)


def test_chinese_numerals_are_read() -> None:
    assert [number_of(spelt) for spelt in ("十", "十五", "二十", "三十一", "廿三", "两", "二〇二六", "零")] == [
        10,
        15,
        20,
        31,
        23,
        2,
        2026,
        0,
    ]


_TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001
_ZONES = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@given(_TIMES, _ZONES)
def test_a_time_with_a_zone_is_read_back_in_every_common_shape(moment: datetime, zone: timezone) -> None:
    moment = moment.replace(tzinfo=zone)
    for shape in ("%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z", "%Y年%m月%d日 %H:%M:%S %z", "%d-%b-%Y %H:%M:%S GMT%z"):
        assert read_date(moment.strftime(shape), now=NOW) == moment


@given(_TIMES)
def test_a_time_without_a_zone_is_read_back_in_every_common_shape(moment: datetime) -> None:
    expected = moment.replace(tzinfo=CHINA)
    for shape in (
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y.%m.%d %H:%M:%S",
        "%Y年%m月%d日%H时%M分%S秒",
        "%B %d, %Y %I:%M:%S %p",
        "%Y%m%d%H%M%S",
    ):
        assert read_date(moment.strftime(shape), now=NOW) == expected


@given(st.integers(1, 12), st.integers(1, 28), st.integers(0, 23), st.integers(0, 59))
def test_what_has_no_year_is_never_ahead(month: int, day: int, hour: int, minute: int) -> None:
    try:
        read = read_date(f"{month}月{day}日 {hour}:{minute:02d}", now=NOW)
    except NotATime:
        return
    assert read is not None and NOW - timedelta(days=367) < read <= NOW + timedelta(minutes=10)
