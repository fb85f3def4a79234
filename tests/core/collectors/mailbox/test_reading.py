"""Letters in every encoding, from people and from machines."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.collectors.mailbox.letters import letter, raw, single

from huiying.core.collectors.mailbox.reading import own_words, read_message
from huiying.core.collectors.records import Record, Unreadable

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
ARRIVED = datetime(2026, 11, 23, 2, 0, 5, tzinfo=UTC)
TEXT = "城东区幸福路从昨天起停水，自来水发黄有异味，请尽快处理。"
DATE = "Date: Mon, 23 Nov 2026 10:00:00 +0800\nMessage-ID: <1@b.example>"


def read(message: bytes) -> Record | Unreadable:
    """Read one message as it arrived."""
    return read_message(message, place="message 1", arrived=ARRIVED, now=NOW)


def record(message: bytes) -> Record:
    """Read one message that must be a record."""
    found = read(message)
    assert isinstance(found, Record), found
    return found


@pytest.mark.parametrize("transfer", ["base64", "quoted-printable", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gb2312", "big5hkscs"])
def test_a_text_is_read_in_every_encoding(charset: str, transfer: str) -> None:
    text = TEXT if charset != "big5hkscs" else "城東區幸福路從昨天起停水，自來水發黃有異味，請盡快處理。"
    assert record(single(text, charset, transfer)).text == text


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "us-ascii", "no-such-code", ""])
def test_a_wrong_or_missing_declaration_does_not_spoil_the_text(declared: str) -> None:
    assert record(single(TEXT, "gb18030", "base64", declared=declared)).text == TEXT


@pytest.mark.parametrize(
    "subject",
    [
        "=?gb2312?B?" + b64encode("自来水发黄".encode("gb18030")).decode() + "?=",
        "=?UTF-8?B?"
        + b64encode("自来水发黄".encode()[:7]).decode()
        + "?=\n =?UTF-8?B?"
        + b64encode("自来水发黄".encode()[7:]).decode()
        + "?=",
        "=?UTF-8?Q?=E8=87=AA=E6=9D=A5=E6=B0=B4?= =?UTF-8?Q?=E5=8F=91=E9=BB=84?=",
        "自来水发黄",
        "自来水发黄".encode("gb18030").decode("utf-8", "surrogateescape"),
        "Re: 回复：Fw: 自来水发黄",
    ],
)
def test_a_subject_is_read_as_it_was_meant(subject: str) -> None:
    message = raw(f"From: a@b.example\nSubject: {subject}\n{DATE}\nContent-Type: text/plain; charset=utf-8", b"x")
    assert record(message).title.replace(" ", "") == "自来水发黄"


def test_html_becomes_text_without_scripts_and_quotations() -> None:
    old = "<blockquote>旧信</blockquote><div class=gmail_quote>更旧</div>"
    page = f"<html><style>p{{}}</style><p>水还是<b>黄</b>的</p><script>x()</script>{old}</html>"
    assert record(single(page, "utf-8", "base64", kind="text/html")).text == "水还是黄的"


def test_plain_text_goes_before_html_and_attachments_are_names_alone() -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "a@b.example", "s", "Mon, 23 Nov 2026 10:00:00 +0800"
    mail.set_content("plain words")
    mail.add_alternative("<p>html words</p>", subtype="html")
    mail.add_attachment(b"\0" * 50_000, maintype="image", subtype="jpeg", filename="水样照片.jpg")
    mail.add_attachment("secret table", filename="名单.csv")
    assert record(mail.as_bytes()).text == "plain words\n[水样照片.jpg, 名单.csv]"


def test_the_sender_stands_in_the_handle_and_nowhere_else() -> None:
    found = record(letter(1, text="我是王小明，请回复 Wang.Xiaoming@mail.example。\n水黄。"))
    assert found.author_handle == "wang.xiaoming@mail.example"
    assert found.text == "我是[…]，请回复 […]。\n水黄。"
    assert "example" not in str(found.item_id)


@pytest.mark.parametrize(
    "text",
    [
        "水还是黄的。\n\n在 2026年11月23日，客服 <a@b> 写道：\n> 已处理\n> 请放心",
        "水还是黄的。\n\nOn Mon, 23 Nov 2026 at 10:00, Water <a@b.example> wrote:\n> done",
        '水还是黄的。\n\n------------------ 原始邮件 ------------------\n发件人: "客服"\n旧信',
        "水还是黄的。\n\n-----Original Message-----\nFrom: x\nold",
        "水还是黄的。\n\n发件人： 客服\n发送时间： 2026年11月23日\n收件人： 我\n主题： 回复\n\n旧信",
        "水还是黄的。\n-- \n张三\n城东区",
        "水还是黄的。\n\n发自我的iPhone",
        "> 已处理\n> 请放心\n水还是黄的。",
        "水还是黄的。\r\n\r\n________________________________\r\nFrom: x\r\nold",
    ],
)
def test_only_the_writers_own_new_words_are_kept(text: str) -> None:
    assert own_words(text) == "水还是黄的。"


def test_a_line_that_only_looks_like_a_header_stays() -> None:
    text = "你好\n日期：11月23日\n地点：城东区\n水黄"
    assert own_words(text) == text


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ("From: a@b.example\nAuto-Submitted: auto-replied", "automatic reply"),
        ("From: a@b.example\nX-Autoreply: yes", "automatic reply"),
        ("From: a@b.example\nPrecedence: bulk", "circular"),
        ("From: MAILER-DAEMON@b.example", "machine"),
        ("From: no-reply@b.example", "machine"),
        ("Return-Path: <>\nFrom: a@b.example", "machine"),
        ("From: a@b.example\nContent-Type: multipart/report; boundary=x", "bounce"),
        ("From: a@b.example\nContent-Type: application/pkcs7-mime", "encrypted"),
        ("From: a@b.example", "says nothing"),
    ],
)
def test_what_no_person_wrote_is_passed_over_with_its_reason(headers: str, words: str) -> None:
    found = read(raw(headers))
    assert isinstance(found, Unreadable) and words in found.reason and found.raw == ""


def test_the_time_is_the_writers_own_unless_it_cannot_be() -> None:
    assert record(letter(1)).published_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    for date in ("Mon, 23 Nov 2037 10:00:00 +0800", "Thu, 01 Jan 1970 00:00:00 +0000"):
        assert record(letter(1, date=date)).published_at == ARRIVED
    assert record(raw("From: a@b.example\nSubject: s\nDate: someday", b"x")).published_at == ARRIVED


def test_the_same_letter_has_the_same_id_with_and_without_a_message_id() -> None:
    assert record(letter(1)).item_id == record(letter(1)).item_id != record(letter(2)).item_id
    bare = raw("From: a@b.example\nSubject: s", b"x")
    assert record(bare).item_id == record(bare).item_id


def test_a_message_attached_to_a_message_is_only_named() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@b.example", "s"
    outer.set_content("see below")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "c@d.example", "inner"
    inner.set_content("words of somebody else")
    outer.add_attachment(inner)
    assert "somebody else" not in record(outer.as_bytes()).text


def test_parts_inside_parts_inside_parts_do_not_bring_the_reader_down() -> None:
    lines = ["From: a@b.example", "Subject: s"]
    for depth in range(3000):
        lines += [f'Content-Type: multipart/mixed; boundary="b{depth}"', "", f"--b{depth}"]
    assert isinstance(read("\r\n".join(lines).encode()), (Record, Unreadable))


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"From: a@b\r\nSubject: ", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"])
)
def test_no_bytes_at_all_make_the_reader_raise(tail: bytes, head: bytes) -> None:
    assert isinstance(read(head + tail), (Record, Unreadable))
