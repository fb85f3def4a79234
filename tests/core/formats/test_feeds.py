"""Feeds are valid, carry corrections, and survive hostile text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.formats.atom import ATOM, THREAD, atom
from huiying.core.formats.feed import Feed, FeedItem, instant, readable
from huiying.core.formats.jsonfeed import VERSION, json_feed
from huiying.core.formats.schemaorg import Announcement, CorrectionNote, special_announcement

AT = datetime(2026, 11, 24, 3, 9, tzinfo=UTC)
ITEM = FeedItem("urn:uuid:1", "https://a.example/1/", "情况说明 <b>&", ("已派员。", "We are on it."), AT, AT, ("holding",))
FEED = Feed("urn:uuid:f", "清源水务", "清源水务", "zh-Hans", "https://a.example/", "https://a.example/feed.atom", AT, (ITEM,))


def entries(document: bytes) -> list[ElementTree.Element]:
    return ElementTree.fromstring(document).findall(f"{{{ATOM}}}entry")


def text_of(element: ElementTree.Element, name: str) -> str:
    found = element.find(f"{{{ATOM}}}{name}")
    assert found is not None, name
    return found.text or ""


def test_atom_feed_has_what_the_standard_asks_for() -> None:
    root = ElementTree.fromstring(atom(FEED))
    assert root.tag == f"{{{ATOM}}}feed"
    assert [text_of(root, name) for name in ("id", "title", "updated")] == ["urn:uuid:f", "清源水务", "2026-11-24T03:09:00Z"]
    assert root.find(f"{{{ATOM}}}author/{{{ATOM}}}name") is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{{{ATOM}}}link")}
    assert links == {"self": "https://a.example/feed.atom", "alternate": "https://a.example/"}


def test_atom_entry_escapes_markup_in_titles() -> None:
    (entry,) = entries(atom(FEED))
    assert text_of(entry, "title") == "情况说明 <b>&"
    assert text_of(entry, "content") == "已派员。\n\nWe are on it."


def test_atom_correction_points_to_the_entry_it_corrects() -> None:
    (entry,) = entries(atom(replace(FEED, items=(replace(ITEM, corrects="urn:uuid:0"),))))
    reply = entry.find(f"{{{THREAD}}}in-reply-to")
    assert reply is not None and reply.get("ref") == "urn:uuid:0"


def test_updated_is_never_before_published() -> None:
    early = replace(ITEM, updated_at=AT - timedelta(days=1))
    (entry,) = entries(atom(replace(FEED, items=(early,))))
    assert text_of(entry, "updated") == text_of(entry, "published")


def test_json_feed_has_what_version_1_1_asks_for() -> None:
    document = json.loads(json_feed(FEED))
    assert document["version"] == VERSION
    assert document["title"] and document["items"][0]["id"] == "urn:uuid:1"
    assert document["items"][0]["content_text"].startswith("已派员。")
    assert document["items"][0]["date_published"] == "2026-11-24T03:09:00Z"
    assert "_huiying" not in document


def test_json_feed_of_an_exercise_says_so() -> None:
    assert json.loads(json_feed(replace(FEED, exercise=True, subtitle="演练")))["_huiying"] == {"exercise": True}


def test_json_feed_correction_names_the_corrected_id() -> None:
    document = json.loads(json_feed(replace(FEED, items=(replace(ITEM, corrects="urn:uuid:0"),))))
    assert document["items"][0]["_huiying"] == {"corrects": "urn:uuid:0"}


def test_empty_feed_is_still_a_feed() -> None:
    assert entries(atom(replace(FEED, items=()))) == []
    assert json.loads(json_feed(replace(FEED, items=())))["items"] == []


def test_instant_turns_any_zone_into_utc() -> None:
    assert instant(datetime(2026, 11, 24, 11, 9, tzinfo=timezone(timedelta(hours=8)))) == "2026-11-24T03:09:00Z"


def test_instant_refuses_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        instant(datetime(2026, 11, 24))  # noqa: DTZ001  the fault under test


@given(st.text())
def test_any_text_gives_readable_xml_and_json(text: str) -> None:
    feed = replace(FEED, title=text, items=(replace(ITEM, title=text, paragraphs=(text,)),))
    (entry,) = entries(atom(feed))
    assert text_of(entry, "title") == readable(text).replace("\r\n", "\n").replace("\r", "\n")
    json.loads(json_feed(feed))


def test_announcement_carries_its_correction() -> None:
    note = CorrectionNote("户数有误", "https://a.example/2/", AT)
    announcement = Announcement(
        "urn:uuid:1", "https://a.example/1/", "说明", "正文", "zh-Hans", "清源水务", AT, AT, "https://a.example/feed.atom", note
    )
    document = json.loads(special_announcement(announcement))
    assert document["@type"] == "SpecialAnnouncement"
    assert document["correction"]["@type"] == "CorrectionComment"
    assert document["correction"]["text"] == "户数有误"
    assert "isBasedOn" not in document


def test_announcement_of_a_correction_names_what_it_rests_on() -> None:
    announcement = Announcement(
        "urn:uuid:2",
        "https://a.example/2/",
        "更正",
        "正文",
        "zh-Hans",
        "清源水务",
        AT,
        AT,
        "https://a.example/feed.atom",
        None,
        "https://a.example/1/",
    )
    assert json.loads(special_announcement(announcement))["isBasedOn"] == "https://a.example/1/"
