"""Find dates in running text."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from huiying.core.collectors.page.dating import find_date

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("来源：晨报 2026-11-24 09:30 编辑", "2026-11-24T01:30"),
        ("2026年11月23日 下午4:05 来源 水务局", "2026-11-23T08:05"),
        ("[2026-11-20]", "2026-11-19T16:00"),
        ("停水通知 2026/11/20 08:00:30", "2026-11-20T00:00"),
        ("3小时前", "2026-11-24T05:00"),
        ("晨报 · 15分钟前 · 阅读 30", "2026-11-24T07:45"),
        ("昨天 16:30 发布", "2026-11-23T08:30"),
        ("11月20日 08:30", "2026-11-20T00:30"),
        ("By the newsroom, 24 November 2026", "2026-11-23T16:00"),
        ("Posted Nov 20, 2026 in News", "2026-11-19T16:00"),
        ("2 hours ago", "2026-11-24T06:00"),
        ("2026-11-24T09:30:00+08:00", "2026-11-24T01:30"),
        ("2026-11-24T09:30:00Z", "2026-11-24T09:30"),
    ],
)
def test_the_first_date_in_a_text_is_found(text: str, found: str) -> None:
    moment = find_date(text, received=NOW, zone=CHINA)
    assert moment is not None
    assert moment.isoformat().startswith(found)


@pytest.mark.parametrize(
    "text", ["", "停水通知", "电话 12345-6789", "第3版", "2026", "版本 1.2.3", "a" * 10_000, "99月99日", "1-2-3", "12345"]
)
def test_where_there_is_no_date_none_is_invented(text: str) -> None:
    assert find_date(text, received=NOW, zone=CHINA) is None
