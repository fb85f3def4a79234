"""What asks, what demands, and what only looks like it."""

from __future__ import annotations

import pytest

from huiying.core.analysis.asking import SLOTS, Kind, Tone, ask_of, slots_of
from huiying.core.analysis.sayings import folded


def kind_of(text: str) -> Kind | None:
    ask = ask_of(folded([text])[0])
    return ask.kind if ask else None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("到底几点能来水？", Kind.WHEN),
        ("什麼時候恢復供水？", Kind.WHEN),
        ("请问临时取水点在哪里", Kind.WHERE),
        ("谁来负责？", Kind.WHO),
        ("为什么不提前通知？", Kind.WHY),
        ("有多少人受伤？", Kind.HOW_MUCH),
        ("孩子喝了怎么办", Kind.HOW),
        ("这水还能不能喝", Kind.WHETHER),
        ("桶装水卖完了吗", Kind.WHETHER),
        ("检测报告里写的是什么？", Kind.WHAT),
        ("请公布检测报告！", Kind.DEMAND),
        ("给个说法！", Kind.DEMAND),
        ("When will the water be back?", Kind.WHEN),
        ("where can we get water", Kind.WHERE),
        ("Who is responsible for this?", Kind.WHO),
        ("why is it brown?", Kind.WHY),
        ("How many people are sick?", Kind.HOW_MUCH),
        ("Is it safe to drink?", Kind.WHETHER),
        ("Please publish the test results.", Kind.DEMAND),
        ("We demand an inquiry", Kind.DEMAND),
    ],
)
def test_each_kind_is_known_in_both_languages(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "水是黄的。",
        "无论什么时候都要冷静",
        "没什么大事",
        "请大家不要传谣",
        "市政府要求各部门抢修",
        "一文看懂水为什么会黄",
        "The water is brown.",
        "Please share this with your neighbours.",
        "Officials urged residents to boil water.",
        "When I got home the tap was dry.",
        "",
        "？",
        "😀",
        "!!!???",
        "\ud800？",
        "متى تعود المياه؟",
    ],
)
def test_what_only_looks_like_it_is_neither(text: str) -> None:
    assert kind_of(text) is None


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("这水能喝吗？", Tone.OPEN),
        ("难道非要出人命才管？", Tone.RHETORICAL),
        ("这不是坑老百姓吗？", Tone.RHETORICAL),
        ("你们怎么看？", Tone.RHETORICAL),
        ("How many more people have to die?", Tone.RHETORICAL),
        ("记者问：“什么时候公布？”", Tone.QUOTED),
        ("【自来水为什么发黄？】", Tone.QUOTED),
        ('A reporter asked "when will it reopen?"', Tone.QUOTED),
    ],
)
def test_a_reproach_and_another_s_question_are_told_apart(text: str, tone: Tone) -> None:
    ask = ask_of(folded([text])[0])
    assert ask is not None and ask.tone is tone


def test_slots_are_named_in_a_fixed_order() -> None:
    assert slots_of("水质安全吗,谁负责赔偿") == ("safety", "compensation", "responsible")
    assert list(SLOTS) == list(dict.fromkeys(SLOTS))


def test_a_hostile_sentence_is_answered_at_once() -> None:
    for text in ("请" * 100_000, "不" * 100_000, "a " * 100_000, "“" * 100_000, "please " * 50_000):
        for piece in (text[:1500], folded([text])[0][:90]):
            ask = ask_of(piece)
            assert ask is None or (text[0] == "不" and ask.slots == ())
