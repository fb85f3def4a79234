"""Set up who meets in which rhythm, and end it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import MeetingSeries
from ..rules import EVERY_LABELS, RECORD_WITHIN, SERIES, MeetingState
from ..terms import SeriesTerms
from .checks import needs_one_of, needs_person, needs_words
from .meetings import meeting_cancel_planned, meeting_ensure
from .rhythm import in_every_language, rhythm_end, rhythm_start


@transaction.atomic
def series_add(*, actor: Actor, now: datetime, terms: SeriesTerms, every: str, starts_at: datetime) -> MeetingSeries:
    """Let a group meet in a rhythm; the first meeting is planned and its people are told."""
    require(actor, "meeting.manage")
    fields = _checked(terms)
    needs_one_of(every, EVERY_LABELS, _("rhythm"))
    if starts_at <= now:
        raise BadInput(_("The first meeting lies in the past: choose a time to come."))
    series = MeetingSeries.objects.create(every=every, starts_at=starts_at, created_at=now, **fields)
    rhythm_start(
        actor=actor,
        now=now,
        subject=(SERIES, series.pk),
        label=in_every_language(lambda: _("Minutes of “%(title)s”") % {"title": series.title}),
        every=every,
        starts_at=starts_at,
        within=RECORD_WITHIN,
    )
    _record(series, "series.add", actor, now, {"title": series.title, "every": every, "starts_at": starts_at, "chair": series.chair_id})
    meeting_ensure(series=series, scheduled_at=starts_at, now=now)
    return series


@transaction.atomic
def series_change(*, actor: Actor, now: datetime, series_id: int, terms: SeriesTerms) -> MeetingSeries:
    """Change what a series is called, for, where and under whose chair; another rhythm is another series."""
    require(actor, "meeting.manage")
    series = _running(series_id)
    fields = _checked(terms)
    before = {name: getattr(series, name) for name in fields}
    changed: dict[str, object] = {name: [before[name], value] for name, value in fields.items() if value != before[name]}
    MeetingSeries.objects.filter(pk=series.pk).update(**fields)
    series.refresh_from_db()
    _record(series, "series.change", actor, now, {"changed": changed})
    return series


@transaction.atomic
def series_end(*, actor: Actor, now: datetime, series_id: int, reason: str) -> MeetingSeries:
    """End a series: its meetings to come are cancelled, what was held stays."""
    require(actor, "meeting.manage")
    series = _running(series_id)
    why = needs_words(reason=reason)["reason"]
    if MeetingSeries.objects.filter(pk=series.pk, ended_at=None).update(ended_at=now, ended_reason=why) != 1:
        raise NotNow(_("The series was ended a moment ago."))
    series.refresh_from_db()
    rhythm_end(actor=actor, now=now, subject=(SERIES, series.pk))
    for meeting in series.meetings.filter(state=MeetingState.PLANNED, scheduled_at__gt=now):
        meeting_cancel_planned(meeting=meeting, actor=actor, now=now, reason=why)
    _record(series, "series.end", actor, now, {"reason": why})
    return series


def _checked(terms: SeriesTerms) -> dict[str, object]:
    words = needs_words(title=terms.title)
    needs_one_of(terms.group, [kind.value for kind in GroupKind], _("group"))
    needs_person(terms.chair_id)
    return {**asdict(terms), **words}


def _running(series_id: int) -> MeetingSeries:
    series = MeetingSeries.objects.filter(pk=series_id).first()
    if series is None:
        raise NotThere(_("There is no series of meetings %(id)s.") % {"id": series_id})
    if series.ended_at is not None:
        raise NotNow(_("The series “%(title)s” has ended: begin a new one.") % {"title": series.title})
    return series


def _record(series: MeetingSeries, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=(SERIES, series.pk), now=now, detail=detail)
