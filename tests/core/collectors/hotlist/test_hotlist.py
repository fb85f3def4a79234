"""Read JSON lists by mapping files."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from tests.core.collectors.conformance import NOW
from tests.core.collectors.site import Site, faults, on_site, records

from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.contract import Answer, BadOption
from huiying.core.collectors.hotlist.mapping import read_mapping
from huiying.core.collectors.hotlist.reading import preview
from huiying.core.collectors.records import Record
from huiying.core.collectors.registry import CONNECTORS

PAGE = Path(__file__).parents[4] / "docs/reference/collectors/hotlist.md"


def read(value: object, mapping: str, *, now: datetime = NOW) -> list[Record]:
    """Return the records that a mapping makes of a value."""
    return list(preview(value, read_mapping(mapping), base="https://hot.example/api", now=now).records)


def one(item: object, fields: str) -> Record:
    """Return the record of one item."""
    (record,) = read([item], f"version: 1\nitems: '@'\nfields: {fields}")
    return record


def test_the_example_in_the_documentation_is_read_as_the_page_says() -> None:
    blocks = re.findall(r"```(json|yaml)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    answer = json.loads(next(text for kind, text in blocks if kind == "json"))
    mapping = next(text for kind, text in blocks if kind == "yaml")
    first, second = read(answer, mapping)
    assert (first.text, first.item_id, first.url) == ("自来水发黄", "t-1001", "https://hot.example/topic/t-1001")
    assert first.published_at == datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
    assert (first.extra, first.language, first.channel) == ({"heat": 3_580_000, "rank": 1}, "zh", "热榜")
    assert second.extra["heat"] == 912_000


def test_items_may_lie_deep_and_be_chosen() -> None:
    value = {
        "data": {"cards": [{"group": [{"t": "停水", "ad": False}, {"t": "广告", "ad": True}]}, {"group": [{"t": "停电", "ad": False}]}]}
    }
    found = read(value, "version: 1\nitems: 'data.cards[].group[] | [?!ad]'\nfields: {title: t}")
    assert [record.text for record in found] == ["停水", "停电"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("358万", 3_580_000), ("1.2亿", 120_000_000), ("1,234", 1234), (77, 77), ("12.5", 12.5), ("沸", None), ("", None), (None, None)],
)
def test_heat_is_a_number_however_it_is_written(text: object, number: float | None) -> None:
    assert one({"t": "停水", "h": text}, "{title: t, heat: h}").extra.get("heat") == number


@pytest.mark.parametrize(
    ("said", "rule", "read_as"),
    [
        (1795506000, "{path: at, format: seconds}", "2026-11-24T07:40:00"),
        ("1795506000", "{path: at, format: seconds}", "2026-11-24T07:40:00"),
        (1795506000123, "{path: at, format: milliseconds}", "2026-11-24T07:40:00"),
        ("2026-11-24 15:40", "at", "2026-11-24T07:40:00"),
        ("2026-11-24 07:40", "{path: at, zone: UTC}", "2026-11-24T07:40:00"),
        ("20分钟前", "at", "2026-11-24T07:40:00"),
    ],
)
def test_a_time_is_read_in_its_format(said: object, rule: str, read_as: str) -> None:
    published = one({"t": "停水", "at": said}, f"{{title: t, published_at: {rule}}}").published_at
    assert published is not None
    assert published.isoformat().startswith(read_as)


@pytest.mark.parametrize(("said", "rule"), [("soon", "at"), ("x", "{path: at, format: seconds}"), (1e300, "{path: at, format: seconds}")])
def test_a_time_that_is_none_is_told(said: object, rule: str) -> None:
    shown = preview(
        [{"t": "停水", "at": said}], read_mapping(f"version: 1\nitems: '@'\nfields: {{title: t, published_at: {rule}}}"), base="", now=NOW
    )
    assert (shown.found, len(shown.records), len(shown.faults)) == (1, 0, 1)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/topic/1", "https://hot.example/topic/1"),
        ("https://a.example/?q=停水", "https://a.example/?q=停水"),
        ("javascript:alert(1)", ""),
        ("https://user:pass@a.example/", ""),
        ("", ""),
        (7, "https://hot.example/7"),
    ],
)
def test_an_address_is_made_whole_and_refused_when_it_is_none(link: object, url: str) -> None:
    assert one({"t": "停水", "u": link}, "{title: t, url: u}").url == url


def test_a_template_escapes_what_it_is_filled_with() -> None:
    record = one({"t": "停水?&x=1/../"}, '{title: t, url: {template: "https://a.example/s?q={title}&p=1"}}')
    assert record.url == "https://a.example/s?q=%E5%81%9C%E6%B0%B4%3F%26x%3D1%2F..%2F&p=1"


def test_without_an_id_the_words_are_the_id_and_once_a_day_they_count_anew() -> None:
    mapping = "version: 1\nitems: '@'\nfields: {title: t}"
    (plain,), (later,) = read([{"t": "停水"}], mapping), read([{"t": "停水"}], mapping, now=NOW + timedelta(days=1))
    assert plain.item_id == later.item_id
    daily = mapping + "\nonce_per: day"
    (today,), (same,), (tomorrow,) = (read([{"t": "停水"}], daily, now=NOW + timedelta(hours=hours)) for hours in (0, 1, 24))
    assert today.item_id == same.item_id != tomorrow.item_id


def test_items_that_say_nothing_are_told_and_the_rest_is_read() -> None:
    shown = preview(
        [{"t": "停水"}, {}, None, 7, {"t": ["x"]}], read_mapping("version: 1\nitems: '@'\nfields: {title: t}"), base="", now=NOW
    )
    assert [fault.reason for fault in shown.faults] == ["neither title nor text"] * 4
    assert len(shown.records) == 1


@pytest.mark.parametrize("value", [{}, None, 7, "x", {"data": {"list": {"a": 1}}}])
def test_a_path_that_leads_to_no_list_is_a_failure(value: object) -> None:
    with pytest.raises(FetchError) as refused:
        read(value, "version: 1\nitems: data.list\nfields: {title: t}")
    assert (refused.value.code, refused.value.detail) == ("no_items", "data.list")


@pytest.mark.parametrize(
    ("mapping", "place", "accepted"),
    [
        ("", "", "an object with version"),
        ("- a", "", "an object with version"),
        ("a: [", "", "line 1"),
        ("version: 2\nitems: a\nfields: {title: t}", "version", "1"),
        ("version: 1\nitems: a\nfields: {title: t}\ncolour: red", "colour", "version, name, items, fields, once_per"),
        ("version: 1\nitems: a\nfields: {titel: t}", "fields.titel", "title, text, url"),
        ("version: 1\nitems: a\nfields: [t]", "fields", "an object with some of title"),
        ("version: 1\nitems: a\nfields: {url: u}", "fields", "a title or a text is required"),
        ("version: 1\nfields: {title: t}", "items", "a JMESPath expression"),
        ("version: 1\nitems: 'a['\nfields: {title: t}", "items", "a JMESPath expression"),
        ("version: 1\nitems: a\nfields: {title: 7}", "fields.title", "a path, or an object with path"),
        ("version: 1\nitems: a\nfields: {title: {path: a, value: b}}", "fields.title", "exactly one of path, value, template"),
        ("version: 1\nitems: a\nfields: {title: {}}", "fields.title", "exactly one of"),
        ("version: 1\nitems: a\nfields: {title: {pfad: a}}", "fields.title.pfad", "path, value, template"),
        ("version: 1\nitems: a\nfields: {title: t, published_at: {path: a, format: unix}}", "fields.published_at.format", "seconds"),
        ("version: 1\nitems: a\nfields: {title: t, published_at: {path: a, zone: Mars}}", "fields.published_at.zone", "Asia/Shanghai"),
        ("version: 1\nitems: a\nfields: {title: t, url: {template: 'https://a/{nix}'}}", "fields.url.template", "title, text, id"),
        ("version: 1\nitems: a\nfields: {title: t, url: {template: 'https://a/'}}", "fields.url.template", "names in braces"),
        ("version: 1\nitems: a\nfields: {title: t}\nonce_per: week", "once_per", "ever, day"),
        ("x" * 30_000, "", "at most 20000 characters"),
        ("!!python/object/apply:os.system ['true']", "", "YAML or JSON text"),
        ("[" * 5_000, "", "YAML or JSON text"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_at_its_place_with_what_is_accepted(mapping: str, place: str, accepted: str) -> None:
    with pytest.raises(BadOption) as refused:
        CONNECTORS["hotlist"].check("https://hot.example/", {"mapping": mapping})
    assert (refused.value.key, refused.value.value) == ("mapping", place)
    assert accepted in refused.value.accepted


def test_a_list_is_read_once_and_then_only_what_is_new_on_it() -> None:
    async def act(site: Site) -> list[Answer]:
        options = {"mapping": "version: 1\nitems: list\nfields: {title: t}"}
        answers: list[Answer] = []
        for topics in (["停水", "停电"], ["停电", "停水"], ["停气", "停水"]):
            value = {"list": [{"t": topic} for topic in topics]}
            site.pages["/hot"] = lambda _request, value=value: web.json_response(value)  # type: ignore[misc]
            answers.append(await site.poll("hotlist", "/hot", options, after=answers[-1] if answers else None))
        return answers

    answers = on_site({}, act)
    assert [[record.text for record in records(answer)] for answer in answers] == [["停水", "停电"], [], ["停气"]]
    assert all(not faults(answer) for answer in answers)


def test_more_items_than_a_list_has_are_cut_and_told() -> None:
    shown = preview([{"t": str(n)} for n in range(1_500)], read_mapping("version: 1\nitems: '@'\nfields: {title: t}"), base="", now=NOW)
    assert (len(shown.records), [fault.place for fault in shown.faults]) == (1_000, ["item 1001"])
