"""The look ahead: what it finds, what it says, and when it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from huiying.base.accounts.models import Organisation, RoleGrant
from huiying.base.audit.rules import SYSTEM
from huiying.base.escalation.models import Preflight
from huiying.base.escalation.rules import PREFLIGHT_JOB
from huiying.base.escalation.services import preflight_run
from huiying.base.escalation.wording import break_text, note_text
from huiying.base.jobs.models import Job
from huiying.base.jobs.registry import handler, timed_handlers
from huiying.base.notify.models import Address
from huiying.base.rosters.services import RotationTerms, override_add, rotation_save

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
HOUR = timedelta(hours=1)


def watch(cast: Any, now: datetime, **values: Any) -> None:
    """Let analyst and commander take turns around the clock, each alone in their role."""
    for name in ("analyst", "commander"):
        given: dict[str, Any] = {"slots": "08:00", "pattern": "daily", "is_standby": True, **values}
        terms = RotationTerms(
            name="", role=name, people=[getattr(cast, name).pk], starts_on=timezone.localtime(now).date() - timedelta(days=2), **given
        )
        rotation_save(actor=SYSTEM, now=now, terms=terms)


def way(person: Any, now: datetime, **values: Any) -> None:
    """Give somebody a proven way."""
    Address.objects.create(
        person=person, channel="sms", label="Phone", sealed="x", digest=str(person.pk), shown="…12", created_at=now,
        verified_at=now, last_ok_at=now, **values,
    )  # fmt: skip


def test_a_full_roster_with_proven_ways_is_covered_at_every_hour(cast: Any, now: datetime) -> None:
    watch(cast, now)
    for person in (cast.analyst, cast.commander):
        way(person, now)
    found = preflight_run(now=now)
    assert found.breaks == []
    assert {level: len(hours) for level, hours in found.cells.items()} == dict.fromkeys(("RED", "ORANGE", "YELLOW", "BLUE"), 168)
    assert {cell[0] for hours in found.cells.values() for cell in hours} == {"ok"}
    assert found.cells["RED"][0] == ["ok", "Analyst", 0]


def test_a_hole_says_when_which_level_and_why(cast: Any, now: datetime) -> None:
    watch(cast, now)
    way(cast.analyst, now)
    begins = now.replace(minute=0) + 10 * HOUR
    override_add(actor=SYSTEM, now=now, person_id=cast.analyst.pk, starts_at=begins, ends_at=begins + 6 * HOUR, reason="Leave")
    found = preflight_run(now=now)
    lines = [break_text(each) for each in found.breaks if each["level"] == "ORANGE"]
    assert lines[0].startswith(
        "Tue 12:00–18:00 orange: nobody is on shift as analyst and Analyst is not on shift and Commander has no working way"
    )
    with translation.override("zh-hans"):
        assert "橙色" in (said := break_text(next(each for each in found.breaks if each["level"] == "ORANGE"))) and "没有可用" in said


def test_an_empty_house_breaks_everywhere_without_an_error(db: None, now: datetime) -> None:
    found = preflight_run(now=now)
    assert {each["level"] for each in found.breaks} == {"RED", "ORANGE", "YELLOW", "BLUE"}
    assert all(break_text(each) for each in found.breaks)


def test_unknown_holidays_tired_people_and_holes_are_noted(cast: Any) -> None:
    december = datetime.fromisoformat("2026-12-28T00:00:00+00:00")
    watch(cast, december, slots="08-20", pattern="hours", is_standby=False)
    texts = [note_text(note) for note in preflight_run(now=december).notes]
    assert (
        any("2027" in text for text in texts)
        and any("holes or conflicts" in text for text in texts)
        and any("Analyst" in text for text in texts)
    )


def test_in_a_demo_messages_inside_count(cast: Any, now: datetime) -> None:
    Organisation.objects.create(name_zh="演示", type="government_department", is_demo=True)
    watch(cast, now)
    found = preflight_run(now=now)
    assert found.breaks == [] and {"kind": "demo", "value": ""} in found.notes


def test_one_is_current_and_old_ones_go(db: None, now: datetime) -> None:
    preflight_run(now=now - timedelta(days=40))
    preflight_run(now=now - timedelta(days=2))
    preflight_run(now=now)
    assert list(Preflight.objects.values_list("at", "is_current")) == [(now, True), (now - timedelta(days=2), False)]


def test_it_runs_every_hour_and_once_after_many_changes_in_a_minute(cast: Any, now: datetime) -> None:
    Job.objects.all().delete()
    watch(cast, now)
    jobs = Job.objects.filter(name=PREFLIGHT_JOB)
    assert [(job.run_at - now) <= timedelta(minutes=1) for job in jobs] == [True]
    handler(PREFLIGHT_JOB).run({}, now)
    assert Preflight.objects.count() == 1
    assert 3600 in [entry.seconds for entry in timed_handlers() if entry.name == "escalation.preflight_hourly"]


# --- pages


def test_the_board_says_in_red_what_breaks_and_nothing_when_all_is_covered(client_as: Signed, cast: Any) -> None:
    now = timezone.now()
    assert "not covered" not in client_as("writer").get("/").content.decode()
    preflight_run(now=now)
    page = client_as("writer").get("/").content.decode()
    assert "The coming week is not covered." in page and "nobody is on shift as analyst" in page
    watch(cast, now)
    for person in (cast.analyst, cast.commander):
        way(person, now)
    preflight_run(now=now)
    assert "not covered" not in client_as("writer").get("/").content.decode()


def test_the_page_shows_the_week_as_heat_and_in_words(client_as: Signed, cast: Any) -> None:
    client = client_as("writer")
    assert "Nobody has looked yet" in client.get("/escalation/preflight/").content.decode()
    RoleGrant.objects.create(person=cast.writer, role="analyst")
    assert client.post("/escalation/preflight/").status_code == 302
    page = client.get("/escalation/preflight/").content.decode()
    assert page.count('class="red"') == 4 * 168 and "The same in words" in page and "no working way" in page
    assert client_as("outsider").get("/escalation/preflight/").status_code == 403
    assert client_as("outsider").post("/escalation/preflight/").status_code == 403
