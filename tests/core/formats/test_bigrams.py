"""Words of the full-text index."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.formats.bigrams import folded_texts, language_by_script, stem, stems_of, words_of, words_of_each

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("自来水", ["自来", "来水", "水"]),
        ("水", ["水"]),
        ("PM2.5超标", ["pm", "2", "5", "超标", "标"]),
        ("5G基站 iPhone16", ["5", "g", "基站", "站", "iphone", "16"]),
        ("COVID-19 covid19", ["covid", "19", "covid", "19"]),
        ("ＡＢＣ１２", ["abc", "12"]),
        ("臺灣颱風", ["台湾", "湾台", "台风", "风"]),
        ("", []),
        ("！？ ", []),
        ("tap水", ["tap", "水"]),
        ("𠀀𠀁", ["𠀀𠀁", "𠀁"]),
        ("水👍🏽好", ["水", "好"]),
        ("a" * 50 + "1", ["a" * 40, "1"]),
        ("café naïve", ["café", "naïve"]),
        ("\x1e水", ["水"]),
    ],
)
def test_han_becomes_pairs_and_the_rest_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def by_characters(text: str) -> list[str]:
    """Return the same words by one loop over characters, without tables."""
    words: list[str] = []
    for run in re.findall(rf"[{HAN}]+|[^\W\d_{HAN}]+|\d+", unicodedata.normalize("NFKC", text).casefold()):
        if re.match(rf"[{HAN}]", run):
            words += [run[place : place + 2] for place in range(len(run))]
        else:
            words.append(run[:40])
    return words


@settings(deadline=None)
@given(st.lists(st.text(alphabet="自来水发黄停电ab1A９Ｂ ，_-éß", max_size=60), max_size=8))
def test_a_batch_gives_the_words_that_a_loop_over_characters_gives(texts: list[str]) -> None:
    assert [line.split() for line in words_of_each(texts)] == [by_characters(text) for text in texts]


@settings(deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_words_of_a_text_do_not_depend_on_the_texts_beside_it(texts: list[str]) -> None:
    assert words_of_each(texts) == [words_of_each([text])[0] for text in texts]


def test_folding_unites_width_case_and_script() -> None:
    assert folded_texts(["ＰＭ２．５", "自來水", "İ"]) == ["pm2.5", "自来水", unicodedata.normalize("NFKC", "İ").casefold()]


def test_stems_are_added_only_where_they_differ() -> None:
    assert stems_of(words_of_each(["leaking pipes leak 水 os"])[0]) == ["leak", "pipe"]
    assert stem("水") == "水"


@pytest.mark.parametrize(
    ("text", "language"), [("停水了", "zh"), ("leaking", "en"), ("水が出ない", "ja"), ("물이", "ko"), ("12 !", "und"), ("вода", "und")]
)
def test_a_text_without_a_stated_language_is_filed_by_its_script(text: str, language: str) -> None:
    assert language_by_script(words_of_each([text])[0]) == language
