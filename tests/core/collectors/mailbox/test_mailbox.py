"""The mailbox as a source, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from tests.core.collectors.conformance import NOW
from tests.core.collectors.mailbox.letters import letter
from tests.core.collectors.mailbox.server import FAULTS, PASSWORD, USER, Imap, serving

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer, Ask, BadOption, Json
from huiying.core.collectors.mailbox import CONNECTOR, client, connector
from huiying.core.collectors.reaching import reach
from huiying.core.collectors.records import Record, Unreadable
from huiying.core.collectors.registry import checked_options


async def fetch(url: str, **_more: Any) -> Any:  # Any: this connector never fetches
    """Refuse: mail is not fetched over HTTP."""
    raise AssertionError(url)


def ask(box: Imap, cursor: Mapping[str, Json] | None = None, *, allow: tuple[str, ...] = ("127.0.0.1/32",), **more: object) -> Ask:
    """Return what the connector gets to work with."""
    options = checked_options(CONNECTOR, {"user": USER, "password": PASSWORD, **more})
    return Ask(box.url, options, cursor or {}, NOW, fetch, partial(reach, allow=allow))


def polled(box: Imap, *, tls: bool = True, allow: tuple[str, ...] = ("127.0.0.1/32",), **more: object) -> Answer:
    """Poll once."""

    async def once() -> Answer:
        async with serving(box, tls=tls):
            return await CONNECTOR.poll(ask(box, allow=allow, **more))

    return asyncio.run(once())


def test_letters_are_read_and_nothing_in_the_mailbox_is_changed() -> None:
    box = Imap()
    answer = polled(box)
    assert [record.title for record in answer.records if isinstance(record, Record)] == ["自来水发黄 1", "自来水发黄 2", "自来水发黄 3"]
    assert answer.cursor == {"validity": 7, "uid": 3} and not answer.more
    assert set(box.commands) <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}


def test_a_connection_begun_in_the_open_is_protected_before_the_password() -> None:
    box = Imap()
    assert len(polled(box, tls=False).records) == 3
    assert box.commands.index("STARTTLS") < box.commands.index("LOGIN")


def test_a_server_without_protection_never_sees_the_password() -> None:
    box = Imap(offers_tls=False)
    with pytest.raises(FetchError) as refused:
        polled(box, tls=False)
    assert refused.value.code == "no_tls"
    assert "LOGIN" not in box.commands


def test_a_certificate_that_nobody_vouches_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def once() -> None:
        box = Imap()
        async with serving(box):
            monkeypatch.delenv("SSL_CERT_FILE")
            await CONNECTOR.poll(ask(box))

    with pytest.raises(FetchError) as refused:
        asyncio.run(once())
    assert refused.value.code == "bad_certificate"


def test_a_private_mail_server_is_dialled_only_when_the_operator_lists_it() -> None:
    box = Imap()
    with pytest.raises(FetchError) as refused:
        polled(box, allow=())
    assert refused.value.code == "refused_address"
    assert not box.asked.is_set()


def test_reading_goes_on_after_the_last_message_and_does_not_repeat_it() -> None:
    async def twice() -> tuple[Answer, Answer, Answer]:
        async with serving() as box:
            first = await CONNECTOR.poll(ask(box))
            second = await CONNECTOR.poll(ask(box, first.cursor))
            box.add()
            return first, second, await CONNECTOR.poll(ask(box, second.cursor))

    first, second, third = asyncio.run(twice())
    assert (len(first.records), len(second.records), len(third.records)) == (3, 0, 1)
    assert second.cursor == first.cursor


def test_a_mailbox_that_was_built_anew_is_read_from_its_beginning() -> None:
    async def rebuilt() -> Answer:
        async with serving() as box:
            first = await CONNECTOR.poll(ask(box))
            box.validity = 8
            box.messages = {1: letter(3), 2: letter(9)}
            return await CONNECTOR.poll(ask(box, first.cursor))

    answer = asyncio.run(rebuilt())
    assert answer.cursor == {"validity": 8, "uid": 2}
    assert len(answer.records) == 2


def test_a_full_mailbox_is_read_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "MESSAGES_PER_POLL", 4)

    async def portions() -> list[int]:
        async with serving(Imap(messages={n: letter(n) for n in range(1, 11)})) as box:
            cursor: Mapping[str, Json] = {}
            counts = []
            while True:
                answer = await CONNECTOR.poll(ask(box, cursor))
                counts.append(len(answer.records))
                cursor = answer.cursor
                if not answer.more:
                    return counts

    assert asyncio.run(portions()) == [4, 4, 2]


def test_a_bounce_among_the_letters_is_named_and_the_others_are_read() -> None:
    box = Imap()
    box.messages[2] = letter(2, Auto_Submitted="auto-replied")
    found = polled(box).records
    assert [type(item) for item in found] == [Record, Unreadable, Record]
    assert found[1].place == "message 2"


def test_a_letter_longer_than_the_limit_is_read_as_far_as_that() -> None:
    box = Imap(messages={1: letter(1, text="水黄。" + "x" * (client.MESSAGE_LIMIT + 10))})
    (found,) = polled(box).records
    assert isinstance(found, Record) and found.text.startswith("水黄。")


@pytest.mark.parametrize("folder", ["投诉 & 建议", 'a"b\\c', "12345热线"])
def test_a_folder_of_any_name_is_opened(folder: str) -> None:
    box = Imap(folder=client._quoted(folder)[1:-1])
    assert len(polled(box, folder=folder).records) == 3


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("login", "login_refused"),
        ("folder", "no_such_folder"),
        ("no_validity", "bad_answer"),
        ("search_no", "bad_answer"),
        ("search_words", "bad_answer"),
        ("fetch_no", "bad_answer"),
        ("garbage", "bad_answer"),
        ("empty", "bad_answer"),
        ("wrong_tag", "bad_answer"),
        ("bye", "bad_answer"),
        ("cut", "bad_answer"),
        ("huge_literal", "too_large"),
        ("endless_answers", "too_large"),
        ("endless_line", "bad_answer"),
    ],
)
def test_every_way_to_misbehave_has_its_reason(fault: str, code: str) -> None:
    with pytest.raises(FetchError) as refused:
        polled(Imap(fault=fault))
    assert refused.value.code == code, refused.value


def test_a_server_that_never_answers_is_given_up_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "DEADLINE", 0.3)
    with pytest.raises(FetchError) as refused:
        polled(Imap(fault="hang"))
    assert refused.value.code == "too_slow"


def test_the_password_is_in_no_refusal() -> None:
    for fault in FAULTS:
        if fault != "hang":
            with pytest.raises(FetchError) as refused:
                polled(Imap(fault=fault))
            assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["https://mail.example", "imaps://user@mail.example", "imaps://mail.example/INBOX", "imaps://", "imaps://a b"]
)
def test_an_address_that_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTOR.check(url, {})
    assert refused.value.key == "url"


def test_an_impossible_folder_is_refused() -> None:
    CONNECTOR.check("imaps://mail.example", {"folder": "投诉"})
    with pytest.raises(BadOption):
        CONNECTOR.check("imaps://mail.example", {"folder": "a\r\nb DELETE c"})
