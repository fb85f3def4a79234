"""Key phrases are whole words, said here and not elsewhere, by more than one hand."""

from __future__ import annotations

import random

import pytest

from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.phrases import Background, Phrases, phrases

from .test_questions import say

WATER = [
    "江州自来水公司又停水了",
    "自来水公司电话打不通",
    "我家自来水发黄，联系自来水公司没人管",
    "城东自来水发黄三天",
    "孩子喝了发黄的自来水肚子疼",
    "自来水公司说在检修管道",
    "希望自来水公司给个说法",
    "发黄的水谁敢喝",
    "管道检修要多久",
    "自来水公司的热线占线",
    "小区门口送水车来了",
    "送水车排长队",
]
ELSE = [
    "今天天气真好",
    "我家门口的超市打折",
    "希望明天不要下雨",
    "电话打不通真烦",
    "周末去公园散步",
    "小区门口堵车",
    "孩子放学了",
    "城东开了新饭店",
    "肚子疼去看医生",
    "又下雨了",
] * 5


def found(texts: list[str], behind: list[str] | None = None) -> list[str]:
    background = Background()
    background.add(behind or ELSE)
    result = phrases(say(*texts), background)
    assert isinstance(result, Phrases)
    return [phrase.text for phrase in result.phrases]


def test_chinese_phrases_are_whole_words() -> None:
    words = found(WATER)
    assert "自来水公司" in words
    assert not {"来水公", "水公司", "自来"} & set(words)


def test_what_everybody_says_is_no_key_phrase() -> None:
    assert not {"小区门口", "孩子", "希望"} & set(found(WATER))


def test_english_phrases_may_have_several_words() -> None:
    texts = [
        f"The boil water notice {end}" for end in ("is back", "was lifted", "covers Eastside", "again today", "surprised us", "came late")
    ]
    texts += ["No boil water notice here", "Our boil water notice ended", "Why a boil water notice now"]
    words = [word.lower() for word in found(texts, ["the weather is nice today", "we came late again"] * 10)]
    assert "boil water notice" in words
    assert not {"the", "boil water", "water notice"} & set(words)


def test_one_author_s_flood_makes_no_phrase() -> None:
    flood = say(*[f"神奇减肥茶真好用{number}" for number in range(50)], author="seller", start=100)
    result = phrases([*say(*WATER), *flood])
    assert isinstance(result, Phrases)
    assert all(phrase.texts <= 3 for phrase in result.phrases if "减肥" in phrase.text)


def test_a_background_can_leave_texts_out_again() -> None:
    whole, rest = Background(), Background()
    whole.add(ELSE + WATER)
    rest.add(ELSE)
    left = whole.without(WATER)
    assert left.texts == rest.texts
    assert phrases(say(*WATER), left) == phrases(say(*WATER), rest)


def test_the_order_of_the_posts_changes_nothing() -> None:
    sayings = say(*WATER)
    assert phrases(random.Random(3).sample(sayings, len(sayings))) == phrases(sayings)


@pytest.mark.parametrize("texts", [[], WATER[:7], WATER[:1] * 30])
def test_too_few_texts_are_insufficient_evidence(texts: list[str]) -> None:
    assert isinstance(phrases(say(*texts)), Insufficient)


def test_texts_of_one_author_are_insufficient_evidence() -> None:
    assert isinstance(phrases(say(*WATER, author="one")), Insufficient)


@pytest.mark.parametrize("text", ["😀", "a" * 100_000, "水" * 100_000, "\ud800", "مرحبا", "、" * 100, "ﬁ ﬂ ㍿"])
def test_hostile_texts_are_read_without_harm(text: str) -> None:
    result = phrases(say(*[f"{text}{letter}" for letter in "甲乙丙丁戊己庚辛壬癸"]))
    assert isinstance(result, Phrases | Insufficient)


@pytest.mark.parametrize("texts", [[], [""], ["水"], ["a b"], ["😀", "水管"]])
def test_a_background_of_hardly_anything_is_one(texts: list[str]) -> None:
    background = Background()
    background.add(texts)
    assert background.texts == len(texts)
    assert isinstance(phrases(say(*WATER), background.without(texts)), Phrases)
