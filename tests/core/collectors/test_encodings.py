"""Decode bytes whose declared encoding may be wrong, and measure how plausible a text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.collectors.encodings import codec_of, decode
from huiying.core.collectors.plausible import plausibility

CHINESE = "今天早上小区自来水发黄，居民拨打热线投诉，物业称管道检修"
TRADITIONAL = "颱風來襲，台鐵全線停駛，民眾抱怨資訊不足"
JAPANESE = "東京メトロで運転見合わせ、利用者が駅にあふれる"
KOREAN = "지하철 운행이 중단되어 시민들이 불편을 겪고 있다"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        (TRADITIONAL, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "cp949"),
        ("В городе отключили воду", "cp1251"),
        ("В городе отключили воду", "koi8_r"),
        ("Über Nacht fiel in München das Wasser aus", "cp1252"),
        ("Żółta woda płynie z kranów", "cp1250"),
        ("Διακοπή νερού στην Αθήνα", "cp1253"),
    ],
)
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "big5", "gbk", "shift_jis", "euc-kr", "windows-1251"])
def test_the_text_wins_over_what_is_declared(text: str, codec: str, declared: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?><t>{text}</t>'.encode(codec)
    assert decode(body).text.endswith(f"<t>{text}</t>")
    assert decode(f"<t>{text}</t>".encode(codec), content_type=f"text/html; charset={declared}").text == f"<t>{text}</t>"


@pytest.mark.parametrize(
    ("body", "text", "encoding"),
    [
        (b"\xef\xbb\xbfa", "a", "utf-8"),
        (b"\xff\xfe" + CHINESE.encode("utf-16-le"), CHINESE, "utf-16-le"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), CHINESE, "utf-16-be"),
        (b"\xff\xfe\0\0" + CHINESE.encode("utf-32-le"), CHINESE, "utf-32-le"),
        (b"\x84\x31\x95\x33" + CHINESE.encode("gb18030"), CHINESE, "gb18030"),
        ("<a>b</a>".encode("utf-16-le"), "<a>b</a>", "utf-16-le"),
        ("<a>b</a>".encode("utf-16-be"), "<a>b</a>", "utf-16-be"),
        (JAPANESE.encode("iso2022_jp"), JAPANESE, "iso-2022-jp"),
        (b"", "", "utf-8"),
        (b"plain", "plain", "utf-8"),
    ],
)
def test_what_proves_itself_is_believed(body: bytes, text: str, encoding: str) -> None:
    decoded = decode(body)
    assert (decoded.text, decoded.encoding, decoded.mended) == (text, encoding, False)


def test_the_meta_element_of_a_page_is_heard() -> None:
    page = b'<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head>' + CHINESE.encode("gbk")
    assert decode(page).declared == "gb2312" and decode(page).text.endswith(CHINESE)


def test_hz_is_read_only_where_it_is_declared() -> None:
    body = CHINESE.replace("，", "").encode("hz")
    assert decode(body, content_type="text/plain; charset=hz-gb-2312").text == CHINESE.replace("，", "")
    assert decode(b"~{a~}").text == "~{a~}"


def test_pieces_in_another_encoding_are_mended_and_said_to_be() -> None:
    mixed = decode(f"<a>{CHINESE}</a>".encode() * 3 + f"<b>{CHINESE}</b>".encode("gb18030"))
    assert mixed.text.count(CHINESE) == 4 and mixed.mended


def test_text_that_was_misread_and_saved_again_is_mended() -> None:
    assert decode(f"<a>{CHINESE}</a>".encode().decode("latin-1").encode()).text == f"<a>{CHINESE}</a>"


@pytest.mark.parametrize("text", ["café déjà Ã la carte", "GARÇÃO São", "→ ✓", "naïve", "a — b", "Ã", "5 × 3 ÷ 2", "ΑΒΓ", "😀👍"])
def test_true_text_that_looks_odd_is_left_alone(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding, decoded.mended) == (text, "utf-8", False)


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("GB2312", "gb18030"),
        (" gbk ", "gb18030"),
        ("x-sjis", "cp932"),
        ("ISO-8859-1", "cp1252"),
        ("windows-1251", "windows-1251"),
        ("no-such-code", ""),
        ("utf-7", ""),
        ("base64", ""),
        ("rot13", ""),
        ("idna", ""),
        ("undefined", ""),
        ("", ""),
    ],
)
def test_a_label_means_a_codec_of_characters_or_nothing(label: str, codec: str) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize("text", [CHINESE, TRADITIONAL, JAPANESE, KOREAN])
@pytest.mark.parametrize("wrong", ["cp1252", "cp949", "cp932", "big5hkscs", "gb18030", "cp1251", "cp874"])
def test_a_true_reading_is_more_plausible_than_a_wrong_one(text: str, wrong: str) -> None:
    misread = text.encode("utf-8").decode(wrong, "replace")
    assert plausibility(text) > plausibility(misread)


@given(
    st.binary(max_size=300), st.sampled_from(["", "text/xml; charset=gbk", "text/xml; charset=\x00", "charset=utf-16", "charset=base64"])
)
def test_any_bytes_are_decoded(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type=content_type).text, str)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=20))
def test_whatever_is_written_in_utf_8_comes_back(text: str) -> None:
    decoded = decode(f"\ufeff{text}".encode())
    assert decoded.encoding == "utf-8" and (decoded.text == text or decoded.mended)
