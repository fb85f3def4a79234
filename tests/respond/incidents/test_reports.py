"""Duty reports: their order, clocks, recipients and corrections; nothing is invented and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.base.audit.selectors import log_of, verify
from huiying.base.notify.selectors import deliveries_of
from huiying.base.ui.errors import BadInput, HuiyingError, NotNow, NotThere
from huiying.listen.stories.models import Story
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import DutyReport
from huiying.respond.incidents.report_rules import POINT_LABELS, Figure
from huiying.respond.incidents.rules import ReportKind, State

from .conftest import Room


def file(room: Room, incident: Any, kind: str, at: datetime, **values: Any) -> DutyReport:
    given: dict[str, Any] = {"recipient": "Duty office", "text": "Facts"}
    return services.duty_report_file(actor=room.analyst, now=at, incident_id=incident.pk, kind=kind, **{**given, **values})


def test_reports_are_numbered_and_keep_the_limit_they_were_under(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    first = file(room, incident, "first", now + timedelta(minutes=20))
    late = file(room, incident, "follow_up", now + timedelta(hours=13))
    assert (first.number, first.late_by, late.number) == (1, None, 2)
    assert first.due_at == now + timedelta(hours=1), "grade III: one hour after the confirmation"
    assert late.late_by == timedelta(hours=1), "grade III: every twelve hours"


def test_lateness_cannot_be_typed(room: Room, now: datetime) -> None:
    report = file(room, room.to(State.GRADED), "first", now + timedelta(hours=3))
    assert report.late_by == timedelta(hours=2)
    with pytest.raises(AttributeError):
        report.late_by = None  # type: ignore[misc,assignment]


@pytest.mark.parametrize(("grade", "hours"), [("I_EXTRAORDINARY", 2), ("II_MAJOR", 4), ("III_LARGER", 12)])
def test_the_rhythm_of_follow_ups_is_that_of_the_grade(room: Room, now: datetime, grade: str, hours: int) -> None:
    incident = room.open()
    room.activate(incident, grade)
    file(room, incident, "first", now)
    report = file(room, incident, "follow_up", now + timedelta(minutes=5))
    assert report.due_at == now + timedelta(hours=hours)


def test_the_order_of_reports_is_kept(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    with pytest.raises(NotNow, match="this one is the first"):
        file(room, incident, "follow_up", now)
    file(room, incident, "first", now)
    with pytest.raises(NotNow, match="filed already"):
        file(room, incident, "first", now)


def test_after_the_final_report_only_corrections_come(room: Room, now: datetime) -> None:
    incident = room.to(State.RESOLVED)
    final = file(room, incident, "final", now + timedelta(hours=1))
    assert final.due_at == now + timedelta(days=7)
    with pytest.raises(NotNow, match="correction"):
        file(room, incident, "upward", now + timedelta(hours=2))
    fixed = file(room, incident, "final", now + timedelta(hours=2), corrects=final.number, correction_reason="Wrong district")
    assert (fixed.number, fixed.corrects, fixed.late_by) == (2, final, None)
    final.refresh_from_db()
    assert final.text == "Facts", "what was sent stays as it was"


def test_a_correction_names_what_was_wrong_and_is_of_the_same_kind(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    file(room, incident, "first", now)
    with pytest.raises(BadInput, match="wrong"):
        file(room, incident, "first", now, corrects=1)
    with pytest.raises(BadInput, match="same kind"):
        file(room, incident, "upward", now, corrects=1, correction_reason="Wrong")
    with pytest.raises(NotThere):
        file(room, incident, "first", now, corrects=9, correction_reason="Wrong")


def test_people_are_told_and_the_room_shows_when(room: Room, now: datetime, client_as: Callable[[str], Any]) -> None:
    incident = room.to(State.RESPONDING)
    file(room, incident, "first", now, person_ids=[room.cast.commander.pk], recipient="")
    told = deliveries_of(f"incident:{incident.pk}")
    assert [(each.person, each.created_at) for each in told] == [(room.cast.commander, now)]
    body = client_as("auditor").get(f"/incidents/{incident.pk}/told/").content.decode()
    assert "Report on “Brown tap water”: first report, number 1" in body
    assert "Commander" in body


def test_an_unknown_person_or_point_is_named(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    with pytest.raises(BadInput, match="99999"):
        file(room, incident, "first", now, person_ids=[99_999])
    with pytest.raises(BadInput, match="weather"):
        file(room, incident, "first", now, points={"weather": "Rain"})
    assert not DutyReport.objects.exists()


def test_what_a_report_leaves_out_is_said(room: Room, now: datetime) -> None:
    report = file(room, room.to(State.RESPONDING), "first", now, points={"basics": "Brown water"})
    assert len(report.left_out) == len(POINT_LABELS) - 1


def test_the_log_keeps_the_digest_of_what_was_said(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    file(room, incident, "first", now)
    line = next(line for line in log_of("incident", incident.pk) if line.verb == "incident.report")
    assert len(line.detail["sha256"]) == 64
    assert verify().broken_at is None


def test_a_draft_says_only_what_is_on_record(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(posts=10)
    incident = room.to(State.RESPONDING, story_ids=[7])
    dossier = selectors.dossier_of(incident.pk)
    draft = selectors.points_of(dossier, selectors.figures_of(dossier, now))
    assert list(draft) == list(POINT_LABELS)
    assert "Water works said so" in draft["basics"]
    assert "Posts: 60 (n=60;" in draft["reaction"] and "posts of stories 7" in draft["reaction"]
    assert "fewer than 5" in draft["reaction"], "three authors are not shown as a number"
    assert "the accounts agree" in draft["unknown"], "what was not checked is said to be open"


def test_an_empty_record_gives_an_honest_draft(room: Room, now: datetime) -> None:
    dossier = selectors.dossier_of(room.open().pk)
    draft = selectors.points_of(dossier, selectors.figures_of(dossier, now))
    assert "Insufficient evidence" in draft["reaction"]
    assert "Not assessed yet" in draft["judgement"] and "Not confirmed yet" in draft["basics"]


def test_a_follow_up_says_what_was_done_since(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    services.log_decision(
        actor=room.analyst, now=now + timedelta(hours=2), incident_id=incident.pk, text="Close valve 3", reason="Sediment"
    )
    draft = selectors.points_of(selectors.dossier_of(incident.pk), [], since=now + timedelta(hours=1))
    assert "Close valve 3" in draft["measures"]
    assert "now responding" not in draft["measures"]


def test_every_figure_keeps_n_time_and_query(room: Room, now: datetime, make_story: Callable[..., Story]) -> None:
    make_story(posts=10)
    incident = room.to(State.RESPONDING, story_ids=[7])
    figures = selectors.figures_of(selectors.dossier_of(incident.pk), now)
    assert figures and all(each.query and each.since and each.until for each in figures)
    report = file(room, incident, "first", now, figures=figures)
    report.refresh_from_db()
    assert report.numbers == figures and isinstance(report.numbers[0], Figure)


def test_the_form_begins_with_the_draft_and_files_what_was_typed(client_as: Callable[[str], Any], room: Room) -> None:
    incident = room.to(State.RESPONDING)
    analyst, address = client_as("analyst"), f"/incidents/{incident.pk}/duty-report/"
    assert "Water works said so" in analyst.get(f"{address}?kind=first").content.decode()
    wanted = {"kind": "first", "person_ids": [room.cast.commander.pk], "point_basics": "Brown water in two districts"}
    assert analyst.post(address, wanted).status_code == 302
    report = DutyReport.objects.get()
    assert report.points == {"basics": "Brown water in two districts"}
    body = analyst.get(report.get_absolute_url()).content.decode()
    assert "Brown water in two districts" in body and "Not said in this report" in body
    correction = f"{address}?corrects=1"
    assert "Brown water in two districts" in analyst.get(correction).content.decode()
    assert analyst.post(correction, {**wanted, "correction_reason": "Three districts"}).status_code == 302
    listed = analyst.get(f"/incidents/{incident.pk}/reports/").content.decode()
    assert "correction" in listed and "late" in listed
    assert "by report 2" in analyst.get(report.get_absolute_url()).content.decode()


def test_an_unknown_report_is_404_and_a_strange_form_too(client_as: Callable[[str], Any], room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    file(room, incident, "first", now)
    analyst = client_as("analyst")
    assert analyst.get(f"/incidents/{incident.pk}/reports/9/").status_code == 404
    assert analyst.get(f"/incidents/{incident.pk}/reports/1/?form=exe").status_code == 404
    assert analyst.get(f"/incidents/{incident.pk}/duty-report/?corrects=9").status_code == 400


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from([*ReportKind]), st.booleans(), st.integers(0, 600)), max_size=8))
def test_any_sequence_keeps_order_numbers_and_log(room: Room, now: datetime, steps: list[tuple[ReportKind, bool, int]]) -> None:
    """Whatever is tried: numbers without gaps, one first and one final report, nothing after it, and the log stays whole."""
    with transaction.atomic():
        incident, at = room.to(State.RESOLVED), now
        for kind, is_correction, minutes in steps:
            at += timedelta(minutes=minutes)
            extra: dict[str, Any] = {"corrects": 1, "correction_reason": "Wrong"} if is_correction else {}
            try:
                file(room, incident, kind.value, at, **extra)
            except HuiyingError:
                continue
        reports = list(DutyReport.objects.filter(incident=incident).order_by("number"))
        plain = [each.kind for each in reports if not each.corrects_id]
        assert [each.number for each in reports] == list(range(1, len(reports) + 1))
        assert plain.count("first") <= 1 and plain.count("final") <= 1
        assert "final" not in plain[:-1]
        assert "follow_up" not in plain[: plain.index("first")] if "first" in plain else "follow_up" not in plain
        assert all(each.at >= before.at for before, each in pairwise(reports))
        assert verify().broken_at is None
        transaction.set_rollback(True)
