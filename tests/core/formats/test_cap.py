"""CAP 1.2: what is written is right, and what is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.formats.cap import Alert, CapError, Info, Reference, cap_time, faults_of, to_xml

NOW = datetime(2026, 11, 23, 18, 40, tzinfo=timezone(timedelta(hours=8)))
INFO = Info(
    language="zh-CN", categories=("Infra",), event="停水", urgency="Immediate", severity="Severe", certainty="Observed", effective=NOW,
    onset=NOW, expires=NOW + timedelta(hours=5), sender_name="水务局", headline="橙色预警", description="城东停水", instruction="储水",
    parameters=(("huiying:grade", "ORANGE"),), areas=("城东",),
)  # fmt: skip
ALERT = Alert("a-1", "water.example", NOW, "Actual", "Alert", "Restricted", (INFO,), restriction="内部")
GOOD = to_xml(ALERT).decode()


def test_a_message_holds_its_elements_in_order_and_times_without_z() -> None:
    assert faults_of(GOOD.encode()) == []
    assert "<sent>2026-11-23T18:40:00+08:00</sent>" in GOOD and "Z<" not in GOOD
    assert GOOD.index("<scope>") < GOOD.index("<restriction>") < GOOD.index("<info>") < GOOD.index("<category>") < GOOD.index("<event>")


def changed(old: str, new: str) -> list[str]:
    assert old in GOOD
    return faults_of(GOOD.replace(old, new, 1).encode())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("18:40:00+08:00</sent>", "10:40:00Z</sent>", "never with Z"),
        ("2026-11-23T18:40:00+08:00</sent>", "2026-13-45T18:40:00+08:00</sent>", "never with Z"),
        ("2026-11-23T18:40:00+08:00</sent>", "２０２６-11-23T18:40:00+08:00</sent>", "never with Z"),
        ("<identifier>a-1<", "<identifier>a 1<", "no space"),
        ("<sender>water.example<", "<sender>water,example<", "no space"),
        ("<identifier>a-1<", "<identifier>a&amp;1<", "no space"),
        ("<identifier>a-1</identifier>", "<identifier/>", "is empty"),
        ("<status>Actual<", "<status>Real<", "Actual, Exercise"),
        ("<msgType>Alert<", "<msgType>Update<", "must name the messages"),
        ("<msgType>Alert<", "<msgType>Cancel<", "must name the messages"),
        ("<restriction>内部</restriction>", "", "belongs to the scope Restricted"),
        ("<scope>Restricted<", "<scope>Public<", "belongs to the scope Restricted"),
        ("<scope>Restricted<", "<scope>Secret<", "Public, Restricted, Private"),
        ("<category>Infra</category>", "", "0 of “category”"),
        ("<category>Infra<", "<category>Water<", "Geo, Met"),
        ("<event>停水</event>", "", "0 of “event”"),
        ("<event>停水</event>", "<event>停水</event><event>停水</event>", "2 of “event”"),
        ("<severity>Severe</severity>", "", "0 of “severity”"),
        ("<areaDesc>城东</areaDesc>", "<polygon>1,1 1,2 2,2 1,1</polygon>", "0 of “areaDesc”"),
        ("<headline>橙色预警<", "<headline>&lt;b&gt;橙色<", "markup"),
        ("<headline>橙色预警<", "<headline>&amp;lt;script&amp;gt;橙色<", "markup"),
        ("<headline>", "<headline><b/>", "text only"),
        ("<scope>", "<colour>red</colour><scope>", "does not belong into “alert”"),
        ("<expires>2026-11-23T23", "<expires>2026-11-23T12", "must come before"),
        ("</areaDesc>", "</areaDesc><polygon>1,1 1,2 1,1</polygon>", "at least four points"),
        ("</areaDesc>", "</areaDesc><polygon>1,1 1,2 2,2 2,1</polygon>", "the last the same"),
        ("</areaDesc>", "</areaDesc><polygon>0,0 2,2 0,2 2,0 0,0</polygon>", "cross itself"),
        ("</areaDesc>", "</areaDesc><polygon>0,0 99,2 0,2 0,0</polygon>", "latitude,longitude"),
        ("</areaDesc>", "</areaDesc><ceiling>9</ceiling>", "needs “altitude”"),
        ('xmlns="urn:oasis:names:tc:emergency:cap:1.2"', 'xmlns="urn:oasis:names:tc:emergency:cap:1.1"', "must be “alert”"),
    ],
)
def test_a_fault_is_named(old: str, new: str, words: str) -> None:
    found = changed(old, new)
    assert any(words in fault for fault in found), found


def test_elements_out_of_order_are_named() -> None:
    swapped = GOOD.replace("<status>Actual</status>", "").replace("<scope>", "<status>Actual</status><scope>", 1)
    assert any("out of order" in fault for fault in faults_of(swapped.encode()))


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("water.example,a-1,2026-11-23T18:40:00+08:00", "refer to itself"),
        ("water.example,a-0,2026-11-24T18:40:00+08:00", "later than the message"),
        ("water.example,a-0", "must be sender,identifier,sent"),
        ("water.example,a-0,2026-11-23T10:40:00Z", "must be sender,identifier,sent"),
    ],
)
def test_references_are_checked(reference: str, words: str) -> None:
    text = GOOD.replace("Alert</msgType>", "Update</msgType>").replace("<info>", f"<references>{reference}</references><info>", 1)
    assert any(words in fault for fault in faults_of(text.encode()))


def test_updates_name_what_they_replace() -> None:
    update = replace(ALERT, identifier="a-2", kind="Update", references=(Reference("water.example", "a-1", NOW - timedelta(hours=1)),))
    assert "<references>water.example,a-1,2026-11-23T17:40:00+08:00</references>" in to_xml(update).decode()
    with pytest.raises(CapError, match="replaces no message"):
        to_xml(replace(update, kind="Alert"))


def test_two_languages_need_two_texts_and_one_category() -> None:
    english = replace(INFO, language="en-US")
    with pytest.raises(CapError, match="two languages"):
        to_xml(replace(ALERT, infos=(INFO, english)))
    with pytest.raises(CapError, match="same categories"):
        to_xml(replace(ALERT, infos=(INFO, replace(english, headline="No water", categories=("Health",)))))
    assert to_xml(replace(ALERT, infos=(INFO, replace(english, headline="No water"))))


def test_a_time_needs_its_zone() -> None:
    with pytest.raises(CapError, match="without its zone"):
        cap_time(datetime(2026, 1, 1))  # noqa: DTZ001  without a zone on purpose
    assert cap_time(datetime(2026, 1, 1, tzinfo=UTC)).endswith("+00:00")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<",
        b"\xff\xfe\x00",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>',
        b'<!DOCTYPE alert SYSTEM "file:///etc/passwd"><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>',
        b"<a>" * 5_000,
        b"x" * 1_000_001,
    ],
)
def test_hostile_bytes_are_faults_and_nothing_else(text: bytes) -> None:
    assert faults_of(text)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_people_write_the_message_is_right_or_refused(headline: str, area: str) -> None:
    info = replace(INFO, headline=headline, areas=(area or "城",), description=f"d{headline}")
    try:
        text = to_xml(replace(ALERT, infos=(info,)))
    except CapError:
        return
    assert faults_of(text) == []
