"""Which days are worked: weekends, public holidays and the days that are worked instead of them (pure).

Mainland China's calendar is known for the years that the ``chinesecalendar`` package carries; of any other year only the weekends are.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

import chinese_calendar
from django.utils.translation import gettext_lazy as _


class Days(StrEnum):
    """On which days a rotation has shifts."""

    ALL = "all"
    WORKING = "working"
    OFF = "off"


DAYS_LABELS = {Days.ALL: _("every day"), Days.WORKING: _("working days"), Days.OFF: _("non-working days")}


@lru_cache(maxsize=256)
def knows_year(year: int) -> bool:
    """Return whether the public holidays of a year are known, or only its weekends.

    >>> knows_year(2026), knows_year(2099)
    (True, False)
    """
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_working(day: date) -> bool:
    """Return whether a day is worked.

    >>> is_working(date(2026, 10, 1)), is_working(date(2026, 10, 10)), is_working(date(2099, 1, 3))
    (False, True, False)
    """
    return bool(chinese_calendar.is_workday(day)) if knows_year(day.year) else day.weekday() < 5


def holiday_of(day: date) -> str:
    """Return the name of a day's public holiday, also on a weekend day that is worked for it; else nothing.

    >>> holiday_of(date(2026, 10, 1)), holiday_of(date(2026, 11, 24))
    ('National Day', '')
    """
    if not knows_year(day.year):
        return ""
    return str(chinese_calendar.get_holiday_detail(day)[1] or "")


def is_made_up(day: date) -> bool:
    """Return whether a weekend day is worked in exchange for a holiday."""
    return day.weekday() >= 5 and is_working(day)


def matches(day: date, days: Days) -> bool:
    """Return whether a rotation of these days has shifts on that day."""
    return days is Days.ALL or is_working(day) == (days is Days.WORKING)


def count_days(first: date, until: date, days: Days) -> int:
    """Return how many days from ``first`` to before ``until`` match; negative when ``until`` is earlier.

    >>> count_days(date(2026, 9, 30), date(2026, 10, 12), Days.WORKING)
    4
    """
    if days is Days.ALL:
        return (until - first).days
    worked = _worked_between(first, until) if first <= until else -_worked_between(until, first)
    return worked if days is Days.WORKING else (until - first).days - worked


def _worked_between(first: date, until: date) -> int:
    """Return the worked days from a day to before a later one."""
    whole = sum(_worked_in(year)[-1] for year in range(first.year, until.year))
    return whole + _worked_in(until.year)[until.timetuple().tm_yday - 1] - _worked_in(first.year)[first.timetuple().tm_yday - 1]


@lru_cache(maxsize=256)
def _worked_in(year: int) -> tuple[int, ...]:
    """Return how many days were worked before each day of a year, and in all of it."""
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return tuple(accumulate((is_working(date(year, 1, 1) + timedelta(days=number)) for number in range(length)), initial=0))
