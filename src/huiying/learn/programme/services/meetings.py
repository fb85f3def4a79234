"""Plan, record, miss and cancel one meeting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import group_people
from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.clocks.rules import ClockState
from huiying.base.clocks.selectors import next_turns, open_clocks_of_kind
from huiying.base.clocks.services import clock_stop, clock_waive
from huiying.base.notify.services import notify
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Meeting, MeetingSeries
from ..rules import MEETING, MEETING_LABELS, MEETING_MOVES, RHYTHM_KEYS, SERIES, MeetingState
from .checks import is_named, needs_person, needs_words
from .rhythm import in_every_language


def meeting_ensure(*, series: MeetingSeries, scheduled_at: datetime, now: datetime) -> Meeting:
    """Return the meeting of a turn; a new one that is still to come is announced to its people."""
    meeting, is_new = Meeting.objects.get_or_create(series=series, scheduled_at=scheduled_at)
    if is_new:
        record(actor=SYSTEM, verb="meeting.plan", subject=(MEETING, meeting.pk), now=now, detail={"scheduled_at": scheduled_at})
    if is_new and scheduled_at > now:
        when = timezone.localtime(scheduled_at).strftime("%Y-%m-%d %H:%M")
        shown = {"title": series.title, "when": when}
        text = in_every_language(lambda: _("Meeting “%(title)s” on %(when)s: write what must be spoken of.") % shown)
        _tell(meeting, people_of(series), text, "invited", now)
    return meeting


def people_of(series: MeetingSeries) -> list[int]:
    """Return who is asked to come: the chair, then the group's head, deputy and members, each once."""
    head, deputy, members = group_people(series.group)
    return list(dict.fromkeys(person for person in (series.chair_id, head, deputy, *members) if person is not None))


def _tell(meeting: Meeting, person_ids: list[int], text: dict[str, str], what: str, now: datetime) -> None:
    url = reverse("programme:meeting", args=[meeting.pk])
    notify(now=now, person_ids=person_ids, text=text, url=url, key=f"meeting:{meeting.pk}:{what}", exercise=False)


def meetings_sweep(*, now: datetime) -> int:
    """Plan the next meeting of every series and settle clocks of meetings that were held early or cancelled; return how many."""
    running = {str(series.pk): series for series in MeetingSeries.objects.filter(ended_at=None)}
    known = set(Meeting.objects.values_list("series_id", "scheduled_at").filter(series__ended_at=None))
    missing = [(running[key], at) for key, at in next_turns(SERIES, RHYTHM_KEYS[SERIES]).items() if key in running]
    planned = 0
    for series, at in missing:
        if (series.pk, at) not in known:
            with transaction.atomic():
                meeting_ensure(series=series, scheduled_at=at, now=now)
            planned += 1
    return planned + sum(_settle(clock, now) for clock in open_clocks_of_kind(SERIES, RHYTHM_KEYS[SERIES]))


@transaction.atomic
def _settle(clock: Any, now: datetime) -> int:  # Any: a lower room's record, read only by name
    """Bring a turn's meeting and its clock together; returns 1 when something had to be done."""
    meeting = Meeting.objects.filter(series_id=clock.subject_id, scheduled_at=clock.started_at).first()
    if meeting is None:
        meeting_ensure(series=MeetingSeries.objects.get(pk=clock.subject_id), scheduled_at=clock.started_at, now=now)
        return 1
    if meeting.state == MeetingState.HELD:
        _stop_clock(meeting, SYSTEM, now)
        return 1
    if meeting.state == MeetingState.CANCELLED and clock.state == ClockState.RUNNING:
        clock_waive(actor=SYSTEM, now=now, clock_id=clock.pk, reason=meeting.cancelled_reason)
        return 1
    return 0


@transaction.atomic
def meeting_agenda(*, actor: Actor, now: datetime, meeting_id: int, agenda: str) -> Meeting:
    """Write what is to be spoken of, until the meeting is held."""
    meeting = _meeting(meeting_id)
    _may_record(actor, meeting)
    if Meeting.objects.filter(pk=meeting.pk, state=MeetingState.PLANNED).update(agenda=agenda.strip()) != 1:
        raise NotNow(_("The meeting is “%(state)s”, so its agenda stays as it is.") % {"state": str(meeting.state_label)})
    meeting.refresh_from_db()
    _record(meeting, "meeting.agenda", actor, now, {})
    return meeting


