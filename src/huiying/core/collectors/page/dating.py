"""Find a date in running text, such as the line below a headline (no I/O)."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from ..dates import NotATime, read_date

_CLOCK = (
    r"(?:[\sT日号號]*(?:凌晨|早上|上午|中午|下午|晚上|晚)?\s*\d{1,2}[:：时時点點]\d{1,2}分?(?:[:：]\d{2})?"
    r"(?:\s*[AaPp][Mm])?(?:\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
#: What a date may look like, the surest first.
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        rf"(?<!\d)(?:19|20)\d{{2}}\s?[-/.年]\s?\d{{1,2}}\s?[-/.月]\s?\d{{1,2}}[日号號]?(?!\d){_CLOCK}",
        rf"(?<!\w)\d{{1,2}}\s{_MONTH},?\s(?:19|20)\d{{2}}{_CLOCK}|(?<!\w){_MONTH}\s\d{{1,2}},?\s(?:19|20)\d{{2}}{_CLOCK}",
        r"刚刚|剛剛|(?<!\d)(?:\d{1,3}|半)\s?(?:秒钟?|分钟|分鐘|个?小时|個?小時|天|周|个月|個月)前",
        r"(?<!\w)\d{1,3}\s(?:second|minute|hour|day|week|month)s?\sago",
        rf"(?:今天|今日|昨天|昨日|前天){_CLOCK}",
        rf"(?<!\d)\d{{1,2}}月\d{{1,2}}[日号號]{_CLOCK}",
        r"(?<![\d-])\d{{1,2}}-\d{{1,2}}(?![\d-])\s+\d{{1,2}}:\d{{2}}",
    )
)


def find_date(text: str, *, received: datetime, zone: tzinfo) -> datetime | None:
    """Return the first date in a text, in UTC; None when there is none that can be believed.

    ``received`` is the moment from which "3 minutes ago" counts; ``zone`` is where a time without a zone was written.

    >>> from datetime import UTC, timezone, timedelta
    >>> now, china = datetime(2026, 11, 24, 8, tzinfo=UTC), timezone(timedelta(hours=8))
    >>> find_date("来源：晨报 2026-11-24 09:30 编辑", received=now, zone=china).isoformat()
    '2026-11-24T01:30:00+00:00'
    """
    for candidate in (text.strip(), *(found.group() for shape in _SHAPES for found in shape.finditer(text))):
        if not 4 <= len(candidate) <= 60 and candidate not in ("刚刚", "剛剛", "今天", "昨天", "前天", "今日", "昨日"):
            continue
        try:
            moment = read_date(candidate, now=received, zone=zone)
        except NotATime:
            continue
        if moment is not None:
            return moment
    return None
