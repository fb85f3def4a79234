"""The list of deadlines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.models import Clock
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.services import clock_start, clocks_sweep

pytestmark = pytest.mark.django_db
Signed = Callable[[str], Client]
#: queries; the frame itself asks a dozen (session, person, roles, counts of the navigation, who is on duty).
MOST_QUERIES = 20


def start_many(count: int) -> None:
    now = timezone.now()
    rule = ClockRule("reply", {"en": "Reply", "zh-Hans": "回复"}, 3600, None, "国办发〔2016〕61号")
    for number in range(count):
        clock_start(actor=SYSTEM, now=now, subject=("matter", number), rule=rule, started_at=now, start_evidence="post 7", exercise=False)


def test_an_empty_list_teaches_how_clocks_start(client_as: Signed) -> None:
    assert "Clocks start by themselves" in client_as("analyst").get("/clocks/").content.decode()


def test_the_list_shows_label_citation_and_evidence(client_as: Signed) -> None:
    start_many(1)
    page = client_as("analyst").get("/clocks/").content.decode()
    assert "Reply" in page and "国办发〔2016〕61号" in page and "post 7" in page


def test_the_list_speaks_chinese(client_as: Signed) -> None:
    start_many(1)
    page = client_as("analyst").get("/clocks/?lang=zh-hans", follow=True).content.decode()
    assert "回复" in page


def test_a_missed_clock_stays_on_the_open_list_until_it_is_stopped(client_as: Signed) -> None:
    start_many(1)
    clocks_sweep(now=timezone.now() + timedelta(days=1))
    assert "missed" in client_as("analyst").get("/clocks/").content.decode()


def test_an_outsider_is_refused(client_as: Signed) -> None:
    assert client_as("outsider").get("/clocks/").status_code == 403


def test_a_stranger_is_sent_to_sign_in() -> None:
    assert Client().get("/clocks/").status_code == 302


def test_a_commander_waives_on_the_page(client_as: Signed) -> None:
    start_many(1)
    clock = Clock.objects.get()
    response = client_as("commander").post(f"/clocks/{clock.pk}/waive/", {"reason": "duplicate", "next": "/clocks/?show=all"})
    assert response["Location"] == "/clocks/?show=all"
    clock.refresh_from_db()
    assert clock.state == "waived"


def test_a_waiver_never_redirects_to_another_site(client_as: Signed) -> None:
    start_many(1)
    path = f"/clocks/{Clock.objects.get().pk}/waive/"
    assert client_as("commander").post(path, {"reason": "x", "next": "https://evil.example/"})["Location"] == "/clocks/"


@pytest.mark.parametrize(("who", "reason", "status"), [("analyst", "x", 403), ("commander", "", 400)])
def test_waiving_is_refused(client_as: Signed, who: str, reason: str, status: int) -> None:
    start_many(1)
    assert client_as(who).post(f"/clocks/{Clock.objects.get().pk}/waive/", {"reason": reason}).status_code == status


def test_waiving_what_is_not_there_or_over(client_as: Signed) -> None:
    start_many(1)
    commander = client_as("commander")
    assert commander.post("/clocks/99999/waive/", {"reason": "x"}).status_code == 404
    path = f"/clocks/{Clock.objects.get().pk}/waive/"
    commander.post(path, {"reason": "x"})
    assert commander.post(path, {"reason": "x"}).status_code == 409


def queries_of(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)


def test_more_rows_ask_no_more_queries(client_as: Signed) -> None:
    client = client_as("commander")
    start_many(10)
    few = queries_of(client, "/clocks/")
    start_many(20)
    assert queries_of(client, "/clocks/") == few <= MOST_QUERIES