@transaction.atomic
def meeting_record(
    *, actor: Actor, now: datetime, meeting_id: int, minutes: str, held_at: datetime, present_ids: Collection[int]
) -> Meeting:
    """Write the minutes: the meeting is held and its clock stops; too late, the miss stays beside them."""
    meeting = _meeting(meeting_id)
    _may_record(actor, meeting)
    said = needs_words(minutes=minutes)["minutes"]
    if held_at > now:
        raise BadInput(_("A meeting that is still to come has no minutes: check when it was held."))
    if not present_ids:
        raise BadInput(_("Say who was there."))
    present = [needs_person(person_id) for person_id in dict.fromkeys(present_ids)]
    _set_state(meeting, MeetingState.HELD, minutes=said, held_at=held_at, recorded_by_name=actor.name, recorded_at=now)
    meeting.present.set(present)
    _stop_clock(meeting, actor, now)
    _record(meeting, "meeting.record", actor, now, {"held_at": held_at, "present": present})
    return meeting


@transaction.atomic
def meeting_cancel(*, actor: Actor, now: datetime, meeting_id: int, reason: str) -> Meeting:
    """Call off a planned meeting, with a reason its people read; the clock of that turn is waived."""
    meeting = _meeting(meeting_id)
    _may_record(actor, meeting)
    meeting_cancel_planned(meeting=meeting, actor=actor, now=now, reason=needs_words(reason=reason)["reason"])
    for clock in open_clocks_of_kind(SERIES, RHYTHM_KEYS[SERIES]):
        if clock.subject_id == str(meeting.series_id) and clock.started_at == meeting.scheduled_at:
            _settle(clock, now)
    return meeting


def meeting_cancel_planned(*, meeting: Meeting, actor: Actor, now: datetime, reason: str) -> None:
    """Cancel a meeting inside an act whose right was checked."""
    _set_state(meeting, MeetingState.CANCELLED, cancelled_reason=reason)
    _record(meeting, "meeting.cancel", actor, now, {"reason": reason})
    shown = {"title": meeting.series.title, "reason": reason}
    text = in_every_language(lambda: _("Meeting “%(title)s” is called off: %(reason)s") % shown)
    _tell(meeting, people_of(meeting.series), text, "cancelled", now)


@transaction.atomic
def meeting_miss(*, series_id: int, scheduled_at: datetime, now: datetime) -> Meeting | None:
    """Mark the meeting of a missed clock as missed; returns None when it was held or called off."""
    series = MeetingSeries.objects.filter(pk=series_id).first()
    if series is None:
        return None
    meeting = meeting_ensure(series=series, scheduled_at=scheduled_at, now=now)
    if meeting.state != MeetingState.PLANNED:
        return None
    _set_state(meeting, MeetingState.MISSED)
    _record(meeting, "meeting.miss", SYSTEM, now, {"scheduled_at": scheduled_at})
    return meeting


def _stop_clock(meeting: Meeting, actor: Actor, now: datetime) -> None:
    """Stop the clock of this very turn, when the minutes were written."""
    clock_stop(
        actor=actor,
        now=now,
        subject=(SERIES, meeting.series_id),
        rule_key=RHYTHM_KEYS[SERIES],
        stopped_at=meeting.recorded_at or now,
        stop_evidence=f"meeting {meeting.pk}",
        started_at=meeting.scheduled_at,
    )


def _may_record(actor: Actor, meeting: Meeting) -> None:
    if not is_named(actor, meeting.series.chair_id):
        require(actor, "meeting.record")


def _set_state(meeting: Meeting, to: MeetingState, **changes: object) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    old = MeetingState(meeting.state)
    if to not in MEETING_MOVES[old] or Meeting.objects.filter(pk=meeting.pk, state=old).update(state=to.value, **changes) != 1:
        shown = {"old": str(MEETING_LABELS[old]), "new": str(MEETING_LABELS[to])}
        raise NotNow(_("The meeting is “%(old)s” and cannot become “%(new)s”.") % shown)
    meeting.refresh_from_db()


def _meeting(meeting_id: int) -> Meeting:
    meeting = Meeting.objects.select_related("series").filter(pk=meeting_id).first()
    if meeting is None:
        raise NotThere(_("There is no meeting %(id)s.") % {"id": meeting_id})
    return meeting


def _record(meeting: Meeting, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=(MEETING, meeting.pk), now=now, detail=detail)
