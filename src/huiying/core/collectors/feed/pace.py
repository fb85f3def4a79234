"""How often a feed wishes to be asked: RSS ttl, skipHours and skipDays, sy:updatePeriod."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from .model import Item

#: No wish beyond a day is heeded: a source asked less often than that is not being listened to (seconds).
LONGEST = 86_400
_PERIODS: Mapping[str, int] = {"hourly": 3600, "daily": 86_400, "weekly": 7 * 86_400, "monthly": 30 * 86_400, "yearly": 365 * 86_400}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHOLE = re.compile(r"\d{1,6}")


def wished_pause(head: Item, now: datetime) -> int | None:
    """Return the least pause in seconds that a feed asks for, at most a day; None when it asks for none.

    Hours and days to be skipped are those of Greenwich (RSS 2.0).
    """
    wishes = [wish for wish in (_ttl(head), _period(head), _skipped(head, now)) if wish]
    return min(max(wishes), LONGEST) if wishes else None


def _ttl(head: Item) -> int:
    minutes = _WHOLE.fullmatch(head.text("ttl"))
    return int(minutes[0]) * 60 if minutes else 0


def _period(head: Item) -> int:
    period = head.text("sy:updateperiod").lower()
    frequency = _WHOLE.fullmatch(head.text("sy:updatefrequency") or "1")
    if period not in _PERIODS:
        return 0
    return _PERIODS[period] // max(int(frequency[0]) if frequency else 1, 1)


def _skipped(head: Item, now: datetime) -> int:
    hours = {int(hour) % 24 for hour in _listed(head, "skiphours") if _WHOLE.fullmatch(hour)}
    days = {_DAYS.index(day) for day in _listed(head, "skipdays") if day in _DAYS}
    if len(hours) >= 24 or len(days) >= 7:
        return 0  # one that skips everything has made a mistake
    at = now
    while (at.hour in hours or at.weekday() in days) and at - now < timedelta(days=1):
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return int((at - now).total_seconds())


def _listed(head: Item, name: str) -> list[str]:
    return [word.lower() for value in head.all(name) for word in re.findall(r"[A-Za-z]+|\d+", re.sub(r"</?\w+>", " ", value.text))]
