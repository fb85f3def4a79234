"""Calls of webhooks over real HTTP: taken once, refused with a reason, never a way in."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from huiying.core.collectors.webhook.parsing import BODY_LIMIT
from huiying.core.collectors.webhook.verification import signature
from huiying.listen.sources.models import Delivery, Post, Quarantine, Source
from huiying.listen.sources.rules.calls import Buckets
from huiying.listen.sources.services import delivery, source_add, source_edit, source_pause
from huiying.listen.sources.services.manage import Wish
from huiying.listen.sources.views import delivery as pages

NEW, OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
TOKEN = "token-of-a-sender-that-cannot-sign"
RECORD = {"id": "1", "ts": "2026-11-23T10:00:00+08:00", "text": "自来水发黄，请致电13800138000", "author": "小王", "source": "forum"}
Call = Callable[..., tuple[int, dict[str, Any], dict[str, str]]]


@pytest.fixture
def sender(transactional_db: None, cast: Any) -> Source:
    """Return a webhook whose sender signs."""
    return source_add(actor=cast.actor("analyst"), now=timezone.now(), name="晨报", connector="webhook", options={"secret": NEW})


@pytest.fixture
def call(live_server: Any) -> Call:
    """Return a caller that speaks HTTP to the running server."""

    def send(source: Source | str, body: bytes | Any, *, secret: str = NEW, message_id: str = "msg_1", shift: int = 0, **more: Any) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        seconds = int((timezone.now() + timedelta(seconds=shift)).timestamp())
        headers = {"webhook-id": message_id, "webhook-timestamp": str(seconds)}
        headers["webhook-signature"] = signature(secret, message_id, seconds, more.pop("signed", content))
        headers = {**(headers if more.pop("is_signed", True) else {}), "Content-Type": "application/json", **more.pop("headers", {})}
        key = source if isinstance(source, str) else source.public_key
        connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=20)
        connection.request(more.pop("method", "POST"), reverse("sources:webhook", args=[key]), content, headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        return answer.status, json.loads(said), dict(answer.getheaders())

    return send


def test_a_signed_record_is_taken_in_masked_and_under_a_pseudonym(sender: Source, call: Call) -> None:
    status, said, _headers = call(sender, RECORD)
    assert (status, said) == (202, {"stored": 1, "repeated": 0, "quarantined": 0, "unreadable": []})
    post = Post.objects.get()
    assert "13800138000" not in post.text and post.author not in ("小王", None)
    sender.refresh_from_db()
    assert sender.last_success_at is not None


def test_a_list_is_taken_in_and_what_cannot_be_read_is_held_and_named(sender: Source, call: Call) -> None:
    status, said, _headers = call(sender, [RECORD, RECORD, {"id": "2"}, {**RECORD, "id": "3", "ts": "someday"}, 5])
    assert status == 202
    assert (said["stored"], said["repeated"], said["quarantined"]) == (1, 1, 3)
    assert [one["place"] for one in said["unreadable"]] == ["record 3", "record 4", "record 5"]
    assert Quarantine.objects.count() == 3


def test_a_thousand_records_go_in_with_one_call(sender: Source, call: Call) -> None:
    status, said, _headers = call(sender, [{**RECORD, "id": str(n)} for n in range(1000)])
    assert (status, said["stored"]) == (202, 1000)
    status, said, _headers = call(sender, [{**RECORD, "id": str(n)} for n in range(1001)], message_id="msg_2")
    assert (status, said["error"]["code"]) == (422, "unreadable")


def test_the_same_call_again_is_answered_and_not_taken_in(sender: Source, call: Call) -> None:
    call(sender, RECORD)
    status, said, _headers = call(sender, {**RECORD, "id": "another"})
    assert (status, said["repeated"]) == (200, True)
    assert Post.objects.count() == 1


def test_a_call_that_was_refused_may_come_again_with_its_id(sender: Source, call: Call) -> None:
    assert call(sender, b"no json")[0] == 422
    assert call(sender, RECORD)[0] == 202


def test_both_secrets_count_while_the_sender_changes_over(sender: Source, call: Call, cast: Any) -> None:
    actor, now = cast.actor("analyst"), timezone.now()
    source_edit(actor=actor, now=now, source_id=sender.pk, wish=Wish(name="晨报", options={"secret": OLD, "previous_secret": NEW}))
    assert call(sender, RECORD, secret=NEW)[0] == 202
    assert call(sender, RECORD, secret=OLD, message_id="msg_2")[0] == 202


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ({"secret": OLD}, 401, "bad_signature"),
        ({"signed": b"{}"}, 401, "bad_signature"),
        ({"shift": -301}, 401, "bad_time"),
        ({"shift": 301}, 401, "bad_time"),
        ({"is_signed": False}, 401, "no_signature"),
        ({"is_signed": False, "headers": {"Authorization": f"Bearer {TOKEN}"}}, 401, "no_signature"),
        ({"headers": {"Content-Encoding": "gzip"}}, 415, "packed"),
        ({"method": "GET"}, 405, "not_post"),
        ({"method": "PUT"}, 405, "not_post"),
    ],
)
def test_a_forged_old_or_strange_call_is_refused_with_its_reason(
    sender: Source, call: Call, how: dict[str, Any], status: int, code: str
) -> None:
    answered, said, _headers = call(sender, RECORD, **how)
    assert (answered, said["error"]["code"]) == (status, code)
    assert said["error"]["message"]
    assert not Post.objects.exists() and not Delivery.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b"[]", b'"text"' * 2])
def test_a_body_that_holds_no_records_is_refused(sender: Source, call: Call, body: bytes) -> None:
    status, said, _headers = call(sender, body)
    assert (status, said["error"]["code"]) == (422, "unreadable")


def test_a_body_beyond_the_cap_is_refused_whether_it_says_so_or_not(sender: Source, call: Call, live_server: Any) -> None:
    status, said, _headers = call(sender, b" " * (BODY_LIMIT + 1))
    assert (status, said["error"]["code"]) == (413, "too_large")
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=20)
    connection.putrequest("POST", reverse("sources:webhook", args=[sender.public_key]))
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_token_is_enough_for_a_sender_that_cannot_sign(transactional_db: None, cast: Any, call: Call) -> None:
    source = source_add(actor=cast.actor("analyst"), now=timezone.now(), name="老系统", connector="webhook", options={"token": TOKEN})
    good = {"Authorization": f"Bearer {TOKEN}"}
    assert call(source, RECORD, is_signed=False, headers=good)[0] == 202
    assert call(source, RECORD, is_signed=False, headers=good)[1]["repeated"] == 1
    for bad in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eA=="}):
        assert call(source, RECORD, is_signed=False, headers=bad)[0] == 401
    assert call(source, RECORD, is_signed=False, headers={**good, "webhook-id": "m"})[0] == 202
    assert call(source, RECORD, is_signed=False, headers={**good, "webhook-id": "m"})[0] == 200


def test_a_mapping_reads_the_senders_own_json(transactional_db: None, cast: Any, call: Call) -> None:
    mapping = "version: 1\nitems: data.list\nfields:\n  id: number\n  text: body.words\n"
    source = source_add(
        actor=cast.actor("analyst"), now=timezone.now(), name="平台", connector="webhook", options={"secret": NEW, "mapping": mapping}
    )
    assert call(source, {"data": {"list": [{"number": 7, "body": {"words": "停水"}}]}})[1]["stored"] == 1
    assert call(source, {"other": 1}, message_id="msg_2")[0] == 422


def test_a_paused_source_takes_nothing_and_an_unknown_address_says_nothing(sender: Source, call: Call, cast: Any) -> None:
    source_pause(actor=cast.actor("analyst"), now=timezone.now(), source_id=sender.pk)
    status, said, _headers = call(sender, RECORD)
    assert (status, said["error"]["code"]) == (409, "paused")
    assert call("no-such-key", RECORD)[0] == 404
    assert not Post.objects.exists()


def test_a_source_that_is_no_webhook_cannot_be_called(call: Call, transactional_db: None) -> None:
    Source.objects.create(name="x", connector="table", channel="x", public_key="guess", created_at=timezone.now())
    assert call("guess", RECORD)[0] == 404


def test_who_calls_too_often_is_told_when_to_come_again(sender: Source, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_BUCKETS", Buckets(rate=0.01, size=2))
    answers = [call(sender, {**RECORD, "id": str(n)}, message_id=f"m{n}") for n in range(3)]
    assert [answer[0] for answer in answers] == [202, 202, 429]
    assert int(answers[2][2]["Retry-After"]) > 0
    assert call(sender, RECORD, secret=OLD)[0] == 401


def test_the_secrets_stand_nowhere_in_the_clear(sender: Source, client_as: Callable[[str], Client]) -> None:
    sender.refresh_from_db()
    assert NEW not in str(sender.options) and NEW not in sender.secrets
    for name in ("detail", "edit"):
        assert NEW not in client_as("analyst").get(reverse(f"sources:{name}", args=[sender.pk])).content.decode()


def test_the_address_stands_on_the_page_for_who_may_manage(sender: Source, client_as: Callable[[str], Client]) -> None:
    page = client_as("analyst").get(reverse("sources:detail", args=[sender.pk])).content.decode()
    assert f"http://testserver{reverse('sources:webhook', args=[sender.public_key])}" in page
    assert sender.public_key not in client_as("writer").get(reverse("sources:detail", args=[sender.pk])).content.decode()


def test_a_key_file_that_is_lost_is_said_and_nothing_is_taken_in(sender: Source, call: Call) -> None:
    Source.objects.filter(pk=sender.pk).update(secrets="gAAAAABnothing")
    status, said, _headers = call(sender, RECORD)
    assert (status, said["error"]["code"]) == (503, "sealed")


def test_two_webhooks_with_the_same_settings_may_stand_beside_each_other(sender: Source, cast: Any) -> None:
    other = source_add(actor=cast.actor("analyst"), now=timezone.now(), name="晚报", connector="webhook", options={"secret": NEW})
    assert other.public_key != sender.public_key


def test_old_ids_of_calls_are_forgotten(sender: Source, call: Call) -> None:
    call(sender, RECORD)
    assert delivery.calls_forget(now=timezone.now()) == 0
    assert delivery.calls_forget(now=timezone.now() + delivery.CALLS_KEPT + timedelta(seconds=1)) == 1
