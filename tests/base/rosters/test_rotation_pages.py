"""Rotations, months and the private calendar in the browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from huiying.base.accounts.models import RoleGrant
from huiying.base.rosters.models import CalendarLink, Override, Rotation

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]


@pytest.fixture
def pair(cast: Any) -> Any:
    """Let the evaluator be an analyst too."""
    RoleGrant.objects.create(person=cast.evaluator, role="analyst")
    return cast


def form(**changes: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {
        "name": "Watch", "role": "analyst", "pattern": "hours", "slots": "08-20/20-08", "days": "all", "zone": "Asia/Shanghai",
        "starts_on": today, "people": "analyst\nEvaluator", "deputies": "", "is_gapless": "on", **changes,
    }  # fmt: skip


def test_a_rotation_is_looked_at_before_it_is_saved(client_as: Signed, pair: Any) -> None:
    client = client_as("commander")
    assert "No rotation yet" in client.get("/rosters/rotations/").content.decode()
    preview = client.post("/rosters/rotations/new/", form(preview="1")).content.decode()
    assert "The first fortnight" in preview and "no holes, no conflicts" in preview and "Evaluator" in preview
    assert not Rotation.objects.exists()
    assert client.post("/rosters/rotations/new/", form(save="1"))["Location"] == "/rosters/rotations/"
    page = client.get("/rosters/rotations/").content.decode()
    assert "Watch" in page and "Analyst → Evaluator" in page


def test_a_preview_shows_gaps_in_red(client_as: Signed, pair: Any) -> None:
    page = client_as("commander").post("/rosters/rotations/new/", form(slots="08-20")).content.decode()
    assert "nobody is on" in page and "Holes and conflicts" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"people": "nobody"}, "Nobody active is called"), ({"slots": "x"}, "cannot be read"), ({"zone": "x"}, "no time zone")],
)
def test_a_slip_comes_back_with_what_was_typed(client_as: Signed, pair: Any, changes: dict[str, str], words: str) -> None:
    response = client_as("commander").post("/rosters/rotations/new/", form(save="1", **changes))
    page = response.content.decode()
    assert response.status_code == 400 and words in page and 'value="Watch"' in page
    assert not Rotation.objects.exists()


def test_a_rotation_is_changed_and_ended(client_as: Signed, pair: Any) -> None:
    client = client_as("commander")
    client.post("/rosters/rotations/new/", form(save="1"))
    old = Rotation.objects.get()
    assert "evaluator" in client.get(f"/rosters/rotations/{old.pk}/").content.decode()
    later = (timezone.localdate() + timedelta(days=7)).isoformat()
    client.post(f"/rosters/rotations/{old.pk}/", form(save="1", people="evaluator", starts_on=later))
    old.refresh_from_db()
    assert old.ends_on == timezone.localdate() + timedelta(days=6) and Rotation.objects.count() == 2
    new = Rotation.objects.exclude(pk=old.pk).get()
    assert client.post(f"/rosters/rotations/{new.pk}/end/").status_code == 302
    assert client.post("/rosters/rotations/404/end/").status_code == 404


def test_week_and_month_show_turns_stand_ins_and_hours(client_as: Signed, pair: Any) -> None:
    client = client_as("commander")
    client.post("/rosters/rotations/new/", form(save="1"))
    now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
    away = {
        "override-person_id": str(pair.analyst.pk), "override-role": "", "override-substitute_id": str(pair.evaluator.pk),
        "override-reason": "Fever", "override-starts_at": f"{now:%Y-%m-%dT%H:%M}",
        "override-ends_at": f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert client.post("/rosters/overrides/add/", away | {"override-reason": ""}).status_code == 400
    assert client.post("/rosters/overrides/add/", away).status_code == 302
    page = client.get("/rosters/").content.decode()
    assert "for Analyst: Fever" in page and "Hours on shift" in page
    assert "Evaluator" in client.get("/rosters/month/?month=2026-11-01").content.decode()
    assert client.post(f"/rosters/overrides/{Override.objects.get().pk}/withdraw/").status_code == 302
    assert client_as("analyst").post("/rosters/overrides/add/", away).status_code == 403
    assert client_as("analyst").get("/rosters/rotations/new/").status_code == 403


@pytest.mark.parametrize(
    ("month", "word"), [("2026-10-01", "National Day"), ("2026-10-10", "worked for a holiday"), ("2099-01-01", "2099")]
)
def test_holidays_are_marked_and_unknown_years_said(client_as: Signed, pair: Any, month: str, word: str) -> None:
    client_as("commander").post("/rosters/rotations/new/", form(save="1", starts_on="2026-09-01"))
    assert word in client_as("writer").get(f"/rosters/month/?month={month}").content.decode()


def test_a_private_address_gives_ones_own_shifts_as_a_calendar(client_as: Signed, pair: Any) -> None:
    client_as("commander").post("/rosters/rotations/new/", form(save="1"))
    client = client_as("evaluator")
    page = client.post("/rosters/calendar/").content.decode()
    address = page.split('<p class="mono">http://testserver')[1].split("<")[0]
    response = Client().get(address)
    assert response["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(response.content)
    events = calendar.walk("VEVENT")
    assert len(events) > 20 and all(event["UID"] and event["DTSTAMP"] and event["SEQUENCE"] == 0 for event in events)
    assert len({event["UID"] for event in events}) == len(events)
    assert str(events[0]["SUMMARY"]) == "On duty: analyst"
    assert address.rsplit("/", 1)[1][:-4] not in str(CalendarLink.objects.values())
    again = client.post("/rosters/calendar/")
    assert again.status_code == 200 and Client().get(address).status_code == 404


def test_a_changed_shift_counts_up_its_sequence(client_as: Signed, pair: Any) -> None:
    client = client_as("commander")
    client.post("/rosters/rotations/new/", form(save="1"))
    address = client_as("evaluator").post("/rosters/calendar/").content.decode().split('mono">http://testserver')[1].split("<")[0]
    now = timezone.localtime() + timedelta(hours=1)
    away = {
        "override-person_id": str(pair.analyst.pk), "override-substitute_id": str(pair.evaluator.pk), "override-reason": "Swap",
        "override-starts_at": f"{now:%Y-%m-%dT%H:%M}", "override-ends_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    client.post("/rosters/overrides/add/", away)
    events = icalendar.Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert {event["SEQUENCE"] for event in events} == {0, 1}
    assert any("In place of Analyst: Swap" in str(event.get("DESCRIPTION")) for event in events)
