"""Masking and cleaning of foreign text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.formats.cleaning import clean, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678找我", "电话[phone]找我"),
        ("+86 138 1234 5678", "[phone]"),
        ("138-1234-5678", "[phone]"),
        ("拨010-62345678", "拨[phone]"),
        ("（0571）87654321", "[phone]"),
        ("call +44 20 7946 0958 now", "call [phone] now"),
        ("身份证11010519491231002X。", "身份证[id]。"),
        ("写信 wang.li+1@mail.example.cn 谢谢", "写信 [email] 谢谢"),
        ("转发@小王_abc 说", "转发@user 说"),
        ("＠张三 你好", "@user 你好"),
        ("@user 你好", "@user 你好"),
        ("车牌京A12345在此", "车牌[plate]在此"),
        ("粤B·D12345", "[plate]"),
        ("家住幸福路12号3单元502室", "家住幸福路[address]"),
        ("中山北路100弄8号楼", "中山北路[address]"),
        ("12栋2单元301室漏水", "[address]漏水"),
        ("at 221 Baker Street, Flat 2 today", "at [address] today"),
    ],
)
def test_what_points_at_a_person_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "11月23日停水",
        "2026-11-23 10:00",
        "血压120/80",
        "热线12345",
        "浓度0.05mg/L",
        "地铁10号线停运",
        "1000户停水，约3200人",
        "订单20261123",
        "京东 A股",
        "G20峰会",
        "第5号台风",
    ],
)
def test_ordinary_figures_are_left_alone(text: str) -> None:
    assert mask(text) == text


def test_control_characters_and_lone_surrogates_become_storable() -> None:
    assert clean("a\0b\ud83dc\x1b\n\td") == "ab\ufffdc\n\td"
    assert clean("表情😀好") == "表情😀好"


@given(st.text(alphabet=st.characters(), max_size=300))
def test_cleaned_text_can_always_be_encoded_and_masking_is_stable(text: str) -> None:
    cleaned = mask(clean(text))
    assert "\0" not in cleaned
    cleaned.encode()
    assert mask(cleaned) == cleaned


@pytest.mark.parametrize("piece", ["a", "@", "1", "1 ", "路1", "a.b@", "+1 2", "1 Aa "])
def test_a_long_run_of_one_piece_is_masked_in_no_time(piece: str) -> None:
    started = time.monotonic()
    mask(piece * (20_000 // len(piece)))
    assert time.monotonic() - started < 2.0
