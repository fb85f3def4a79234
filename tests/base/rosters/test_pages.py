"""The roster page, and the line in the top bar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.audit.rules import SYSTEM
from huiying.base.rosters.models import Shift
from huiying.base.rosters.services import shift_add

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
#: queries; the frame itself asks a dozen (session, person, roles, counts of the navigation, who is on duty).
MOST_QUERIES = 20


def on(person: Any, role: str, hours: int = 0) -> Shift:
    now = timezone.now()
    start = now + timedelta(hours=hours)
    return shift_add(actor=SYSTEM, now=now, person_id=person.pk, role=role, starts_at=start, ends_at=start + timedelta(hours=1))


def test_an_empty_week_teaches_what_to_add(client_as: Signed) -> None:
    page = client_as("commander").get("/rosters/").content.decode()
    assert "No shifts this week" in page and "Add a shift" in page


def test_the_week_shows_people_and_the_top_bar_says_who_is_on(client_as: Signed, cast: Any) -> None:
    on(cast.analyst, "analyst")
    page = client_as("writer").get("/rosters/").content.decode()
    assert "analyst Analyst" in page
    assert "Add a shift" not in page


def test_nobody_on_duty_is_said(client_as: Signed) -> None:
    assert "Nobody is on the roster now" in client_as("writer").get("/rosters/").content.decode()


@pytest.mark.parametrize("week", ["2026-11-23", "nonsense", "", "9999-12-31"])
def test_any_week_answers(client_as: Signed, week: str) -> None:
    assert client_as("writer").get(f"/rosters/?week={week}").status_code == 200


def test_outsiders_and_strangers_see_nothing(client_as: Signed) -> None:
    assert client_as("outsider").get("/rosters/").status_code == 403
    assert Client().get("/rosters/").status_code == 302


def form(person: Any, **changes: str) -> dict[str, str]:
    return {"person_id": str(person.pk), "role": "analyst", "starts_at": "2026-12-01T08:00", "ends_at": "2026-12-01T16:00", **changes}


def test_a_shift_is_added_in_local_time(client_as: Signed, cast: Any) -> None:
    response = client_as("commander").post("/rosters/add/", form(cast.analyst))
    assert response["Location"] == "/rosters/?week=2026-12-01"
    assert Shift.objects.get().starts_at.isoformat() == "2026-12-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        ("analyst", {}, 403),
        ("commander", {"ends_at": "never"}, 400),
        ("commander", {"ends_at": "2026-12-01T07:00"}, 400),
        ("admin", {"role": "writer"}, 400),
    ],
)
def test_refused_shifts(client_as: Signed, cast: Any, who: str, changes: dict[str, str], status: int) -> None:
    assert client_as(who).post("/rosters/add/", form(cast.analyst, **changes)).status_code == status
    assert not Shift.objects.exists()


def test_a_shift_is_removed(client_as: Signed, cast: Any) -> None:
    shift = on(cast.analyst, "analyst")
    assert client_as("analyst").post(f"/rosters/{shift.pk}/remove/").status_code == 403
    assert client_as("commander").post(f"/rosters/{shift.pk}/remove/").status_code == 302
    assert client_as("commander").post(f"/rosters/{shift.pk}/remove/").status_code == 404


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def test_more_rows_ask_no_more_queries(client_as: Signed, cast: Any) -> None:
    client = client_as("commander")
    counts = []
    for first in (0, 10):
        for number in range(first, first + 10):
            on(cast.analyst, "analyst", number)
        counts.append(queries_of(client, "/rosters/"))
    assert counts[0] == counts[1] <= MOST_QUERIES
