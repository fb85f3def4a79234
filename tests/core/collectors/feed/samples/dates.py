"""Times as sources write them, against the moment of receipt: 24 November 2026, 16:00 in Beijing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .model import AT, NOW, Held, Sample, Want, rss, rss_item


def _utc(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


#: Language of the feed, what is written, when that is.
WRITTEN: list[tuple[str, str, datetime]] = [
    ("en", "Mon, 23 Nov 2026 02:00:00 GMT", AT),
    ("en", "Mon, 23 Nov 2026 02:00:00 UT", AT),
    ("en", "23 Nov 2026 02:00 Z", AT),
    ("en", "Sun, 22 Nov 2026 21:00:00 EST", AT),
    ("en", "Sun, 22 Nov 26 18:00 PST", AT),
    ("en", "Sun, 22 Nov 2026 20:00:00 CST", AT),
    ("zh", "Mon Nov 23 10:00:00 CST 2026", AT),
    ("en", "Mon, 23 Nov 2026 03:00:00 MET", AT),
    ("en", "Fri, 23 Nov 2026 10:00:00 +0800", AT),
    ("en", "Mon, 23 Nov 2026 10:00:00 +08:00", AT),
    ("en", "Mon, 23 Nov 2026 10:00:00 GMT+8", AT),
    ("en", "Mon, 23 Nov 2026 10:00:00 UTC+08:00", AT),
    ("en", "Mon, 23-Nov-2026 10:00:00 +0800 (CST)", AT),
    ("zh", "Mon Nov 23 2026 10:00:00 GMT+0800 (中国标准时间)", AT),
    ("en", "Monday, November 23rd, 2026 at 2:00 AM", AT),
    ("en", "Nov 23, 2026, 2:00 a.m. UTC", AT),
    ("en", "2026-11-23T02:00:00Z", AT),
    ("en", "2026-11-23T02:00:00.123Z", AT.replace(microsecond=123_000)),
    ("zh", "2026-11-23T10:00+08:00[Asia/Shanghai]", AT),
    ("zh", "2026-11-23 10:00:00", AT),
    ("en", "2026-11-23 02:00:00", AT),
    ("ja", "2026-11-23 11:00:00", AT),
    ("zh", "2026-11-23 10:00", AT),
    ("zh", "2026-11-23", _utc(22, 16)),
    ("zh", "20261123100000", AT),
    ("zh", "1795399200", AT),
    ("zh", "1795399200000", AT),
    ("zh", "2026年11月23日 10:00", AT),
    ("zh", "2026年11月23日 10时00分", AT),
    ("zh", "２０２６年１１月２３日　１０：００", AT),
    ("zh", "二〇二六年十一月二十三日 上午10:00", AT),
    ("zh", "2026/11/23 上午10:00", AT),
    ("zh", "2026/10/3 下午4:05", _utc(3, 8, 5, month=10)),
    ("zh", "2026-11-22 晚上8:30", _utc(22, 12, 30)),
    ("zh", "2026-11-23 星期一 10:00", AT),
    ("zh", "发布时间：2026-11-23 10:00", AT),
    ("zh-TW", "民國115年11月23日 上午10:00", AT),
    ("zh-TW", "中華民國115年11月23日 10:00", AT),
    ("zh-TW", "115/11/23 10:00", AT),
    ("zh-TW", "2026年11月23日 (週一) 10:00", AT),
    ("ja", "2026年11月23日(月) 11時00分", AT),
    ("ja", "令和8年11月23日 午前11:00", AT),
    ("ko", "2026년 11월 23일 오전 11:00", AT),
    ("fr", "23 novembre 2026 02:00", AT),
    ("de", "Mo, 23 Nov 2026 03:00:00 +0100", AT),
    ("de", "23.11.2026 02:00", AT),
    ("ru", "23 ноября 2026, 02:00", AT),
    ("zh", "3分钟前", NOW - timedelta(minutes=3)),
    ("zh", "三分钟前", NOW - timedelta(minutes=3)),
    ("zh", "半小时前", NOW - timedelta(minutes=30)),
    ("zh", "2小时前", NOW - timedelta(hours=2)),
    ("zh", "1小时20分钟前", NOW - timedelta(minutes=80)),
    ("zh", "5天前", NOW - timedelta(days=5)),
    ("zh", "刚刚", NOW),
    ("zh", "今天 08:00", _utc(24, 0)),
    ("zh", "昨天 16:30", _utc(23, 8, 30)),
    ("zh", "昨天16:30", _utc(23, 8, 30)),
    ("zh", "前天 23:10", _utc(22, 15, 10)),
    ("zh", "前天", _utc(21, 16)),
    ("zh", "11月23日 10:00", AT),
    ("zh", "11-23 10:00", AT),
    ("zh", "12-31 10:00", _utc(31, 2, month=12, year=2025)),
    ("zh", "10:00", _utc(24, 2)),
    ("zh", "23:00", _utc(23, 15)),
    ("zh-TW", "3 分鐘前", NOW - timedelta(minutes=3)),
    ("zh-TW", "2 小時前", NOW - timedelta(hours=2)),
    ("zh-TW", "昨天 下午4:30", _utc(23, 8, 30)),
    ("ja", "3分前", NOW - timedelta(minutes=3)),
    ("ja", "2時間前", NOW - timedelta(hours=2)),
    ("ja", "昨日 17:30", _utc(23, 8, 30)),
    ("ja", "たった今", NOW),
    ("ko", "3분 전", NOW - timedelta(minutes=3)),
    ("en", "2 hours ago", NOW - timedelta(hours=2)),
    ("en", "an hour ago", NOW - timedelta(hours=1)),
    ("en", "about 3 minutes ago", NOW - timedelta(minutes=3)),
    ("en", "just now", NOW),
    ("en", "yesterday at 4pm", _utc(23, 16)),
    ("en", "Today 07:30", _utc(24, 7, 30)),
    ("en", "Nov 23", _utc(23, 0)),
    ("en", "Dec 31 10:00", _utc(31, 10, month=12, year=2025)),
]
#: What nobody can read for certain, and why.
REFUSED = [
    ("en", "03/04/2026 10:00", "cannot be told apart"),
    ("zh", "几分钟前", "names no number"),
    ("zh", "今天 23:00", "ahead of its receipt"),
    ("en", "2026-02-30T10:00:00Z", "not a time"),
    ("en", "0000-00-00 00:00:00", "not a time"),
    ("en", "soon", "not a time"),
    ("zh", "不详", "not a time"),
    ("en", "Mon, 23 Nov 2026 25:61:00 GMT", "not a time"),
]


def samples() -> Iterator[Sample]:
    """Yield one feed a way of writing, and feeds whose dates explain one another."""
    for language, written, at in WRITTEN:
        yield Sample(f"date/{language}/{written}", _feed(language, written), [Want(at=at)])
    for language, written, reason in REFUSED:
        yield Sample(f"date/refused/{language}/{written}", _feed(language, written), [Held(reason)])
    yield Sample(
        "date/day first, as another item shows",
        _feed("en", "25/10/2026 10:00", "03/11/2026 10:00"),
        [Want(at=_utc(25, 10, month=10)), Want(at=_utc(3, 10))],
    )
    yield Sample(
        "date/month first, as another item shows",
        _feed("en", "10/25/2026 10:00", "11/03/2026 10:00"),
        [Want(at=_utc(25, 10, month=10)), Want(at=_utc(3, 10))],
    )
    yield Sample(
        "date/month first, or it would be ahead",
        _feed("en", "11/12/2026 10:00", "11/11/2026 10:00"),
        [Want(at=_utc(12, 10)), Want(at=_utc(11, 10))],
    )
    yield Sample(
        "date/contradicting each other",
        _feed("en", "25/10/2026 10:00", "10/26/2026 10:00", "03/04/2026 10:00"),
        [Want(at=_utc(25, 10, month=10)), Want(at=_utc(26, 10, month=10)), Held("cannot be told apart")],
    )
    yield Sample("date/second field is readable", _feed_of_two("rubbish", "2026-11-23T02:00:00Z"), [Want(at=AT)])


def _feed(language: str, *written: str) -> bytes:
    items = [rss_item(number, title=f"水 {number}", date=text) for number, text in enumerate(written, 1)]
    return rss(items, head=f"<language>{language}</language>").encode()


def _feed_of_two(first: str, second: str) -> bytes:
    item = rss_item(1, title="水", date=first, more=f'<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">{second}</dc:date>')
    return rss([item]).encode()
