"""Calls that are genuine, and calls that are forged, altered, old or no records."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import BadOption
from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.webhook import CONNECTOR
from huiying.core.collectors.webhook.parsing import RECORD_LIMIT, read_call
from huiying.core.collectors.webhook.verification import NotGenuine, signature, verified

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEW, OLD, TOKEN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "an older secret of the sender".replace(" ", "-"), "t" * 32
BODY = b'{"id": "1", "text": "water"}'


def headers(secret: str = NEW, *, body: bytes = BODY, at: datetime = NOW, message_id: str = "msg_1") -> dict[str, str]:
    """Return the headers of a signed call."""
    seconds = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": signature(secret, message_id, seconds, body),
    }


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_a_call_signed_with_either_secret_is_genuine(secret: str) -> None:
    assert verified(BODY, headers(secret), {"secret": NEW, "previous_secret": OLD}, now=NOW) == "msg_1"


def test_one_good_signature_among_several_is_enough() -> None:
    given = headers()
    given["webhook-signature"] = f"v1,AAAA v2,other {given['webhook-signature']} v1a,xx"
    assert verified(BODY, given, {"secret": NEW}, now=NOW) == "msg_1"


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_clocks_may_lie_five_minutes_apart(seconds: int) -> None:
    assert verified(BODY, headers(at=NOW + timedelta(seconds=seconds)), {"secret": NEW}, now=NOW)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "no_signature"),
        (headers(OLD), "bad_signature"),
        (headers(body=BODY + b" "), "bad_signature"),
        (headers() | {"webhook-id": "msg_2"}, "bad_signature"),
        (headers() | {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, "bad_signature"),
        (headers() | {"webhook-timestamp": "soon"}, "bad_time"),
        (headers() | {"webhook-timestamp": "９" * 10}, "bad_time"),
        (headers() | {"webhook-signature": "v1,"}, "bad_signature"),
        (headers() | {"webhook-signature": "水"}, "bad_signature"),
        (headers() | {"webhook-id": ""}, "no_signature"),
        (headers() | {"webhook-id": "x" * 201}, "bad_signature"),
        (headers() | {"webhook-id": "a\nb"}, "bad_signature"),
        (headers(at=NOW - timedelta(seconds=301)), "bad_time"),
        (headers(at=NOW + timedelta(seconds=301)), "bad_time"),
        ({"authorization": f"Bearer {TOKEN}"}, "no_signature"),
    ],
)
def test_a_call_that_is_not_genuine_is_told_why(given: dict[str, str], code: str) -> None:
    with pytest.raises(NotGenuine) as refused:
        verified(BODY, given, {"secret": NEW, "token": TOKEN}, now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("authorization", "code"),
    [("", "no_token"), ("Basic x", "no_token"), ("Bearer ", "no_token"), ("Bearer wrong", "bad_token"), ("Bearer 水", "bad_token")],
)
def test_without_a_secret_the_token_counts(authorization: str, code: str) -> None:
    assert verified(BODY, {"authorization": f"bearer {TOKEN}"}, {"token": TOKEN}, now=NOW) == ""
    assert verified(BODY, {"authorization": f"Bearer {TOKEN}", "webhook-id": "m"}, {"token": TOKEN}, now=NOW) == "m"
    with pytest.raises(NotGenuine) as refused:
        verified(BODY, {"authorization": authorization}, {"token": TOKEN}, now=NOW)
    assert refused.value.code == code


def test_a_source_without_secret_and_token_believes_nobody() -> None:
    with pytest.raises(NotGenuine):
        verified(BODY, {"authorization": "Bearer "}, {}, now=NOW)


@given(st.binary(max_size=60), st.text(max_size=40), st.text(max_size=80), st.text(max_size=40))
def test_whatever_stands_in_the_headers_the_answer_is_no(body: bytes, identity: str, signed: str, at: str) -> None:
    with pytest.raises(NotGenuine):
        verified(body, {"webhook-id": identity, "webhook-signature": signed, "webhook-timestamp": at}, {"secret": NEW}, now=NOW)


def test_one_record_and_a_list_are_read_and_a_bad_one_is_named() -> None:
    (one,) = read_call(BODY, mapping=None, now=NOW)
    assert isinstance(one, Record) and (one.item_id, one.text) == ("1", "water")
    rows = [
        {"id": 1, "text": "a", "ts": "2026-11-23T10:00:00+08:00"},
        7,
        {"id": 2},
        {"text": "b", "ts": "soon"},
        {"标题": "停水", "内容": "水黄"},
    ]
    found = read_call(json.dumps(rows).encode(), mapping=None, now=NOW)
    assert [type(item) for item in found] == [Record, Unreadable, Unreadable, Unreadable, Record]
    assert found[1].place == "record 2"
    assert "王小明" not in str(found)


def test_a_senders_own_json_is_read_by_its_mapping() -> None:
    mapping = CONNECTOR.mapping(
        {"mapping": "version: 1\nitems: data.list\nfields:\n  text: body.words\n  id: number\n  published_at: at\n"}
    )
    body = {"data": {"list": [{"number": 5, "body": {"words": "停水"}, "at": "2026-11-23 10:00"}, {"number": 6}]}}
    found = read_call(json.dumps(body).encode(), mapping=mapping, now=NOW)
    assert isinstance(found[0], Record) and (found[0].item_id, found[0].text) == ("5", "停水")
    assert isinstance(found[1], Unreadable)
    with pytest.raises(BadFeed, match="leads to no list"):
        read_call(b"{}", mapping=mapping, now=NOW)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"{", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"[]", "no record"),
        (json.dumps([{}] * (RECORD_LIMIT + 1)).encode(), f"at most {RECORD_LIMIT}"),
    ],
)
def test_a_body_that_holds_no_records_is_refused_in_one_sentence(body: bytes, words: str) -> None:
    with pytest.raises(BadFeed, match=words):
        read_call(body, mapping=None, now=NOW)


@pytest.mark.parametrize(
    ("url", "options", "key"),
    [
        ("", {}, "secret"),
        ("", {"secret": "short"}, "secret"),
        ("", {"token": "x" * 30, "previous_secret": "a b" * 20}, "previous_secret"),
        ("", {"token": "whsec_" + "x" * 10}, "token"),
        ("https://x.example", {"secret": NEW}, "url"),
        ("", {"secret": NEW, "mapping": "version: 2"}, "mapping"),
    ],
)
def test_what_could_never_work_is_refused_when_the_source_is_added(url: str, options: dict[str, Any], key: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTOR.check(url, options)
    assert refused.value.key == key
    assert NEW not in str(refused.value)


def test_a_webhook_is_accepted_and_never_polled() -> None:
    CONNECTOR.check("", {"secret": NEW})
    CONNECTOR.check("", {"token": TOKEN, "mapping": ""})
    with pytest.raises(FetchError) as refused:
        asyncio.run(CONNECTOR.poll(None))  # type: ignore[arg-type]  # whatever it is asked
    assert refused.value.code == "not_polled"


def test_it_says_in_both_languages_what_it_is_and_what_to_check() -> None:
    texts = [CONNECTOR.label, CONNECTOR.terms, *(text for option in CONNECTOR.options for text in (option.label, option.help))]
    assert all({"en", "zh-Hans"} <= set(text) and all(text.values()) for text in texts)
