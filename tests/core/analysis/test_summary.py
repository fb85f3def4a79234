"""The summary quotes typical sentences that differ; waves are said of the matter; the digest holds plain values."""

from __future__ import annotations

import json

import pytest

from huiying.core.analysis.digest import FORMAT, digest, version
from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.sayings import Saying
from huiying.core.analysis.summary import WAVE_POSTS, Summary, summary, waves

from .test_questions import say

WATER = [
    "城东自来水从昨晚开始发黄。",
    "城东自来水昨晚开始发黄了。",
    "城东的自来水从昨天晚上发黄。",
    "自来水公司说是管道检修造成的。",
    "自来水公司称管道检修造成水发黄。",
    "小区门口有送水车，排了很长的队。",
    "送水车在小区门口，大家排队领水。",
    "今天天气不错。",
]


def summed(sayings: list[Saying]) -> Summary:
    found = summary(sayings)
    assert isinstance(found, Summary)
    return found


def test_three_sentences_of_three_matters_each_with_its_post() -> None:
    found = summed(say(*WATER))
    quoted = {sentence.text for sentence in found.sentences}
    assert len(quoted) == 3 and quoted <= set(WATER)
    assert all(WATER[sentence.seq - 1] == sentence.text for sentence in found.sentences)
    assert sum("发黄。" in text or "发黄了" in text for text in quoted) <= 2


def test_questions_and_copies_are_left_out() -> None:
    copies = [Saying(50 + place, 9_000_000, WATER[7], f"c{place}", copy_of=8) for place in range(40)]
    found = summed([*say(*WATER, "自来水什么时候不发黄？"), *copies])
    assert not any("？" in sentence.text or sentence.text == WATER[7] for sentence in found.sentences)


def test_the_summary_speaks_the_language_of_the_story() -> None:
    found = summed(say(*WATER, "The water in the east has been brown since last night."))
    assert found.language == "zh" and not any("water" in sentence.text for sentence in found.sentences)


def test_one_author_s_flood_is_not_the_summary() -> None:
    flood = say(*[f"神奇净水器今天特价优惠{number}台。" for number in range(60)], author="seller", start=100)
    assert sum("净水器" in sentence.text for sentence in summed([*say(*WATER), *flood]).sentences) <= 1


def test_a_story_of_questions_alone_has_no_summary() -> None:
    found = summary(say("什么时候能来水？", "这水还能不能喝？", "谁来负责赔偿？", "为什么不提前通知？"))
    assert isinstance(found, Insufficient)
    assert "states" in found.reason


@pytest.mark.parametrize("count", [0, 3])
def test_too_few_posts_are_insufficient_evidence(count: int) -> None:
    assert isinstance(summary(say(*WATER[:count])), Insufficient)


def pasted(count: int, *, authors: int = 100, step: int = 10_000_000) -> list[Saying]:
    rows = [Saying(1, 0, "请转发这段文字", "a0")]
    return rows + [Saying(2 + place, step * (1 + place), "", f"a{place % authors}", copy_of=1) for place in range(count - 1)]


def test_a_wave_is_the_share_of_an_hour_s_posts() -> None:
    others = [Saying(1_000 + place, 60_000_000 * place, f"别的话{place}", f"b{place}") for place in range(20)]
    found = waves([*pasted(30), *others])
    assert [(wave.seq, wave.posts, wave.of, wave.share) for wave in found] == [(1, 30, 50, 0.6)]


def test_what_is_slow_or_small_or_of_few_hands_is_no_wave() -> None:
    assert waves(pasted(WAVE_POSTS - 1)) == ()
    assert waves(pasted(40, step=600_000_000)) == ()
    assert waves(pasted(40, authors=4)) == ()
    assert waves([]) == ()


def test_a_digest_is_plain_values_without_an_author() -> None:
    data = digest([*say(*WATER, "什么时候来水？", author="zq-secret"), *pasted(3)]).to_dict()
    text = json.dumps(data, ensure_ascii=False)
    assert data["format"] == FORMAT and json.loads(text) == data
    assert "zq-secret" not in text
    assert set(data) == {"format", "questions", "claims", "names", "phrases", "summary", "waves"}


def test_a_digest_of_nothing_says_what_is_missing_in_every_part() -> None:
    data = digest([]).to_dict()
    assert all("needed" in data[part] for part in ("questions", "claims", "names", "phrases", "summary"))  # type: ignore[operator]
    assert data["waves"] == []


def test_the_version_names_the_patterns() -> None:
    assert len(version()) == 16 and version() == version()
