"""Shifts, and which group stands behind a role when nobody is on the roster (pure)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
