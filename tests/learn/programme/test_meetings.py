"""A group meets in a rhythm; minutes stop the clock, decisions become tasks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.services import group_set
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.rules import ClockState
from huiying.base.clocks.selectors import cadence_of, clocks_of
from huiying.base.clocks.services import cadences_sweep, clocks_sweep
from huiying.base.notify.selectors import messages_of
from huiying.base.tasks.selectors import tasks_of
from huiying.base.tasks.services import task_move
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.learn.programme import selectors, services
from huiying.learn.programme.models import Meeting, MeetingSeries
from huiying.learn.programme.rules import MEETING_MOVES, MeetingState
from huiying.learn.programme.services.meetings import _set_state
from huiying.learn.programme.terms import SeriesTerms

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def record(cast: Any, meeting: Meeting, at: datetime, who: str = "analyst", **changes: Any) -> Meeting:
    fields = {"minutes": "All on time.", "held_at": at, "present_ids": [cast.lawyer.pk, cast.analyst.pk], **changes}
    return services.meeting_record(actor=cast.actor(who), now=at, meeting_id=meeting.pk, **fields)


def decide(cast: Any, meeting: Meeting, at: datetime, who: str = "lawyer", **changes: Any) -> Any:
    fields = {"text": "Name a deputy", "owner_id": cast.writer.pk, "due_at": at + WEEK, **changes}
    return services.decision_add(actor=cast.actor(who), now=at, meeting_id=meeting.pk, **fields)


def clock_states(series: MeetingSeries) -> list[str]:
    return [clock.state for clock in sorted(clocks_of(("meeting_series", series.pk)), key=lambda clock: clock.started_at)]


def test_setting_up_plans_the_first_meeting_and_tells_its_people_once(cast: Any, now: datetime, weekly: SeriesTerms) -> None:
    kind = GroupKind.COORDINATION
    group_set(actor=cast.actor("admin"), now=now, kind=kind, head=cast.commander, deputy=cast.analyst, members=[cast.writer, cast.lawyer])
    services.series_add(actor=cast.actor("commander"), now=now, terms=weekly, every="weekly", starts_at=now + DAY)
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.scheduled_at) == (MeetingState.PLANNED, now + DAY)
    for person in (cast.lawyer, cast.commander, cast.analyst, cast.writer):
        assert messages_of(person.pk).get().url == f"/programme/meetings/{meeting.pk}/"
    services.meetings_sweep(now=now)
    assert messages_of(cast.lawyer.pk).count() == 1


@pytest.mark.parametrize("wrong", [{"every": "daily"}, {"every": "often"}, {"starts_at": "now"}])
def test_a_rhythm_is_one_of_four_and_begins_in_the_future(cast: Any, now: datetime, weekly: SeriesTerms, wrong: dict[str, str]) -> None:
    fields: dict[str, Any] = {"every": "weekly", "starts_at": now + DAY, **wrong}
    if fields["starts_at"] == "now":
        fields["starts_at"] = now
    with pytest.raises(BadInput):
        services.series_add(actor=cast.actor("commander"), now=now, terms=weekly, **fields)


def test_words_group_and_chair_are_checked(cast: Any, now: datetime) -> None:
    for terms, error in (
        (SeriesTerms(" ", "", "command_group", cast.lawyer.pk, ""), BadInput),
        (SeriesTerms("x", "", "choir", cast.lawyer.pk, ""), BadInput),
        (SeriesTerms("x", "", "command_group", 999_999, ""), NotThere),
    ):
        with pytest.raises(error):
            services.series_add(actor=cast.actor("commander"), now=now, terms=terms, every="weekly", starts_at=now + DAY)


def test_only_command_and_administration_set_up_meetings(cast: Any, now: datetime, weekly: SeriesTerms) -> None:
    with pytest.raises(NotYou):
        services.series_add(actor=cast.actor("analyst"), now=now, terms=weekly, every="weekly", starts_at=now + DAY)


def test_minutes_within_two_days_meet_the_clock_of_their_own_meeting(series: MeetingSeries, cast: Any, now: datetime) -> None:
    first = Meeting.objects.get()
    cadences_sweep(now=now + DAY)
    services.meetings_sweep(now=now + DAY)
    assert list(Meeting.objects.order_by("scheduled_at").values_list("scheduled_at", flat=True)) == [now + DAY, now + DAY + WEEK]
    held = record(cast, first, now + DAY + timedelta(hours=2))
    assert (held.state, held.recorded_by_name) == (MeetingState.HELD, "Analyst")
    assert {person.pk for person in held.present.all()} == {cast.lawyer.pk, cast.analyst.pk}
    assert clock_states(series) == [ClockState.MET]


def test_a_missed_meeting_is_a_missed_clock_and_the_chair_hears_of_it(series: MeetingSeries, cast: Any, now: datetime) -> None:
    late = now + 4 * DAY
    cadences_sweep(now=now + DAY)
    clocks_sweep(now=late)
    meeting = Meeting.objects.get(scheduled_at=now + DAY)
    assert meeting.state == MeetingState.MISSED and clock_states(series) == [ClockState.MISSED]
    assert AuditEntry.objects.filter(verb="meeting.miss").count() == 1
    newest = messages_of(cast.lawyer.pk).order_by("pk").last()
    assert newest is not None and newest.url == f"/programme/series/{series.pk}/"
    assert messages_of(cast.commander.pk).count() == 0


def test_late_minutes_are_taken_and_the_miss_stays(series: MeetingSeries, cast: Any, now: datetime) -> None:
    cadences_sweep(now=now + DAY)
    clocks_sweep(now=now + 4 * DAY)
    cadences_sweep(now=now + DAY + WEEK)
    first = Meeting.objects.get(scheduled_at=now + DAY)
    assert record(cast, first, now + DAY + WEEK, held_at=now + DAY).state == MeetingState.HELD
    assert clock_states(series) == [ClockState.MISSED, ClockState.RUNNING]
    counted = selectors.series(series.pk)
    assert counted.held == 1  # type: ignore[attr-defined]  # counted by the selector


def test_minutes_written_before_the_hour_settle_the_clock_when_it_opens(series: MeetingSeries, cast: Any, now: datetime) -> None:
    record(cast, Meeting.objects.get(), now + timedelta(hours=1))
    cadences_sweep(now=now + DAY)
    assert clock_states(series) == [ClockState.RUNNING]
    services.meetings_sweep(now=now + DAY)
    assert clock_states(series) == [ClockState.MET]


def test_a_meeting_called_off_owes_no_minutes(series: MeetingSeries, cast: Any, now: datetime) -> None:
    meeting = Meeting.objects.get()
    with pytest.raises(BadInput):
        services.meeting_cancel(actor=cast.actor("lawyer"), now=now, meeting_id=meeting.pk, reason=" ")
    services.meeting_cancel(actor=cast.actor("lawyer"), now=now, meeting_id=meeting.pk, reason="holiday")
    cadences_sweep(now=now + DAY)
    services.meetings_sweep(now=now + DAY)
    assert clock_states(series) == [ClockState.WAIVED]
    assert [message.text for message in messages_of(cast.lawyer.pk) if "holiday" in message.text] != []
    with pytest.raises(NotNow):
        record(cast, meeting, now + DAY)


def test_a_meeting_called_off_after_its_hour_waives_the_running_clock(series: MeetingSeries, cast: Any, now: datetime) -> None:
    cadences_sweep(now=now + DAY)
    meeting = Meeting.objects.get(scheduled_at=now + DAY)
    services.meeting_cancel(actor=cast.actor("commander"), now=now + DAY, meeting_id=meeting.pk, reason="real incident")
    assert clock_states(series) == [ClockState.WAIVED]


def test_after_a_long_pause_every_turn_has_its_meeting(series: MeetingSeries, now: datetime) -> None:
    late = now + DAY + 3 * WEEK
    cadences_sweep(now=late)
    services.meetings_sweep(now=late)
    states = list(Meeting.objects.order_by("scheduled_at").values_list("state", flat=True))
    assert states == ["missed", "missed", "missed", "planned", "planned"]


def test_minutes_need_words_a_past_hour_and_people(series: MeetingSeries, cast: Any, now: datetime) -> None:
    meeting, at = Meeting.objects.get(), now + DAY
    for changes, error in (
        ({"minutes": " "}, BadInput),
        ({"held_at": at + DAY}, BadInput),
        ({"present_ids": []}, BadInput),
        ({"present_ids": [999_999]}, NotThere),
    ):
        with pytest.raises(error):
            record(cast, meeting, at, **changes)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED


def test_the_chair_records_without_the_right_and_others_do_not(series: MeetingSeries, cast: Any, now: datetime) -> None:
    meeting = Meeting.objects.get()
    with pytest.raises(NotYou):
        record(cast, meeting, now + DAY, who="writer")
    with pytest.raises(NotYou):
        services.meeting_agenda(actor=cast.actor("writer"), now=now, meeting_id=meeting.pk, agenda="x")
    assert services.meeting_agenda(actor=cast.actor("lawyer"), now=now, meeting_id=meeting.pk, agenda="1. Roster").agenda == "1. Roster"
    assert record(cast, meeting, now + DAY, who="lawyer").state == MeetingState.HELD
    with pytest.raises(NotNow):
        services.meeting_agenda(actor=cast.actor("lawyer"), now=now, meeting_id=meeting.pk, agenda="late")


def test_a_decision_is_a_task_with_owner_and_due_time(series: MeetingSeries, cast: Any, now: datetime) -> None:
    meeting, at = Meeting.objects.get(), now + DAY
    with pytest.raises(NotNow):
        decide(cast, meeting, at)
    record(cast, meeting, at)
    first, second = decide(cast, meeting, at), decide(cast, meeting, at, text="Buy a second phone")
    assert (first.number, second.number) == (1, 2)
    task = tasks_of(("meeting", meeting.pk))[0]
    assert (task.title, task.owner_id, task.due_at, task.exercise) == ("Name a deputy", cast.writer.pk, at + WEEK, False)
    assert task.source == f"meeting:{meeting.pk}:decision-1"
    assert messages_of(cast.writer.pk).latest("pk").url == f"/programme/meetings/{meeting.pk}/"


def test_a_decision_needs_words_an_owner_a_future_date_and_the_right(series: MeetingSeries, cast: Any, now: datetime) -> None:
    meeting, at = Meeting.objects.get(), now + DAY
    record(cast, meeting, at)
    for changes, error in (({"text": " "}, BadInput), ({"due_at": at}, BadInput), ({"owner_id": 999_999}, NotThere)):
        with pytest.raises(error):
            decide(cast, meeting, at, **changes)
    with pytest.raises(NotYou):
        decide(cast, meeting, at, who="writer")
    with pytest.raises(NotThere):
        services.decision_add(actor=cast.actor("commander"), now=at, meeting_id=404, text="x", owner_id=cast.writer.pk, due_at=at + DAY)


def test_the_next_meeting_sees_what_is_still_to_be_done(series: MeetingSeries, cast: Any, now: datetime) -> None:
    meeting, at = Meeting.objects.get(), now + DAY
    record(cast, meeting, at)
    decision = decide(cast, meeting, at)
    cadences_sweep(now=at)
    services.meetings_sweep(now=at)
    following = Meeting.objects.get(scheduled_at=at + WEEK)
    assert [line.pk for line in selectors.undone_before(following)] == [decision.pk]
    task_move(actor=SYSTEM, now=at, task_id=decision.task_id, to="done")
    assert selectors.undone_before(following) == selectors.undone_before(meeting) == []


def test_an_ended_series_plans_nothing_more(series: MeetingSeries, cast: Any, now: datetime) -> None:
    ended = services.series_end(actor=cast.actor("commander"), now=now, series_id=series.pk, reason="project over")
    assert ended.ended_at == now and Meeting.objects.get().state == MeetingState.CANCELLED
    assert cadence_of(("meeting_series", series.pk), "meeting") is None
    assert services.meetings_sweep(now=now + WEEK) == 0
    for call in (
        lambda: services.series_end(actor=cast.actor("commander"), now=now, series_id=series.pk, reason="again"),
        lambda: services.series_change(
            actor=cast.actor("commander"), now=now, series_id=series.pk, terms=SeriesTerms("x", "", "command_group", cast.lawyer.pk, "")
        ),
    ):
        with pytest.raises(NotNow):
            call()


def test_a_series_changes_its_words_and_chair(series: MeetingSeries, cast: Any, now: datetime) -> None:
    terms = SeriesTerms("Weekly round", "", "command_group", cast.analyst.pk, "")
    changed = services.series_change(actor=cast.actor("commander"), now=now, series_id=series.pk, terms=terms)
    assert (changed.title, changed.chair_id, changed.every) == ("Weekly round", cast.analyst.pk, "weekly")
    with pytest.raises(NotYou):
        services.series_change(actor=cast.actor("analyst"), now=now, series_id=series.pk, terms=terms)


@pytest.mark.parametrize("old", list(MeetingState))
@pytest.mark.parametrize("new", list(MeetingState))
def test_full_square_of_meeting_moves(series: MeetingSeries, old: MeetingState, new: MeetingState) -> None:
    Meeting.objects.update(state=old)
    meeting = Meeting.objects.get()
    if new in MEETING_MOVES[old]:
        _set_state(meeting, new)
    else:
        with pytest.raises(NotNow):
            _set_state(meeting, new)
    meeting.refresh_from_db()
    assert meeting.state == (new if new in MEETING_MOVES[old] else old)
