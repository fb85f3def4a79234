"""Listen to a real WebSocket that speaks Jetstream."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest
from tests.core.collectors.conformance import Brought, asking, bring, fresh
from tests.core.collectors.jetstream.case import CASE, DID, START, JetstreamServed, deletion, post

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer, Ask, BadOption, Json
from huiying.core.collectors.jetstream.reading import Wanted
from huiying.core.collectors.registry import CONNECTORS, checked_options

Events = list[dict[str, object]]


def listen(events: Events, cursor: Mapping[str, Json] | None = None, **options: object) -> tuple[Brought, JetstreamServed]:
    """Listen until the stream ends."""

    async def run() -> tuple[Brought, JetstreamServed]:
        async with asking(CASE) as (served, ask):
            assert isinstance(served, JetstreamServed)
            served.events = events

            def with_options(after: Mapping[str, Json]) -> Ask:
                asked = ask(after)
                checked = checked_options(CONNECTORS["jetstream"], {**CASE.options, **options})
                return Ask(asked.url, checked, asked.cursor, asked.now, asked.fetch, asked.reach)

            return await bring(fresh("jetstream"), with_options, cursor), served

    return asyncio.run(run())


def facet(tag: str) -> list[dict[str, object]]:
    """Return the facets of a post with a hashtag."""
    return [{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}], "index": {}}]


def test_only_posts_about_the_matter_are_kept() -> None:
    events = [
        post(1),
        post(2, "今天天气好"),
        post(3, "so dry", facets=facet("WaterMain")),
        post(4, "x", tags=["watermain"]),
        post(5, "＃停水 全角"),
    ]
    brought, _served = listen(events)
    assert [record.text for record in brought.records] == ["北区又停水了 1", "so dry 3", "x 4", "＃停水 全角 5"]


@pytest.mark.parametrize(
    ("text", "hashtags", "languages", "wanted"),
    [
        ("停水了", [], ["zh"], True),
        ("WATER off", [], ["zh"], True),
        ("ｗａｔｅｒ", [], ["zh-Hant"], True),
        ("water", [], ["en"], False),
        ("water", [], [], False),
        ("nothing", ["Burst"], ["zh"], True),
        ("burst", [], ["zh"], False),
        ("#burst", [], ["zh"], False),
    ],
)
def test_words_hashtags_and_languages_decide(text: str, hashtags: list[str], languages: list[str], wanted: bool) -> None:
    assert Wanted.of(["停水", "Water", "#burst"], ["zh"]).matches(text, hashtags, languages) == wanted


def test_a_deletion_is_told_with_the_id_that_the_post_had() -> None:
    brought, _served = listen([post(1), post(2), deletion(1, 5)])
    assert brought.deleted == [brought.records[0].item_id]


def test_an_account_that_was_deleted_is_told_and_one_that_pauses_is_not() -> None:
    gone: dict[str, object] = {
        "did": DID,
        "time_us": START,
        "kind": "account",
        "account": {"active": False, "status": "deleted", "did": DID},
    }
    paused = {**gone, "account": {"active": False, "status": "deactivated", "did": DID}}

    async def run() -> list[Answer]:
        async with asking(CASE) as (served, ask):
            assert isinstance(served, JetstreamServed)
            served.events = [gone, paused]
            return [answer async for answer in CONNECTORS["jetstream"].listen(ask({}))]  # type: ignore[attr-defined]

    assert [handle for answer in asyncio.run(run()) for handle in answer.gone] == [DID]


def test_the_stream_is_asked_for_posts_only_and_no_account() -> None:
    _brought, served = listen([])
    assert parse_qsl(served.requests[0].query_string) == [("wantedCollections", "app.bsky.feed.post"), ("maxMessageSizeBytes", "262144")]
    assert served.requests[0].headers["User-Agent"].startswith("Huiying/")


def test_it_resumes_a_little_before_its_last_event() -> None:
    first, _served = listen([post(1), post(2)])
    assert first.cursor == {"time_us": START + 2_000_000}
    _second, served = listen([], first.cursor)
    assert served.requests[0].query["cursor"] == str(START + 2_000_000 - 5_000_000)


def test_events_about_other_things_move_the_cursor_too() -> None:
    brought, _served = listen([post(7, "今天天气好"), post(8)])
    assert brought.cursor == {"time_us": START + 8_000_000}


def test_what_was_sent_in_one_moment_is_in_answers_of_bounded_size() -> None:
    async def run() -> list[Answer]:
        async with asking(CASE) as (served, ask):
            assert isinstance(served, JetstreamServed)
            served.events = [post(n) for n in range(1, 1_301)]
            return [answer async for answer in CONNECTORS["jetstream"].listen(ask({}))]  # type: ignore[attr-defined]

    answers = asyncio.run(run())
    assert max(len(answer.records) for answer in answers) <= 500
    assert sum(len(answer.records) for answer in answers) == 1_300
    assert [answer.cursor["time_us"] for answer in answers] == sorted(int(str(answer.cursor["time_us"])) for answer in answers)


def test_an_update_is_another_record_and_a_closed_post_is_none() -> None:
    update = post(1)
    update["commit"] = {**update["commit"], "operation": "update", "cid": "d"}  # type: ignore[dict-item]
    closed = post(2, labels={"values": [{"val": "!no-unauthenticated"}]})
    brought, _served = listen([post(1), update, closed])
    first, second = brought.records
    assert str(second.item_id) == f"{first.item_id}#d"
    assert second.extra["edited"] is True


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("2026-11-24T05:59:00.000Z", "2026-11-24T05:59:00"),
        ("2031-01-01T00:00:00Z", "2026-11-24T06:00:01"),
        ("yesterday", "2026-11-24T06:00:01"),
        (None, "2026-11-24T06:00:01"),
        (7, "2026-11-24T06:00:01"),
    ],
)
def test_the_time_of_sending_counts_when_the_stated_one_cannot_be(said: object, published: str) -> None:
    brought, _served = listen([post(1, createdAt=said)])
    assert str(brought.records[0].published_at.isoformat()).startswith(published)  # type: ignore[union-attr]


def test_a_single_poll_listens_until_the_stream_ends_and_gives_all_at_once() -> None:
    async def run() -> Answer:
        async with asking(CASE) as (_served, ask):
            return await CONNECTORS["jetstream"].poll(ask({}))

    answer = asyncio.run(run())
    assert (len(answer.records), answer.cursor["time_us"]) == (3, START + 3_000_000)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("garbage", "not_a_stream"),
        ("huge", "too_large"),
        ("no_socket", "not_a_stream"),
        ("broken_server", "http_status"),
        ("later", "retry_later"),
        ("redirect", "redirect_refused"),
        ("restart", "closed"),
        ("cut", "closed"),
    ],
)
def test_a_failure_has_its_own_code(fault: str, code: str) -> None:
    async def run() -> str:
        async with asking(CASE) as (served, ask):
            served.misbehave(fault)
            with pytest.raises(FetchError) as refused:
                await bring(fresh("jetstream"), ask)
            return refused.value.code

    assert asyncio.run(run()) == code


def test_a_private_address_is_refused_before_any_dial() -> None:
    async def run() -> int:
        async with asking(CASE) as (served, ask):
            assert isinstance(served, JetstreamServed)
            asked = ask({})
            with pytest.raises(FetchError) as refused:
                async for _answer in CONNECTORS["jetstream"].listen(Ask(asked.url, asked.options, {}, asked.now, asked.fetch)):  # type: ignore[attr-defined]
                    pass
            assert refused.value.code == "refused_address"
            return len(served.requests)

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize("word", ["did:plc:abc", "@xiaowang", "#did:plc:abc", "x", "#x"])
def test_words_that_name_an_account_or_say_nothing_are_refused(word: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTORS["jetstream"].check("wss://jetstream.example/subscribe", {"words": ["停水", word]})
    assert refused.value.value == word


@pytest.mark.parametrize("url", ["https://jetstream.example/", "wss://user:pass@jetstream.example/", "wss://", "ws:/x"])
def test_an_address_that_is_no_stream_is_refused(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        CONNECTORS["jetstream"].check(url, {"words": ["停水"]})
    assert refused.value.code == "bad_url"
