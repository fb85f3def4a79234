"""Hold every connector of the registry to the contract, against a real server of its protocol."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from tests.core.collectors.conformance import Brought, asking, bring, case_of, fresh, has_case

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import BadOption, Mode
from huiying.core.collectors.fetched import RetryLater
from huiying.core.collectors.records import BadFeed
from huiying.core.collectors.registry import CONNECTORS, checked_options

KEYS = sorted(key for key in CONNECTORS if has_case(key))
FAULTS = [(key, fault) for key in KEYS for fault in case_of(key).faults if fault not in ("redirect", "hang")]
NETWORKED = [key for key in KEYS if "redirect" in case_of(key).faults]
HANGING = [key for key in KEYS if "hang" in case_of(key).faults]
LANGUAGES = {"en", "zh-Hans"}


def test_every_connector_that_can_be_asked_states_its_case() -> None:
    assert [key for key, connector in CONNECTORS.items() if connector.mode is not Mode.PUSH and key not in KEYS] == []


@pytest.mark.parametrize("key", KEYS)
def test_it_says_in_both_languages_what_it_is_and_which_terms_to_check(key: str) -> None:
    connector = CONNECTORS[key]
    assert connector.key == key
    texts = [connector.label, connector.terms, *(option.label for option in connector.options)]
    texts += [option.help for option in connector.options if option.help]
    assert [text for text in texts if set(text) < LANGUAGES or not all(text.values())] == []


@pytest.mark.parametrize("key", KEYS)
def test_its_own_options_are_accepted_and_an_unknown_one_is_refused_by_name(key: str) -> None:
    case = case_of(key)
    checked_options(CONNECTORS[key], case.options)
    with pytest.raises(BadOption) as refused:
        checked_options(CONNECTORS[key], {**case.options, "colour": "red"})
    assert (refused.value.key, refused.value.code) == ("colour", "unknown_option")
    assert all(option.key in refused.value.accepted for option in CONNECTORS[key].options)


@pytest.mark.parametrize("key", KEYS)
def test_items_have_the_same_ids_for_whoever_asks(key: str) -> None:
    async def twice() -> tuple[Brought, Brought]:
        async with asking(case_of(key)) as (_served, ask):
            return await bring(fresh(key), ask), await bring(fresh(key), ask)

    first, second = asyncio.run(twice())
    assert first.records and "" not in first.ids and "None" not in first.ids
    assert len(first.ids) == len(first.records)
    assert first.ids == second.ids
    assert first.faults == []


@pytest.mark.parametrize("key", KEYS)
def test_a_repeated_poll_brings_no_item_that_was_not_there(key: str) -> None:
    async def again() -> tuple[Brought, Brought]:
        async with asking(case_of(key)) as (_served, ask):
            first = await bring(CONNECTORS[key], ask)
            return first, await bring(CONNECTORS[key], ask, first.cursor)

    first, second = asyncio.run(again())
    assert second.ids <= first.ids


@pytest.mark.parametrize("key", KEYS)
def test_made_anew_it_goes_on_from_its_cursor(key: str) -> None:
    async def resumed() -> tuple[Brought, Brought]:
        async with asking(case_of(key)) as (served, ask):
            first = await bring(fresh(key), ask)
            served.add()
            return first, await bring(fresh(key), ask, first.cursor)

    first, second = asyncio.run(resumed())
    assert len(second.ids - first.ids) == 1


@pytest.mark.parametrize(("key", "fault"), FAULTS)
def test_whatever_the_other_side_does_the_failure_has_a_reason(key: str, fault: str) -> None:
    async def faulty() -> tuple[set[str], Brought | Exception]:
        async with asking(case_of(key)) as (served, ask):
            normal = await bring(fresh(key), ask)
            served.misbehave(fault)
            try:
                return normal.ids, await bring(fresh(key), ask)
            except (FetchError, BadFeed) as error:
                return normal.ids, error

    normal, outcome = asyncio.run(faulty())
    if isinstance(outcome, Brought):
        assert all(reading.reason and len(reading.raw) < 10_000 for reading in outcome.faults)
        if fault in ("empty", "bomb", "endless", "loop", "later", "forbidden", "gone", "broken_server"):
            assert outcome.ids <= normal
    elif fault == "later":
        assert isinstance(outcome, RetryLater)
        assert outcome.seconds == 120
    else:
        assert str(outcome)


@pytest.mark.parametrize("key", KEYS)
def test_after_a_failure_the_old_cursor_still_brings_everything(key: str) -> None:
    async def recovered() -> tuple[Brought, Brought]:
        case = case_of(key)
        async with asking(case) as (served, ask):
            first = await bring(fresh(key), ask)
            served.add()
            served.misbehave(case.faults[0])
            with contextlib.suppress(FetchError, BadFeed):
                await bring(fresh(key), ask, first.cursor)
            served.misbehave("")
            return first, await bring(fresh(key), ask, first.cursor)

    first, second = asyncio.run(recovered())
    assert len(second.ids - first.ids) == 1


@pytest.mark.parametrize("key", NETWORKED)
def test_a_redirect_to_a_forbidden_address_is_never_dialled(key: str) -> None:
    async def led_away() -> tuple[int, Brought | FetchError]:
        async with asking(case_of(key)) as (served, ask):
            served.misbehave("redirect")
            try:
                return served.trapped, await bring(fresh(key), ask)
            except FetchError as error:
                return served.trapped, error

    trapped, outcome = asyncio.run(led_away())
    assert trapped == 0
    assert isinstance(outcome, FetchError)
    assert outcome.code in ("refused_address", "redirect_refused")


@pytest.mark.parametrize("key", HANGING)
def test_it_can_be_cancelled_while_the_other_side_says_nothing(key: str) -> None:
    async def cancelled() -> asyncio.Task[Brought]:
        async with asking(case_of(key)) as (served, ask):
            served.misbehave("hang")
            task = asyncio.create_task(bring(fresh(key), ask))
            await served.asked.wait()
            task.cancel()
            await asyncio.wait([task])
            return task

    assert asyncio.run(cancelled()).cancelled()


@pytest.mark.parametrize("key", KEYS)
def test_who_wrote_stands_nowhere_but_in_the_author_handle(key: str) -> None:
    async def once() -> Brought:
        async with asking(case_of(key)) as (_served, ask):
            return await bring(fresh(key), ask)

    brought = asyncio.run(once())
    for record in brought.records:
        said = f"{record.item_id} {record.title} {record.text} {record.url} {record.channel} {record.extra} {record.place}"
        assert [handle for handle in case_of(key).handles if handle in said] == []
    assert [cursor for handle in case_of(key).handles if handle in (cursor := str(brought.cursor))] == []
