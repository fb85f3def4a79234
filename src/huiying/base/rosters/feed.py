"""A person's own shifts as an iCalendar feed (RFC 5545)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from huiying.base.accounts.rules import ROLE_LABELS, Role

from .models import CalendarLink, Override
from .rotation import Duty
from .selectors import roster_between
from .services.calendar import secret_hash

#: What a feed tells: last week for the record, and as far ahead as people plan.
BEHIND, AHEAD = timedelta(days=7), timedelta(days=92)


def person_of_secret(secret: str) -> int | None:
    """Return whose calendar a secret opens, or None."""
    found = CalendarLink.objects.filter(secret_hash=secret_hash(secret), person__is_active=True).first()
    return found.person_id if found else None


def calendar_of(person_id: int, at: datetime, host: str) -> bytes:
    """Return the calendar of a person, in the language that is active."""
    roster = roster_between(at - BEHIND, at + AHEAD)
    changes = list(Override.objects.filter(ends_at__gt=at - BEHIND, starts_at__lt=at + AHEAD))
    calendar = Calendar()
    calendar.add("prodid", "-//Huiying//Roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("My shifts"))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    parts: Counter[str] = Counter()
    for duty in roster.duties:
        number = parts[duty.source]
        parts[duty.source] += 1
        if duty.person == person_id:
            calendar.add_component(_event(duty, number, changes, roster.names, at, host))
    return bytes(calendar.to_ical())


def _event(duty: Duty, number: int, changes: Iterable[Override], names: dict[int, str], at: datetime, host: str) -> Event:
    """Return one shift; its sequence counts what was changed about it, so that a calendar takes the newer one."""
    touching = [each for each in changes if each.starts_at < duty.ends_at and each.ends_at > duty.starts_at]
    moments = [each.withdrawn_at or each.made_at for each in touching]
    event = Event()
    event.add("uid", f"{duty.source.replace(':', '-')}-{number}@{host}")
    event.add("dtstamp", max(moments, default=at).replace(microsecond=0))
    event.add("sequence", sum(1 + (each.withdrawn_at is not None) for each in touching))
    event.add("dtstart", duty.starts_at)
    event.add("dtend", duty.ends_at)
    event.add("summary", _("On duty: %(role)s") % {"role": str(ROLE_LABELS[Role(duty.role)])})
    if duty.instead_of is not None:
        shown = {"name": names.get(duty.instead_of, ""), "reason": duty.reason}
        event.add("description", _("In place of %(name)s: %(reason)s") % shown)
    return event
