"""The programme room, through its addresses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.clocks.services import cadences_sweep
from huiying.learn.programme import services
from huiying.learn.programme.models import Meeting, MeetingSeries, Objective, Risk
from huiying.learn.programme.terms import ObjectiveTerms, RiskTerms, SeriesTerms

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
#: queries of one page beyond those that every page of the frame asks.
MOST_OWN_QUERIES = 8
LISTS = ("/programme/objectives/", "/programme/meetings/", "/programme/risks/")


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def form_of(aims: Callable[..., ObjectiveTerms], **changes: Any) -> dict[str, Any]:
    fields = {**vars(aims()), **changes}
    return {name: local(value) if isinstance(value, datetime) else value for name, value in fields.items() if value is not None}


def test_empty_lists_teach_the_first_step(client_as: Signed) -> None:
    said = {
        "/programme/objectives/": "Begin with one",
        "/programme/meetings/": "Nobody meets yet",
        "/programme/risks/": "A register begins",
    }
    for path, words in said.items():
        assert words in client_as("commander").get(path).content.decode()
        assert client_as("auditor").get(path).status_code == 200
    assert client_as("commander").get("/programme/")["Location"] == "/programme/objectives/"


def test_outsiders_and_strangers_see_nothing(client_as: Signed, objective: Objective, series: MeetingSeries, risk: Risk) -> None:
    meeting = Meeting.objects.get()
    details = [
        f"/programme/{name}/{row.pk}/"
        for name, row in (("objectives", objective), ("series", series), ("meetings", meeting), ("risks", risk))
    ]
    for path in (*LISTS, *details):
        assert client_as("outsider").get(path).status_code == 403
        assert Client().get(path).status_code == 302
        assert client_as("auditor").get(path).status_code == 200


def test_what_is_not_there_is_404(client_as: Signed) -> None:
    for path in ("objectives/9/", "objectives/9/edit/", "meetings/9/", "series/9/", "series/9/edit/", "risks/9/", "risks/9/edit/"):
        assert client_as("commander").get(f"/programme/{path}").status_code == 404, path


@pytest.mark.parametrize("path", ["objectives/add/", "series/add/", "risks/add/"])
def test_who_may_not_write_gets_no_form(client_as: Signed, path: str) -> None:
    assert client_as("auditor").get(f"/programme/{path}").status_code == 403
    assert client_as("commander").get(f"/programme/{path}").status_code == 200
    assert client_as("commander").post(f"/programme/{path}", {}).status_code == 400


def test_an_objective_is_set_measured_changed_and_ended(client_as: Signed, aims: Callable[..., ObjectiveTerms]) -> None:
    commander, owner = client_as("commander"), client_as("writer")
    begins = timezone.now() - timedelta(days=30)
    data = form_of(aims, starts_at=begins, due_at=begins + timedelta(days=60))
    home = commander.post("/programme/objectives/add/", data)["Location"]
    assert "no reading yet" in commander.get("/programme/objectives/").content.decode()
    assert "Note the first one" in owner.get(home).content.decode()
    note = {"value": "40", "at": local(timezone.now()), "evidence": "12 incidents"}
    assert client_as("lawyer").post(f"{home}readings/", note).status_code == 403
    assert owner.post(f"{home}readings/", {**note, "value": "x"}).status_code == 400
    assert owner.post(f"{home}readings/", note)["Location"] == home
    page = owner.get(home).content.decode()
    assert "66% of the way" in page and "<svg" in page and "Show as a table" in page and "n=1 readings" in page
    assert commander.post(f"{home}edit/", {**data, "target": "35", "reason": ""}).status_code == 400
    assert commander.post(f"{home}edit/", {**data, "target": "35", "reason": "more staff"}).status_code == 302
    assert "35 min" in commander.get(home).content.decode()
    assert commander.post(f"{home}move/", {"to": "attained", "reason": "x"}).status_code == 409
    assert commander.post(f"{home}move/", {"to": "dropped", "reason": "replaced"}).status_code == 302
    assert (
        "replaced" in commander.get("/programme/objectives/?show=all").content.decode() or "dropped" in commander.get(home).content.decode()
    )
    assert owner.post(f"{home}readings/", note).status_code == 409


def test_a_meeting_is_set_up_held_and_decides(client_as: Signed, cast: Any) -> None:
    commander, chair = client_as("commander"), client_as("lawyer")
    data = {"title": "Coordination", "group": "coordination_committee", "chair_id": cast.lawyer.pk, "every": "weekly"}
    past = {**data, "starts_at": local(timezone.now() - timedelta(days=1))}
    assert commander.post("/programme/series/add/", past).status_code == 400
    home = commander.post("/programme/series/add/", {**data, "starts_at": local(timezone.now() + timedelta(days=1))})["Location"]
    meeting = Meeting.objects.get()
    place = f"/programme/meetings/{meeting.pk}/"
    assert chair.post(f"{place}agenda/", {"agenda": "1. Roster"}).status_code == 302
    assert "once the meeting has begun" in chair.get(place).content.decode()
    hour_ago = timezone.now() - timedelta(hours=1)
    Meeting.objects.update(scheduled_at=hour_ago)
    assert "Record the meeting" in chair.get(place).content.decode()
    minutes = {"held_at": local(hour_ago), "minutes": "On time", "present_ids": [cast.lawyer.pk, cast.writer.pk]}
    assert client_as("writer").post(f"{place}minutes/", minutes).status_code == 403
    assert chair.post(f"{place}minutes/", {**minutes, "present_ids": []}).status_code == 400
    assert chair.post(f"{place}minutes/", minutes).status_code == 302
    decision = {"text": "Name a deputy", "owner_id": cast.writer.pk, "due_at": local(timezone.now() + timedelta(days=3))}
    assert chair.post(f"{place}decisions/", decision).status_code == 302
    page = chair.get(place).content.decode()
    assert "1. <a" in page and "Name a deputy" in page and "Lawyer, Writer" in page
    assert "Name a deputy" in client_as("writer").get("/tasks/").content.decode()
    assert chair.post(f"{place}cancel/", {"reason": "late"}).status_code == 409
    edit = {**data, "title": "Weekly round", "purpose": "x", "place": ""}
    assert commander.post(f"{home}edit/", edit).status_code == 302
    assert "Weekly round" in commander.get("/programme/meetings/").content.decode()
    assert commander.post(f"{home}end/", {"reason": "over"}).status_code == 302
    assert "over" in commander.get(home).content.decode()


def test_a_planned_meeting_is_called_off(client_as: Signed, series: MeetingSeries) -> None:
    place = f"/programme/meetings/{Meeting.objects.get().pk}/"
    assert client_as("lawyer").post(f"{place}cancel/", {"reason": "holiday"}).status_code == 302
    assert "holiday" in client_as("auditor").get(place).content.decode()


def test_a_missed_meeting_says_so_and_still_takes_minutes(client_as: Signed, series: MeetingSeries, now: datetime) -> None:
    meeting = Meeting.objects.get()
    Meeting.objects.update(scheduled_at=now - timedelta(days=9), state="missed")
    page = client_as("lawyer").get(f"/programme/meetings/{meeting.pk}/").content.decode()
    assert "the miss stays on record" in page and "Record the meeting" in page


def test_a_risk_is_entered_reviewed_and_closed(client_as: Signed, cast: Any) -> None:
    analyst, owner = client_as("analyst"), client_as("writer")
    data = {
        "title": "Late information",
        "consequence": "Panic",
        "likelihood": "",
        "impact": "3",
        "measure": "Duty roster",
        "owner_id": cast.writer.pk,
        "every": "monthly",
    }
    home = analyst.post("/programme/risks/add/", data)["Location"]
    assert "impact alone" in analyst.get(home).content.decode()
    assert owner.post(f"{home}review/", {"likelihood": "1", "impact": "2", "note": "roster full"}).status_code == 302
    page = owner.get(home).content.decode()
    assert "was high" in page and "roster full" in page
    assert owner.post(f"{home}move/", {"to": "treated", "reason": "x"}).status_code == 403
    assert analyst.post(f"{home}edit/", {**data, "measure": "Two on call"}).status_code == 302
    assert "Two on call" in analyst.get("/programme/risks/").content.decode()
    assert analyst.post(f"{home}move/", {"to": "closed", "reason": "x"}).status_code == 409
    for to in ("treated", "closed"):
        assert analyst.post(f"{home}move/", {"to": to, "reason": "in place"}).status_code == 302
    assert "Late information" not in analyst.get("/programme/risks/").content.decode()
    assert "Late information" in analyst.get("/programme/risks/?show=all").content.decode()
    assert owner.post(f"{home}review/", {"impact": "2", "note": "again"}).status_code == 409


def test_the_known_risks_are_offered_to_an_empty_register(client_as: Signed, cast: Any) -> None:
    analyst = client_as("analyst")
    assert "Enter the known risks" in analyst.get("/programme/risks/").content.decode()
    assert "Enter the known risks" not in client_as("writer").get("/programme/risks/").content.decode()
    assert analyst.post("/programme/risks/known/", {}).status_code == 400
    assert analyst.post("/programme/risks/known/", {"owner_id": cast.commander.pk}).status_code == 302
    assert "The plan has not been exercised" in analyst.get("/programme/risks/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_the_pages_speak_chinese(client_as: Signed, objective: Objective, series: MeetingSeries, risk: Risk, language: str) -> None:
    words = {"zh-hans": ("目标", "会议", "风险登记册"), "zh-hant": ("目標", "會議", "風險登記冊")}[language]
    for path, word in zip(LISTS, words, strict=True):
        assert f"<h1>{word}</h1>" in client_as("commander").get(f"{path}?lang={language}").content.decode()


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_ask_no_more_queries(
    client_as: Signed,
    cast: Any,
    now: datetime,
    aims: Callable[..., ObjectiveTerms],
    weekly: SeriesTerms,
    weights: Callable[..., RiskTerms],
    path: str,
) -> None:
    def add(count: int) -> None:
        commander = cast.actor("commander")
        for _number in range(count):
            objective = services.objective_add(actor=commander, now=now, terms=aims())
            services.reading_add(actor=commander, now=now, objective_id=objective.pk, value=50.0, at=now, evidence="list")
            services.series_add(actor=commander, now=now, terms=weekly, every="weekly", starts_at=now + timedelta(hours=1))
            services.risk_add(actor=commander, now=now, terms=weights())
        cadences_sweep(now=now + timedelta(days=1))

    client = client_as("commander")
    frame = queries_of(client, "/people/me/")
    add(10)
    ten = queries_of(client, path)
    add(10)
    assert queries_of(client, path) == ten
    assert ten - frame <= MOST_OWN_QUERIES
