from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from huiying.base.notify import selectors, services
from huiying.base.notify.models import Message, WebhookTarget
from huiying.base.notify.rules import MessageState

SignIn = Callable[[str], Client]
pytestmark = pytest.mark.django_db


def tell(person: Any, now: datetime, n: int = 1, url: str = "/audit/") -> None:
    for _message in range(n):
        key = f"k{Message.objects.count()}"
        services.notify(now=now, person_ids=[person.pk], text=f"Message {key}", url=url, key=key, exercise=False)


def test_a_person_sees_only_their_own_messages(cast: Any, client_as: SignIn, now: datetime) -> None:
    tell(cast.writer, now)
    assert "Message k0" in client_as("writer").get("/messages/").content.decode()
    assert "Message k0" not in client_as("analyst").get("/messages/").content.decode()


def test_the_empty_page_explains_itself(client_as: SignIn) -> None:
    assert "No message yet" in client_as("writer").get("/messages/").content.decode()


def test_opening_marks_as_read_and_goes_there(cast: Any, client_as: SignIn, now: datetime) -> None:
    tell(cast.writer, now)
    pk = Message.objects.get().pk
    assert client_as("analyst").post(f"/messages/{pk}/open/").status_code == 404
    assert client_as("writer").post(f"/messages/{pk}/open/")["Location"] == "/audit/"
    assert selectors.unread_count(cast.writer.pk) == 0


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_message_never_leads_off_the_site(cast: Any, client_as: SignIn, now: datetime, url: str) -> None:
    tell(cast.writer, now, url=url)
    assert client_as("writer").post(f"/messages/{Message.objects.get().pk}/open/")["Location"] == "/messages/"


def test_all_are_marked_as_read_at_once(cast: Any, client_as: SignIn, now: datetime) -> None:
    tell(cast.writer, now, 3)
    tell(cast.analyst, now)
    client_as("writer").post("/messages/read/")
    assert selectors.unread_count(cast.writer.pk) == 0
    assert selectors.unread_count(cast.analyst.pk) == 1


def test_the_outbox_is_for_administrators(client_as: SignIn) -> None:
    assert client_as("commander").get("/messages/outbox/").status_code == 403
    assert "Everything that was sent has arrived" in client_as("admin").get("/messages/outbox/").content.decode()


def test_a_webhook_is_added_and_its_key_shown_once(client_as: SignIn) -> None:
    admin = client_as("admin")
    page = admin.post("/messages/outbox/", {"name": "pager", "url": "https://example.org/hook"}, follow=True).content.decode()
    assert "whsec_" in page
    assert "whsec_" not in admin.get("/messages/outbox/").content.decode()
    target = WebhookTarget.objects.get()
    assert admin.post(f"/messages/webhooks/{target.pk}/off/").status_code == 302
    target.refresh_from_db()
    assert not target.is_active


def test_a_bad_address_is_shown_beside_its_field(client_as: SignIn) -> None:
    answer = client_as("admin").post("/messages/outbox/", {"name": "pager", "url": "not an address"})
    assert answer.status_code == 200
    assert "Enter a valid URL" in answer.content.decode()
    assert not WebhookTarget.objects.exists()


def test_a_dead_message_is_sent_again_by_button(cast: Any, client_as: SignIn, now: datetime) -> None:
    message = Message.objects.create(
        person=cast.writer,
        channel="email",
        address="w@example.org",
        key="k",
        text="Lost letter",
        state=MessageState.DEAD,
        next_at=now,
        created_at=now,
        failure={"code": "said", "detail": "550 nobody here"},
    )
    assert client_as("writer").post(f"/messages/outbox/{message.pk}/retry/").status_code == 403
    admin = client_as("admin")
    assert "550 nobody here" in admin.get("/messages/outbox/").content.decode()
    assert admin.post(f"/messages/outbox/{message.pk}/retry/").status_code == 302
    assert admin.post(f"/messages/outbox/{message.pk}/retry/").status_code == 409


def test_the_list_costs_the_same_queries_however_long(
    cast: Any, client_as: SignIn, now: datetime, django_assert_max_num_queries: Any
) -> None:
    writer = client_as("writer")
    counts = []
    for _round in range(2):
        tell(cast.writer, now, 10)
        with django_assert_max_num_queries(8) as captured:
            writer.get("/messages/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
