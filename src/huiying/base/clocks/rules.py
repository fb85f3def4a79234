"""What a deadline is, when it runs out, and when a periodic thing comes round again (pure)."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import yaml


class ClockState(StrEnum):
    """Where a deadline stands."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    WAIVED = "waived"


#: A missed clock stays missed: a late stop is written beside it, a waiver cannot hide it.
CLOCK_MOVES: dict[ClockState, frozenset[ClockState]] = {
    ClockState.RUNNING: frozenset({ClockState.MET, ClockState.MISSED, ClockState.WAIVED}),
    ClockState.MET: frozenset(),
    ClockState.MISSED: frozenset(),
    ClockState.WAIVED: frozenset(),
}


@dataclass(frozen=True)
class ClockRule:
    """One row of a clock rule file: how long, since which rule."""

    key: str
    label: Mapping[str, str]
    seconds: int
    warn_seconds: int | None
    citation: Mapping[str, str] | str

    def due_at(self, started_at: datetime) -> datetime:
        """Return when a clock of this rule runs out."""
        return started_at + timedelta(seconds=self.seconds)

    def warn_at(self, started_at: datetime) -> datetime | None:
        """Return when people are reminded, or None."""
        return None if self.warn_seconds is None else started_at + timedelta(seconds=self.warn_seconds)


class BadClockRule(ValueError):
    """A clock rule file cannot be used; the message says where and what is allowed."""


_FIELDS = {"key", "label", "seconds", "warn_seconds", "citation"}


def clock_rules(text: str, *, place: str) -> dict[str, ClockRule]:
    """Read a YAML list of clock rules; raises BadClockRule naming the entry.

    >>> rules = clock_rules("- {key: hold, label: {en: Hold}, seconds: 1800, citation: R101}", place="x.yaml")
    >>> rules["hold"].seconds
    1800
    """
    rows: Any = yaml.safe_load(text)  # Any: what a person wrote; every field is checked below
    if not isinstance(rows, list):
        raise BadClockRule(f"{place}: expected a list of clock rules.")
    rules: dict[str, ClockRule] = {}
    for number, row in enumerate(rows, start=1):
        rule = _clock_rule(row, f"{place}, rule {number}")
        if rule.key in rules:
            raise BadClockRule(f"{place}, rule {number}: the key {rule.key!r} is there twice.")
        rules[rule.key] = rule
    return rules


def _clock_rule(row: Any, place: str) -> ClockRule:  # Any: unchecked YAML
    if not isinstance(row, dict) or not set(row) <= _FIELDS:
        unknown = sorted(set(row) - _FIELDS) if isinstance(row, dict) else [row]
        raise BadClockRule(f"{place}: unknown {unknown}; allowed are {sorted(_FIELDS)}.")
    missing = {"key", "label", "seconds", "citation"} - set(row)
    if missing:
        raise BadClockRule(f"{place}: {sorted(missing)} missing.")
    seconds, warn = row["seconds"], row.get("warn_seconds")
    if not isinstance(seconds, int) or seconds <= 0 or not isinstance(row["label"], dict):
        raise BadClockRule(f"{place}: seconds must be a whole number above 0 and label a mapping of languages.")
    if warn is not None and not (isinstance(warn, int) and 0 < warn < seconds):
        raise BadClockRule(f"{place}: warn_seconds must lie between 0 and {seconds}.")
    if not isinstance(row["citation"], dict | str):
        raise BadClockRule(f"{place}: citation must be text or a mapping of languages.")
    return ClockRule(str(row["key"]), dict(row["label"]), seconds, warn, row["citation"])


def state_when_stopped(due_at: datetime, stopped_at: datetime) -> ClockState:
    """Return met or missed: the very second of the deadline still counts as met."""
    return ClockState.MET if stopped_at <= due_at else ClockState.MISSED


class Every(StrEnum):
    """How often a periodic thing comes round."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


_DAYS = {Every.DAILY: 1, Every.WEEKLY: 7}
_MONTHS = {Every.MONTHLY: 1, Every.QUARTERLY: 3, Every.YEARLY: 12}
#: seconds; the shortest length of one period, so that one clock ends before the next begins.
SHORTEST_SECONDS = {
    Every.DAILY: 86_400,
    Every.WEEKLY: 604_800,
    Every.MONTHLY: 28 * 86_400,
    Every.QUARTERLY: 90 * 86_400,
    Every.YEARLY: 365 * 86_400,
}


def occurrence(starts_at: datetime, every: Every, number: int) -> datetime:
    """Return the ``number``-th time (0 = the first), counted from the start so that no month-end drifts.

    >>> from datetime import UTC
    >>> occurrence(datetime(2026, 1, 31, tzinfo=UTC), Every.MONTHLY, 1).date().isoformat()
    '2026-02-28'
    >>> occurrence(datetime(2026, 1, 31, tzinfo=UTC), Every.MONTHLY, 2).date().isoformat()
    '2026-03-31'
    """
    if every in _DAYS:
        return starts_at + timedelta(days=_DAYS[every] * number)
    months = starts_at.month - 1 + _MONTHS[every] * number
    year, month = starts_at.year + months // 12, months % 12 + 1
    return starts_at.replace(year=year, month=month, day=min(starts_at.day, calendar.monthrange(year, month)[1]))
