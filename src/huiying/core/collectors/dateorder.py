"""Tell from all dates of one source whether it writes the day or the month first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

EITHER = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$")
EITHER_SHORT = re.compile(r"^(\d{1,2})([-/])(\d{1,2})$")


class Order(StrEnum):
    """How a source writes dates such as 03/04/2026."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


def order_of(texts: Iterable[str], *, now: datetime | None = None) -> Order | None:
    """Return whether a source writes the day or the month first, if its dates leave only one of the two.

    >>> order_of(["03/04/2026", "25/04/2026"]).value
    'dmy'
    """
    dates = []
    for text in texts:
        rest = re.sub(r"\d{1,2}:\d{2}.*$", "", text).strip(" ,t")
        if match := EITHER.match(rest):
            if match[2] != ".":
                dates.append((int(match[1]), int(match[3]), int(match[4])))
        elif match := EITHER_SHORT.match(rest):
            dates.append((int(match[1]), int(match[3]), 2000))
    possible = [order for order in Order if dates and all(_is_possible(one, order, now) for one in dates)]
    return possible[0] if len(possible) == 1 else None


def _is_possible(parts: tuple[int, int, int], order: Order, now: datetime | None) -> bool:
    first, second, year = parts
    day, month = (first, second) if order is Order.DAY_FIRST else (second, first)
    try:
        read = date(year, month, day)
    except ValueError:
        return False
    return now is None or read <= (now + timedelta(days=1)).date()
