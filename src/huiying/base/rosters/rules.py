"""Shifts, and which group stands behind a role when nobody is on the roster (pure but for words)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.base.accounts.rules import GroupKind, Role

#: hours; longer watches are a mistake in the form or a danger to the person.
LONGEST_SHIFT_HOURS = 36

#: role -> groups whose head, then deputy, is asked when nobody of the role is on duty.
GROUPS_OF_ROLE: dict[str, tuple[GroupKind, ...]] = {
    Role.COMMANDER: (GroupKind.COMMAND, GroupKind.LEADING),
    Role.ANALYST: (GroupKind.INFORMATION,),
    Role.INFORMATION_OFFICER: (GroupKind.INFORMATION,),
    Role.WRITER: (GroupKind.COMMUNICATION, GroupKind.CRISIS_TEAM),
    Role.MEDIA_DESK: (GroupKind.COMMUNICATION, GroupKind.CRISIS_TEAM),
    Role.PUBLISHER: (GroupKind.COMMUNICATION, GroupKind.CRISIS_TEAM),
    Role.APPROVER: (GroupKind.COMMAND, GroupKind.LEADING),
    Role.LOGISTICS: (GroupKind.LOGISTICS,),
}

#: (subject kind, rule key) of clocks whose own room raises the alarm, in better words and to whom it must.
_own_alarms: set[tuple[str, str]] = set()


def register_own_alarm(subject_kind: str, rule_key: str) -> None:
    """Leave the alarm of a missed clock to the room that knows what it means; called in ``AppConfig.ready``."""
    _own_alarms.add((subject_kind, rule_key))


def has_own_alarm(subject_kind: str, rule_key: str) -> bool:
    """Return whether another room tells people that this clock ran out."""
    return (subject_kind, rule_key) in _own_alarms


#: Who hears of a missed clock, besides everybody the roster names in these roles.
ALARM_ROLES = (Role.COMMANDER, Role.ANALYST)


def shift_fault(starts_at: datetime, ends_at: datetime) -> str | None:
    """Return what is wrong with a span: ``order``, ``length`` or nothing."""
    if ends_at <= starts_at:
        return "order"
    return "length" if ends_at - starts_at > timedelta(hours=LONGEST_SHIFT_HOURS) else None


def week_of(day: date) -> list[date]:
    """Return the seven days of a day's week, Monday first.

    >>> week_of(date(2026, 11, 24))[0].isoformat()
    '2026-11-23'
    """
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def month_of(day: date) -> list[date]:
    """Return the days of a day's month.

    >>> len(month_of(date(2026, 2, 9)))
    28
    """
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    return [first + timedelta(days=number) for number in range((after - first).days)]


class HandoverState(StrEnum):
    """Where a hand-over stands."""

    WRITTEN = "written"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


HANDOVER_MOVES: dict[HandoverState, frozenset[HandoverState]] = {
    HandoverState.WRITTEN: frozenset({HandoverState.ACCEPTED, HandoverState.WITHDRAWN}),
    HandoverState.ACCEPTED: frozenset(),
    HandoverState.WITHDRAWN: frozenset(),
}
HANDOVER_LABELS: dict[str, str | Promise] = {
    HandoverState.WRITTEN: _("waits to be accepted"),
    HandoverState.ACCEPTED: pgettext_lazy("hand-over", "accepted"),
    HandoverState.WITHDRAWN: _("withdrawn"),
}
HANDOVER_TONES = {HandoverState.WRITTEN: "yellow", HandoverState.ACCEPTED: "ok", HandoverState.WITHDRAWN: "plain"}
