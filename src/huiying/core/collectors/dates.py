"""Read the times that sources write: absolute in every common shape, or relative to the moment of receipt.

A time is read or refused, never guessed: what has no year is the latest such day that is not ahead of the receipt,
and 03/04/2026 is refused unless other dates of the same source show which of the two is the month.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from .dateorder import EITHER, EITHER_SHORT, Order
from .datewords import (
    AFTERNOON,
    DAYS,
    HALVES,
    LABELS,
    MONTH_UNITS,
    MONTHS,
    MORNING,
    NIGHT,
    NOON,
    NOW_WORDS,
    SMALL_HOURS,
    SPELT_NUMBER,
    UNITS,
    WEEKDAYS,
    YEAR_UNITS,
    ZONES,
    number_of,
)
from .records import CHINA

#: Clocks disagree: a time this far ahead of the receipt still counts as now, a guess beyond it is wrong.
SLACK = timedelta(minutes=10)
#: No honest date is longer (characters).
LONGEST = 120
#: Taiwan's years that are written with three digits and cannot be anything else.
ROC_YEARS = range(90, 160)


@dataclass(frozen=True)
class _Setting:
    """What a text is read against."""

    now: datetime | None
    zone: tzinfo
    order: Order | None


class NotATime(ValueError):
    """A text that is no time, or one that could be several."""


_CLOCK = re.compile(
    rf"(?P<half>{HALVES})?\s*(?<![\d:.])(?P<hour>\d{{1,2}})\s*(?:"
    r"[:：h]\s*(?P<minute>\d{1,2})(?:\s*[:：.]\s*(?P<second>\d{1,2})(?!\d*[:：])(?:[.,]\d{1,9})?)?"
    r"|(?:[时時点點]|시)\s*(?:(?P<spelt>\d{1,2})\s*[分분]?|(?P<thirty>半)|整)?\s*(?:(?P<spelt_second>\d{1,2})\s*[秒초])?"
    rf")\s*(?P<after>[ap]\.?\s?m\b\.?)?|(?P<bare>\d{{1,2}})\s*(?P<bare_after>[ap]\.?m\b\.?)"
)
_ZONE = re.compile(
    r"^\s*(?:(?:utc|gmt|ut)?\s*(?P<sign>[+\-−])\s*(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)(?:\s*\([^)]{0,40}\))?"
    r"|(?P<place>[a-z]+/[a-z_]+(?:/[a-z_]+)?)|(?P<name>[a-z]{1,5}|[\u4e00-\u9fff]{4,6})(?![a-z])|\((?P<inner>[a-z]{2,5})\))\s*(?:\[[\w/]+\])?",
)
_RFC_822 = re.compile(
    r"^(?:[A-Za-z]{3,9},? )?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (?:(GMT|UTC|UT|Z)|([+-])(\d\d):?([0-5]\d))$"
)
_NUMBER = re.compile(r"^(?:/date\()?(-?\d{9,16})(?:\.\d+)?(?:[+-]\d{4})?(?:\)/)?$")
_YEAR_FIRST = re.compile(r"^(\d{4})\s*([-/.年년])\s*(\d{1,2})\s*(?:\2|[月월])\s*(\d{1,2})\s*[日号號일.]?$")
_MONTH_ONLY = re.compile(r"^(\d{4})\s*[-/年년]\s*(\d{1,2})\s*[月월]?$")
_ERA = re.compile(r"^(中華民國|中华民国|民國|民国|令和|平成|r)?\s*(\d{1,3}|元)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$")
_ERA_STARTS = {"令和": 2018, "r": 2018, "平成": 1988}
_MONTH_DAY = re.compile(r"^(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?$")
_DAY_NAMED = re.compile(r"^(\d{1,2})\s*[.\-\s]\s*(?:de |of )?([^\W\d_]+|\d{1,2}月)\.?(?:[\s.,\-]*(?:de |of )?(\d{4}|'?\d{2}))?$")
_NAMED_DAY = re.compile(r"^([^\W\d_]+)\.?[\s\-]*(\d{1,2})(?:[\s.,\-]+(\d{4}|'\d{2}))?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?(?:\s*(z|[+-]\d{2}:?\d{2}))?$")
_ORDINAL = re.compile(r"^(\d{4})-(\d{3})$")
_WEEK = re.compile(r"^(\d{4})-?w(\d{2})(?:-?(\d))?$")
_UNIT_WORDS = "|".join(re.escape(word) for word in sorted({*UNITS, *MONTH_UNITS, *YEAR_UNITS}, key=len, reverse=True))
_AGO = re.compile(
    rf"^(?:about |around |约|大约|約)?(?P<number>\d{{1,4}}|an?|半|half an|几|數|数)\s*(?P<unit>{_UNIT_WORDS})\s*(?P<half>半)?"
    r"(?:\s*(?P<more>\d{1,2})\s*(?P<more_unit>分钟|分鐘|分|minutes?|mins?))?\s*(?:之?前|以前|ago|전)$"
)
_WEEKDAY_ALONE = re.compile(r"^(?:星期|[周週])([一二三四五六日天])\s*(.*)$")
_SPELT_ENGLISH = {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1)
}


def read_date(value: object, *, now: datetime | None = None, zone: tzinfo = CHINA, order: Order | None = None) -> datetime | None:
    """Return the aware UTC time that a source wrote, or None when it wrote nothing.

    ``now`` is the moment of receipt, without which relative times are refused; ``zone`` is where a time
    without a zone was written. Raises NotATime (a ValueError) saying what could not be understood.

    >>> read_date("2026年10月3日 下午4:05").isoformat()
    '2026-10-03T08:05:00+00:00'
    >>> read_date("3分钟前", now=datetime(2026, 1, 2, 3, 4, tzinfo=UTC)).isoformat()
    '2026-01-02T03:01:00+00:00'
    """
    if value is None or isinstance(value, bool):
        if value is None:
            return None
        raise NotATime(f"{value} is not a time")
    if isinstance(value, (int, float)):
        return _since_1970(value)
    text = str(value).strip()
    if not text:
        return None
    try:
        if len(text) > LONGEST:
            raise NotATime("too long")
        return _read(text, _Setting(now, zone, order)).astimezone(UTC)
    except NotATime as error:
        raise NotATime(f"{text[:60]!r} is not a time ({error})" if str(error) else f"{text[:60]!r} is not a time") from error
    except (ValueError, OverflowError, KeyError) as error:
        raise NotATime(f"{text[:60]!r} is not a time") from error


def _since_1970(value: float) -> datetime:
    try:
        seconds = value / 1_000_000 if abs(value) > 1e14 else value / 1000 if abs(value) > 1e11 else value
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotATime(f"{value} is not a time") from error


def _read(text: str, setting: _Setting) -> datetime:
    if text.isascii() and len(text) >= 19 and text[4] == "-":
        try:
            at = datetime.fromisoformat(text)
            return at if at.tzinfo else at.replace(tzinfo=setting.zone)
        except ValueError:
            pass
    if (match := _RFC_822.match(text)) and (month := MONTHS.get(match[2].lower())):
        return _rfc_822(match, month)
    text = LABELS.sub("", unicodedata.normalize("NFKC", text).lower().replace("\u200e", "").replace("\u200f", ""))
    text = re.sub(r"([今昨])([晚早夜])(?!上)", r"\1天\2", text)
    text = SPELT_NUMBER.sub(lambda spelt: str(number_of(spelt[0])), text)
    text = " ".join(re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text).split())
    if (match := _COMPACT.match(text)) and "19700101" <= text[:8] <= "21001231" and len(text) in (8, 12, 14, 15, 16, 20, 21):
        return _compact(match, setting)
    if match := _NUMBER.match(text):
        return _since_1970(int(match[1]))
    if (ago := _ago(text, setting)) is not None:
        return ago
    clock = _CLOCK.search(text)
    if clock is None:
        return _joined(_day_of(text, (0, 0, 0), setting), (0, 0, 0), setting.zone)
    tail = text[clock.end() :]
    zone, tail = _zone_of(tail, setting.zone)
    hour, minute, second = _hour_of(clock)
    day = _day_of(f"{text[: clock.start()]} {tail}", (hour, minute, second), _Setting(setting.now, zone, setting.order))
    return _joined(day, (hour, minute, second), zone)


def _rfc_822(match: re.Match[str], month: int) -> datetime:
    offset = timedelta() if match[7] else timedelta(hours=int(match[9]), minutes=int(match[10]))
    if offset > timedelta(hours=14):
        raise NotATime
    zone = timezone(-offset if match[8] == "-" else offset)
    return _joined(date(int(match[3]), month, int(match[1])), (int(match[4]), int(match[5]), int(match[6] or 0)), zone)


def _joined(day: date, clock: tuple[int, int, int], zone: tzinfo) -> datetime:
    hour, minute, second = clock
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise NotATime
    start = datetime(day.year, day.month, day.day, hour % 24, minute, min(second, 59), tzinfo=zone)
    return start + timedelta(days=1) if hour == 24 else start


def _hour_of(clock: re.Match[str]) -> tuple[int, int, int]:
    hour = int(clock["hour"] or clock["bare"])
    minute = 30 if clock["thirty"] else int(clock["minute"] or clock["spelt"] or 0)
    second = int(clock["second"] or clock["spelt_second"] or 0)
    half = clock["half"] or (clock["after"] or clock["bare_after"] or "").replace(" ", "").rstrip(".")
    if half in MORNING or half in SMALL_HOURS:
        hour = 0 if hour == 12 else hour
    elif (half in AFTERNOON and hour < 12) or (half in NIGHT and 5 <= hour <= 12) or (half in NOON and hour < 4):
        hour += 12
    return hour, minute, second


def _zone_of(tail: str, default: tzinfo) -> tuple[tzinfo, str]:
    """Return the zone at the start of what follows a clock, and what is left."""
    match = _ZONE.match(tail)
    if match is None:
        return default, tail
    if match["sign"]:
        minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        if minutes > 14 * 60:
            raise NotATime
        return timezone(timedelta(minutes=minutes if match["sign"] == "+" else -minutes)), tail[match.end() :]
    if match["place"]:
        return ZoneInfo("/".join("_".join(word.capitalize() for word in part.split("_")) for part in match["place"].split("/"))), tail[
            match.end() :
        ]
    name = match["name"] or match["inner"]
    if name == "cst":
        eastern = default.utcoffset(datetime(2026, 1, 1)) == timedelta(hours=8)  # noqa: DTZ001 - the zone's own clock
        return timezone(timedelta(hours=8 if eastern else -6)), tail[match.end() :]
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name])), tail[match.end() :]
    if len(name) == 1 and name != "j" and "a" <= name <= "z":  # military letters: RFC 2822 says that nobody knows
        return UTC, tail[match.end() :]
    return default, tail


def _compact(match: re.Match[str], setting: _Setting) -> datetime:
    zone = _zone_of(match[7], setting.zone)[0] if match[7] else setting.zone
    day = date(int(match[1]), int(match[2]), int(match[3]))
    return _joined(day, (int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)), zone)


def _ago(text: str, setting: _Setting) -> datetime | None:
    spelt = re.sub(r"^(about |around )?([a-z]+)(?= )", lambda one: (one[1] or "") + str(_SPELT_ENGLISH.get(one[2], one[2])), text)
    if spelt.replace(" ", "-") in NOW_WORDS:
        return _receipt(setting)
    match = _AGO.match(spelt)
    if match is None:
        return None
    if match["number"] in ("几", "數", "数"):
        raise NotATime("it names no number")
    number = 0.5 if match["number"] in ("半", "half an") else 1 if match["number"] in ("a", "an") else int(match["number"])
    number += 0.5 if match["half"] else 0
    unit, now = match["unit"], _receipt(setting)
    if unit in MONTH_UNITS or unit in YEAR_UNITS:
        return _months_before(now, round(number * (12 if unit in YEAR_UNITS else 1)))
    minutes = int(match["more"] or 0)
    return now - timedelta(seconds=number * UNITS[unit], minutes=minutes)


def _receipt(setting: _Setting) -> datetime:
    if setting.now is None:
        raise NotATime("it is relative, and the moment of receipt is not known")
    return setting.now.astimezone(setting.zone)


def _months_before(now: datetime, months: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=min(day, now.day))
        except ValueError:
            continue
    raise NotATime


def _day_of(text: str, clock: tuple[int, int, int], setting: _Setting) -> date:
    """Return the day that is left of a text without its clock and zone."""
    text = re.sub(r"(?<=\d)t$", "", text.strip(" ,，、;@|·-"))
    if (match := _WEEKDAY_ALONE.match(text)) and not match[2].strip(" ,"):
        return _last_weekday("一二三四五六日".index(match[1].replace("天", "日")), clock, setting)
    text = re.sub(r"\b(?:at|um|à|kl)$|^(?:on|at|den|le) ", "", WEEKDAYS.sub(" ", text).strip(" ,，;@|·-()")).strip(" ,，")
    text = " ".join(text.split())
    if text in DAYS:
        today = _receipt(setting).date()
        return _not_ahead(today - timedelta(days=DAYS[text]), clock, setting)
    if text == "":
        today = _receipt(setting).date()
        return today if _is_past(today, clock, setting) else today - timedelta(days=1)
    for read in (_year_first, _era, _named, _numeric, _counted):
        found = read(text, clock, setting)
        if found is not None:
            return found
    raise NotATime


def _is_past(day: date, clock: tuple[int, int, int], setting: _Setting) -> bool:
    return _joined(day, clock, setting.zone) <= _receipt(setting) + SLACK


def _not_ahead(day: date, clock: tuple[int, int, int], setting: _Setting) -> date:
    if not _is_past(day, clock, setting):
        raise NotATime("it lies ahead of its receipt")
    return day


def _last_weekday(weekday: int, clock: tuple[int, int, int], setting: _Setting) -> date:
    today = _receipt(setting).date()
    day = today - timedelta(days=(today.weekday() - weekday) % 7)
    return day if _is_past(day, clock, setting) else day - timedelta(days=7)


def _latest(month: int, day: int, clock: tuple[int, int, int], setting: _Setting) -> date:
    """Return the latest such day that is not ahead of the receipt."""
    year = _receipt(setting).year
    for candidate in range(year + 1, year - 9, -1):  # 29 February comes every eight years at the rarest
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if _is_past(found, clock, setting):
            return found
        if _joined(found, clock, setting.zone) <= _receipt(setting) + timedelta(days=1):
            raise NotATime("it lies ahead of its receipt")  # a wrong zone is likelier than a post a year old
    raise NotATime


def _year_first(text: str, _clock: tuple[int, int, int], _setting: _Setting) -> date | None:
    if match := _YEAR_FIRST.match(text):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := _MONTH_ONLY.match(text):
        return date(int(match[1]), int(match[2]), 1)
    return None


def _era(text: str, _clock: tuple[int, int, int], _setting: _Setting) -> date | None:
    match = _ERA.match(text)
    if match is None:
        return None
    year = 1 if match[2] == "元" else int(match[2])
    if match[1] is None:
        if len(match[2]) != 3 or year not in ROC_YEARS:
            return None
        return date(year + 1911, int(match[3]), int(match[4]))
    return date(year + _ERA_STARTS.get(match[1], 1911), int(match[3]), int(match[4]))


def _named(text: str, clock: tuple[int, int, int], setting: _Setting) -> date | None:
    if match := _DAY_NAMED.match(text):
        day, name, year = match[1], match[2], match[3]
    elif match := _NAMED_DAY.match(text):
        name, day, year = match[1], match[2], match[3]
    elif match := _MONTH_DAY.match(text):
        return _latest(int(match[1]), int(match[2]), clock, setting)
    else:
        return None
    month = int(name.removesuffix("月")) if name.endswith("月") else MONTHS.get(name)
    if month is None:
        return None
    if year is None:
        return _latest(month, int(day), clock, setting)
    whole = int(year.lstrip("'"))
    return date(whole if whole > 99 else whole + (2000 if whole < 70 else 1900), month, int(day))


def _numeric(text: str, clock: tuple[int, int, int], setting: _Setting) -> date | None:
    if match := EITHER.match(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day, month = (first, second) if match[2] == "." else _told_apart(first, second, setting)
        return date(year, month, day)
    if match := EITHER_SHORT.match(text):
        first, second = int(match[1]), int(match[3])
        day, month = (second, first) if match[2] == "-" and setting.order is None else _told_apart(first, second, setting)
        return _latest(month, day, clock, setting)
    return None


def _told_apart(first: int, second: int, setting: _Setting) -> tuple[int, int]:
    """Return day and month."""
    if first > 12 or first == second:
        return first, second
    if second > 12:
        return second, first
    if setting.order is None:
        raise NotATime("day and month cannot be told apart")
    return (first, second) if setting.order is Order.DAY_FIRST else (second, first)


def _counted(text: str, _clock: tuple[int, int, int], _setting: _Setting) -> date | None:
    if match := _ORDINAL.match(text):
        year, day = int(match[1]), int(match[2])
        found = date(year, 1, 1) + timedelta(days=day - 1)
        return found if day and found.year == year else None
    if match := _WEEK.match(text):
        return date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
    if match := _COMPACT.match(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    return None
