"""The decision log, duty reports and the purge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.audit.selectors import log_of, verify
from huiying.base.clocks.services import clock_stop
from huiying.base.ui.errors import BadInput, NotNow, NotYou
from huiying.respond.incidents import selectors, services
from huiying.respond.incidents.models import DutyReport, LogEntry
from huiying.respond.incidents.rules import State

from .conftest import Room


def test_a_decision_is_logged_with_its_reason(room: Room, now: datetime) -> None:
    incident = room.open()
    common: dict[str, Any] = {"actor": room.cast.actor("writer"), "now": now, "incident_id": incident.pk, "text": "Close valve 3"}
    with pytest.raises(BadInput, match="why"):
        services.log_decision(**common)
    services.log_decision(reason="Sediment comes from there", **common)
    entry = selectors.dossier_of(incident.pk).log[0]
    assert (entry.text, entry.reason, entry.by_name) == ("Close valve 3", "Sediment comes from there", "Writer")


def test_an_observation_needs_no_reason(room: Room, now: datetime) -> None:
    services.log_decision(actor=room.analyst, now=now, incident_id=room.open().pk, text="Calls double", kind="observation")
    assert LogEntry.objects.get().kind == "observation"


@pytest.mark.parametrize(("values", "said"), [({"kind": "joke"}, "observation"), ({"text": " "}, "decided or seen")])
def test_a_bad_log_line_is_refused(room: Room, now: datetime, values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        services.log_decision(actor=room.analyst, now=now, incident_id=room.open().pk, **{"text": "x", "reason": "y", **values})


def test_people_without_a_role_do_not_write_in_the_log(room: Room, now: datetime) -> None:
    with pytest.raises(NotYou):
        services.log_decision(actor=room.cast.actor("outsider"), now=now, incident_id=room.open().pk, text="x", reason="y")


@pytest.mark.parametrize(
    ("values", "said"), [({"kind": "love_letter"}, "follow_up"), ({"recipient": ""}, "who"), ({"text": "\x00"}, "says")]
)
def test_a_bad_report_is_refused(room: Room, now: datetime, values: dict[str, Any], said: str) -> None:
    given = {"kind": "first", "recipient": "Duty office", "text": "Facts", **values}
    with pytest.raises(BadInput, match=said):
        services.duty_report_file(actor=room.analyst, now=now, incident_id=room.open().pk, **given)
    assert not DutyReport.objects.exists()


def test_the_final_report_waits_for_the_resolution(room: Room, now: datetime) -> None:
    with pytest.raises(NotNow, match="resolved"):
        services.duty_report_file(actor=room.analyst, now=now, incident_id=room.open().pk, kind="final", recipient="Mayor", text="Over")


def test_the_purge_destroys_the_call_back_contact_and_says_so(room: Room, now: datetime) -> None:
    incident = room.to(State.RESOLVED, reporter_contact="Ms Li, ward 3")
    services.incident_purge(actor=room.commander, now=now, incident_id=incident.pk)
    incident.refresh_from_db()
    assert (incident.reporter_contact, incident.purged_at) == ("", now)
    line = next(line for line in log_of("incident", incident.pk) if line.verb == "incident.purge")
    assert line.detail == {"contacts_destroyed": 1}


def test_the_call_back_contact_never_enters_the_log(room: Room) -> None:
    incident = room.to(State.RESPONDING, reporter_contact="Ms Li, ward 3")
    assert "Ms Li" not in "".join(str(line.detail) for line in log_of("incident", incident.pk))
    assert verify().broken_at is None


def test_nothing_is_purged_while_it_is_needed_or_by_an_analyst(room: Room, now: datetime) -> None:
    with pytest.raises(NotNow, match="call-backs"):
        services.incident_purge(actor=room.commander, now=now, incident_id=room.open().pk)
    with pytest.raises(NotYou):
        services.incident_purge(actor=room.analyst, now=now, incident_id=room.to(State.RESOLVED).pk)


def test_the_timeline_tells_everything_in_order(room: Room, now: datetime) -> None:
    incident = room.to(State.RESPONDING)
    later = now + timedelta(minutes=5)
    services.log_decision(actor=room.commander, now=later, incident_id=incident.pk, text="Close valve 3", reason="Sediment")
    services.duty_report_file(actor=room.analyst, now=later, incident_id=incident.pk, kind="first", recipient="Mayor", text="Facts")
    clock_stop(
        actor=room.commander,
        now=later,
        subject=("incident", incident.pk),
        rule_key="holding_statement",
        stopped_at=later,
        stop_evidence="Statement 1",
    )
    entries = selectors.timeline_of(selectors.dossier_of(incident.pk))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    assert {"crisis", "open", "move", "grade", "assess", "log", "report", "clock"} <= {entry.kind for entry in entries}
    answer = next(entry for entry in entries if entry.kind == "clock" and entry.detail == "Statement 1")
    assert answer.is_mark
    assert "in time" in answer.text


def test_without_posts_there_is_no_chart(room: Room, now: datetime) -> None:
    incident = room.open()
    assert selectors.trend_of(selectors.dossier_of(incident.pk), [], now) is None
