from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from huiying.base.notify import services
from huiying.base.notify.models import Message
from huiying.base.notify.way_views import told_panel

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def tell(cast: Any, now: datetime, key: str, group: str) -> None:
    people = [cast.writer.pk, cast.analyst.pk]
    services.notify(now=now, person_ids=people, text=f"About {key}", url="", key=key, exercise=False, group=group)


def test_the_list_shows_one_matter_and_one_state(cast: Any, client_as: SignIn, now: datetime) -> None:
    tell(cast, now, "flood", "warning:12")
    tell(cast, now, "smoke", "warning:13")
    Message.objects.filter(key="smoke").update(state="dead", failure={"code": "no_gateway"})
    assert client_as("writer").get("/messages/told/").status_code == 403
    commander = client_as("commander")
    assert "About flood" in commander.get("/messages/told/").content.decode()
    page = commander.get("/messages/told/?group=warning:13").content.decode()
    assert "About smoke" in page
    assert "About flood" not in page
    assert "No gateway for text messages" in page
    assert "About smoke" not in commander.get("/messages/told/?state=sent").content.decode()
    assert "No such message" in commander.get("/messages/told/?group=nothing").content.decode()
    assert commander.get("/messages/told/?state=nonsense&page=x").status_code == 200


def test_reasons_are_told_in_the_readers_language(cast: Any, client_as: SignIn, now: datetime) -> None:
    tell(cast, now, "smoke", "warning:13")
    Message.objects.update(state="dead", failure={"code": "status", "host": "sms.example.org", "status": 502})
    commander = client_as("commander")
    assert "sms.example.org answered 502." in commander.get("/messages/told/").content.decode()
    commander.cookies["huiying_language"] = "zh-hans"
    assert "sms.example.org 返回了 502。" in commander.get("/messages/told/").content.decode()


def test_a_higher_page_shows_who_was_told_and_when_it_was_answered(cast: Any, now: datetime, rf: RequestFactory) -> None:
    request = rf.get("/warnings/12/")
    request.user = cast.commander
    assert "Nobody was told yet" in told_panel(request, "warning:12")
    tell(cast, now, "flood", "warning:12")
    services.messages_cancel(now=now + timedelta(minutes=1), group="warning:12", by="Analyst")
    panel = told_panel(request, "warning:12")
    assert panel.count("<tr>") == 3
    assert "Writer" in panel
    assert "Analyst" in panel


def test_the_list_costs_the_same_queries_however_long(
    cast: Any, client_as: SignIn, now: datetime, django_assert_max_num_queries: Any
) -> None:
    commander = client_as("commander")
    counts = []
    for turn in range(2):
        for number in range(10):
            tell(cast, now, f"{turn}-{number}", "warning:12")
        with django_assert_max_num_queries(8) as captured:
            commander.get("/messages/told/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_page_about_oneself_says_whether_one_is_reached(client_as: SignIn) -> None:
    assert "No way to be reached is entered." in client_as("writer").get("/people/me/").content.decode()


def test_asking_for_an_unknown_channel_is_a_fault_of_the_caller(cast: Any, now: datetime) -> None:
    with pytest.raises(ValueError, match="personal or organisation"):
        services.notify(now=now, person_ids=[], text="", url="", key="k", exercise=False, channels=("pigeon",))
