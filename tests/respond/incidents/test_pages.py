"""Through the addresses, as the people who use them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huiying.base.sharing.models import Comment, SharedFile
from huiying.base.tasks.models import Task
from huiying.listen.stories.models import Story
from huiying.listen.warnings.models import Warning
from huiying.respond.incidents import services
from huiying.respond.incidents.models import DutyReport, Incident, LogEntry
from huiying.respond.incidents.rules import State

from .conftest import Room

ClientAs = Callable[[str], Client]


def url(name: str, incident: Incident, *args: object) -> str:
    """Return a page of the incident."""
    return reverse(f"incidents:{name}", args=[incident.pk, *args])


@pytest.fixture
def now() -> datetime:
    """Return the real hour: the pages act at the time they are asked."""
    return timezone.now() - timedelta(seconds=5)


def test_everybody_must_sign_in(client: Client, room: Room) -> None:
    incident = room.open()
    assert client.get(url("detail", incident)).status_code == 302
    assert client.get(reverse("incidents:list")).status_code == 302


def test_somebody_without_a_role_sees_nothing(client_as: ClientAs, room: Room) -> None:
    incident = room.open()
    outsider = client_as("outsider")
    for address in (reverse("incidents:list"), url("detail", incident), url("timeline", incident), url("situation_report", incident)):
        assert outsider.get(address).status_code == 403


def test_an_unknown_incident_is_404(client_as: ClientAs) -> None:
    assert client_as("analyst").get("/incidents/404/").status_code == 404


def test_a_writer_reads_the_room_but_is_offered_no_form(client_as: ClientAs, room: Room) -> None:
    incident = room.to(State.RESPONDING)
    writer = client_as("writer")
    assert writer.get(url("detail", incident)).status_code == 200
    for name in ("confirm", "assess", "grade", "command", "crisis_time", "merge", "story"):
        assert writer.get(url(name, incident)).status_code == 403, name


def test_the_empty_list_teaches_the_next_step(client_as: ClientAs) -> None:
    assert "an acknowledged warning becomes an incident" in client_as("analyst").get(reverse("incidents:list")).content.decode()


@pytest.mark.parametrize("count", [10, 20])
def test_the_list_costs_the_same_for_ten_and_twenty_rows(
    client_as: ClientAs, room: Room, django_assert_max_num_queries: Any, count: int
) -> None:
    for _each in range(count):
        room.open()
    analyst = client_as("analyst")
    analyst.get(reverse("incidents:list"))
    with django_assert_max_num_queries(8):
        assert analyst.get(reverse("incidents:list")).content.decode().count("Brown tap water") == count


def test_the_list_filters_by_state(client_as: ClientAs, room: Room) -> None:
    room.to(State.DISMISSED, title="A false alarm")
    analyst = client_as("analyst")
    assert "A false alarm" not in analyst.get(reverse("incidents:list")).content.decode()
    assert "A false alarm" in analyst.get(reverse("incidents:list") + "?state=dismissed").content.decode()
    assert "A false alarm" in analyst.get(reverse("incidents:list") + "?state=all").content.decode()
    assert analyst.get(reverse("incidents:list") + "?state=nonsense").status_code == 200


def test_a_warning_is_opened_with_one_button(
    client_as: ClientAs, room: Room, make_story: Callable[..., Story], make_warning: Callable[..., Warning]
) -> None:
    warning = make_warning(make_story(exercise=True))
    analyst = client_as("analyst")
    shown = analyst.get(reverse("warnings:detail", args=[warning.pk])).content.decode()
    assert "Open an incident" in shown
    answer = analyst.post(reverse("incidents:open"), {"warning": warning.pk, "title": warning.title}, follow=True)
    incident = Incident.objects.get(warning_id=warning.pk)
    assert answer.redirect_chain == [(incident.get_absolute_url(), 302)]
    body = answer.content.decode()
    assert "Exercise · everything on this page" in body
    assert "Is it true?" in body
    assert "Brown tap water in Hexi" in body
    assert "Trend and what we did" in body
    assert "Brown tap water in Hexi" in analyst.get(reverse("stories:detail", args=[7])).content.decode()


def test_opening_by_hand_keeps_what_was_typed_when_something_is_wrong(client_as: ClientAs, cast: Any) -> None:
    answer = client_as("analyst").post(reverse("incidents:open"), {"title": "Call from ward 3", "story_ids": "seven"})
    assert answer.status_code == 400
    assert "Call from ward 3" in answer.content.decode()
    assert "is no story number" in answer.content.decode()


def test_opening_by_hand_with_a_crisis_time_without_evidence_says_why(client_as: ClientAs, cast: Any) -> None:
    answer = client_as("analyst").post(reverse("incidents:open"), {"title": "Call", "crisis_at": "2026-01-01T10:00"})
    assert answer.status_code == 400
    assert "The crisis time is a fact" in answer.content.decode()


def test_the_way_from_suspicion_to_grade_goes_through_pages(client_as: ClientAs, room: Room, make_story: Callable[..., Story]) -> None:
    make_story()
    incident = room.open(story_ids=[7])
    analyst, commander = client_as("analyst"), client_as("commander")
    assert analyst.get(url("confirm", incident)).status_code == 200
    analyst.post(url("confirm", incident), {"basis": "owner_word", "evidence": "Water works", "checks": ["origin"]})
    assessment = {
        "nature": "social",
        "cause": "event",
        "trend": "rising",
        "risk": "medium",
        "scope": "Hexi",
        "evidence": "60 posts",
        "features": ["sudden"],
        "offline_impact": "complaints_or_local_break",
    }
    assert analyst.get(url("assess", incident)).status_code == 200
    analyst.post(url("assess", incident), assessment)
    page = commander.get(url("grade", incident)).content.decode()
    assert "What the scheme proposes" in page
    assert "huiying_default" in page
    assert "impact offline" in page
    answer = commander.post(url("grade", incident), {"grade": "III_LARGER", "reason": ""}, follow=True)
    incident.refresh_from_db()
    assert (incident.state, incident.grade) == ("graded", "III_LARGER")
    assert "Who commands" in answer.content.decode()
    assert "Hexi" in analyst.get(url("assess", incident)).content.decode(), "the next assessment starts from the last"


def test_a_differing_grade_without_reason_stays_on_the_form(client_as: ClientAs, room: Room) -> None:
    incident = room.to(State.GRADED)
    answer = client_as("commander").post(url("grade", incident), {"grade": "I_EXTRAORDINARY", "reason": ""})
    assert answer.status_code == 400
    assert "write why" in answer.content.decode()


def test_a_waiting_grade_is_accepted_by_the_commander_on_the_page(client_as: ClientAs, room: Room, now: datetime) -> None:
    incident = room.to(State.CONFIRMED)
    from .conftest import judgement

    services.incident_assess(actor=room.analyst, now=now, incident_id=incident.pk, judgement=judgement())
    decision = services.incident_grade(actor=room.analyst, now=now, incident_id=incident.pk, grade="II_MAJOR", reason="Hospital")
    assert "Accept this grade" not in client_as("analyst").get(url("detail", incident)).content.decode()
    commander = client_as("commander")
    assert "Accept this grade" in commander.get(url("detail", incident)).content.decode()
    assert client_as("analyst").post(url("grade_accept", incident, decision.pk)).status_code == 403
    commander.post(url("grade_accept", incident, decision.pk))
    incident.refresh_from_db()
    assert incident.grade == "II_MAJOR"
    assert commander.post(url("grade_accept", incident, decision.pk)).status_code == 409


def test_a_waiting_grade_is_refused_with_a_reason(client_as: ClientAs, room: Room, now: datetime) -> None:
    from .conftest import judgement

    incident = room.to(State.CONFIRMED)
    services.incident_assess(actor=room.analyst, now=now, incident_id=incident.pk, judgement=judgement())
    decision = services.incident_grade(actor=room.analyst, now=now, incident_id=incident.pk, grade="II_MAJOR", reason="Hospital")
    client_as("commander").post(url("grade_refuse", incident, decision.pk), {"reason": "Own well"})
    decision.refresh_from_db()
    assert decision.state == "refused"


def test_what_is_not_met_is_shown_before_it_is_refused(client_as: ClientAs, room: Room) -> None:
    incident = room.to(State.RESPONDING)
    commander = client_as("commander")
    page = commander.get(url("move", incident) + "?to=stabilising").content.decode()
    assert "no answer yet" in page
    assert "Set aside what is not met" in page
    assert commander.post(url("move", incident), {"to": "stabilising"}).status_code == 409
    done = commander.post(url("move", incident), {"to": "stabilising", "override": "on", "reason": "Answered by phone"}, follow=True)
    assert "The incident is now: stabilising" in done.content.decode()


def test_a_blocked_move_offers_no_button(client_as: ClientAs, room: Room, reviewed: dict[str, str | None]) -> None:
    incident = room.to(State.REVIEWING)
    reviewed["review_approved"] = "The review is not approved."
    page = client_as("commander").get(url("move", incident) + "?to=closed").content.decode()
    assert "The review is not approved." in page
    assert "Move on" not in page


def test_an_unknown_state_in_the_address_is_400(client_as: ClientAs, room: Room) -> None:
    assert client_as("commander").get(url("move", room.open()) + "?to=nirvana").status_code == 400


def test_moving_where_no_way_leads_is_409(client_as: ClientAs, room: Room) -> None:
    assert client_as("commander").post(url("move", room.open()), {"to": "closed"}).status_code == 409


def test_an_analyst_may_not_resolve_on_the_page(client_as: ClientAs, room: Room) -> None:
    incident = room.to(State.STABILISING)
    assert client_as("analyst").post(url("move", incident), {"to": "resolved"}).status_code == 403


def test_log_report_task_comment_and_file_are_added_on_their_pages(client_as: ClientAs, room: Room) -> None:
    incident = room.to(State.RESPONDING, exercise=True)
    analyst = client_as("analyst")
    analyst.post(url("log", incident), {"kind": "decision", "text": "Close valve 3", "reason": "Sediment"})
    analyst.post(url("duty_report", incident), {"kind": "first", "recipient": "Duty office", "text": "Facts"})
    analyst.post(url("task", incident), {"title": "Flush the main", "owner_id": room.cast.officer.pk, "minutes": 30})
    analyst.post(url("comment", incident), {"text": "Shift hands over at 8"})
    from django.core.files.uploadedfile import SimpleUploadedFile

    analyst.post(url("file", incident), {"file": SimpleUploadedFile("sample.pdf", b"%PDF-1.4\n%%EOF\n")})
    assert (LogEntry.objects.count(), DutyReport.objects.count()) == (1, 1)
    assert (Comment.objects.get().exercise, SharedFile.objects.get().exercise) == (True, True)
    assert Task.objects.get().exercise
    body = analyst.get(url("detail", incident)).content.decode()
    for said in ("Close valve 3", "Duty office", "Flush the main", "Shift hands over at 8", "sample.pdf"):
        assert said in body, said


def test_command_crisis_time_story_and_merge_pages_act(client_as: ClientAs, room: Room, make_story: Callable[..., Story]) -> None:
    make_story(11)
    incident, other = room.open(), room.open()
    commander = client_as("commander")
    for name in ("command", "crisis_time", "story", "merge"):
        assert commander.get(url(name, incident)).status_code == 200, name
    commander.post(url("command", incident), {"commander_id": room.cast.commander.pk, "deputy_id": room.cast.analyst.pk})
    commander.post(url("crisis_time", incident), {"crisis_at": "2026-01-02T03:04", "evidence": "Hotline log"})
    commander.post(url("story", incident), {"story_id": 11})
    incident.refresh_from_db()
    assert incident.deputy == room.cast.analyst
    assert incident.crisis_evidence == "Hotline log"
    assert timezone.is_aware(incident.crisis_at)
    commander.post(url("merge", incident), {"into_id": other.pk, "reason": "Same matter"})
    incident.refresh_from_db()
    assert incident.state == "merged"
    assert other.number in commander.get(url("detail", incident)).content.decode()


def test_naming_one_person_twice_stays_on_the_form(client_as: ClientAs, room: Room) -> None:
    incident, both = room.open(), {"commander_id": room.cast.commander.pk, "deputy_id": room.cast.commander.pk}
    answer = client_as("commander").post(url("command", incident), both)
    assert answer.status_code == 400
    assert "two people" in answer.content.decode()


def test_clocks_are_recorded_and_waived_on_pages(client_as: ClientAs, room: Room) -> None:
    from huiying.base.clocks.selectors import clocks_of

    incident = room.open()
    room.grade(incident, "II_MAJOR")
    commander = client_as("commander")
    commander.post(url("duty_done", incident, "press_conference"), {"evidence": "Hall 2"})
    clock = next(
        clock for clock in clocks_of(("incident", incident.pk)) if clock.rule_key == "holding_statement" and clock.state == "running"
    )
    commander.post(url("clock_waive", incident, clock.pk), {"reason": "City spoke"})
    states = {clock.rule_key: clock.state for clock in clocks_of(("incident", incident.pk))}
    assert states["press_conference"] == "met"
    assert states["holding_statement"] == "waived"


def test_the_closing_page_parts_lead_to_closed(client_as: ClientAs, room: Room) -> None:
    incident = room.to(State.REVIEWING, reporter_contact="Ms Li")
    commander = client_as("commander")
    assert "Ms Li" in commander.get(url("detail", incident)).content.decode()
    commander.post(url("duty_report", incident), {"kind": "final", "recipient": "Mayor", "text": "Over"})
    commander.post(url("purge", incident))
    assert "Ms Li" not in commander.get(url("detail", incident)).content.decode()
    commander.post(url("move", incident), {"to": "closed"})
    incident.refresh_from_db()
    assert incident.state == "closed"
    assert commander.get(url("detail", incident)).status_code == 200


@pytest.mark.parametrize("state", list(State))
def test_the_room_can_be_read_in_every_state(client_as: ClientAs, room: Room, state: State) -> None:
    incident = room.to(state)
    for name in ("commander", "auditor"):
        assert client_as(name).get(url("detail", incident)).status_code == 200


def test_the_situation_report_says_what_each_figure_counts(client_as: ClientAs, room: Room, make_story: Callable[..., Story]) -> None:
    make_story(posts=10)
    incident = room.to(State.RESPONDING, story_ids=[7])
    body = client_as("commander").get(url("situation_report", incident)).content.decode()
    assert "n=60" in body
    assert "fewer than 5" in body, "three authors are not shown as a number"
    assert "Deadlines" in body


def test_a_report_without_stories_says_that_the_evidence_is_insufficient(client_as: ClientAs, room: Room) -> None:
    assert "Insufficient evidence" in client_as("commander").get(url("situation_report", room.open())).content.decode()


def test_the_timeline_page_lists_what_happened(client_as: ClientAs, room: Room) -> None:
    body = client_as("auditor").get(url("timeline", room.to(State.RESPONDING))).content.decode()
    assert "incident opened" in body
    assert "Water works said so" not in body or "Commander" in body


def test_a_stranger_tag_in_a_title_is_shown_as_text(client_as: ClientAs, room: Room) -> None:
    incident = room.open(title="<script>alert(1)</script>")
    body = client_as("analyst").get(url("detail", incident)).content.decode()
    assert "<script>alert(1)" not in body
    assert "&lt;script&gt;alert(1)" in body


def test_the_room_stays_within_its_query_budget(
    client_as: ClientAs, room: Room, make_story: Callable[..., Story], django_assert_max_num_queries: Any
) -> None:
    for story_id in range(1, 6):
        make_story(story_id)
    incident = room.to(State.RESPONDING, story_ids=range(1, 6))
    commander = client_as("commander")
    commander.get(url("detail", incident))
    with django_assert_max_num_queries(12):
        commander.get(url("detail", incident))


@pytest.mark.parametrize("page", ["detail", "timeline", "people", "told", "consultations", "situation_report", "reports", "assessments"])
def test_every_page_of_a_new_incident_opens(page: str, client_as: ClientAs, room: Room) -> None:
    assert client_as("analyst").get(reverse(f"incidents:{page}", args=[room.open().pk])).status_code == 200
