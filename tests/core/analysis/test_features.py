"""Features depend on one row alone, fold spellings together, and survive hostile text."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.stream import DEFAULT, FEATURES, features

from .builders import posts, said, stream


def keys_of(*texts: str) -> list[int]:
    values: list[int] = features(said(*texts), DEFAULT)["key"].to_pylist()
    return values


def terms_of(*texts: str) -> list[list[int]]:
    values: list[list[int]] = features(said(*texts), DEFAULT)["terms"].to_pylist()
    return values


def test_features_have_their_schema() -> None:
    assert features(stream(20), DEFAULT).schema == FEATURES


def test_rows_do_not_depend_on_the_batch_they_come_in() -> None:
    batch = stream(120)
    whole = features(batch, DEFAULT)
    parts = [features(batch.slice(start, length), DEFAULT) for start, length in ((0, 1), (1, 50), (51, 69))]
    assert pa.Table.from_batches(parts).combine_chunks() == pa.Table.from_batches([whole])


def test_an_empty_batch_has_no_features() -> None:
    assert features(posts([]), DEFAULT).num_rows == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("城东自来水发黄", "城東自來水發黃"),
        ("ＡＢＣ　１２３ 水", "abc 123水"),
        ("Brown WATER in Eastside!", "brown water in eastside"),
        ("水 发 黄 了", "水发黄了"),
        ("水发黄了 https://t.cn/A6abc", "水发黄了"),
        ("@user 水发黄了", "水发黄了"),
    ],
)
def test_spellings_of_one_text_share_a_key(one: str, other: str) -> None:
    first, second = keys_of(one, other)
    assert first == second != 0


def test_different_texts_have_different_keys() -> None:
    assert len(set(keys_of("水发黄了", "水发黑了", "brown water", "brown waters", ""))) == 5


def test_a_text_without_letters_has_no_terms_and_no_key() -> None:
    for text in ("", "   ", "😂😂😂", "……！！？", "\x00", "https://t.cn/x", "\x1e\x1e"):
        batch = features(said(text), DEFAULT)
        assert (batch["terms"].to_pylist(), batch["key"].to_pylist()) == ([[]], [0]), text


def test_han_text_gives_bigrams_and_english_gives_words() -> None:
    han, english, alone = terms_of("自来水", "brown tap water", "水 a")
    assert (len(han), len(english), len(alone)) == (2, 3, 1)


def test_terms_are_sorted_and_distinct() -> None:
    for terms in terms_of("水水水水水水", "water water water WATER"):
        assert terms == sorted(set(terms))
        assert len(terms) == 1


def test_hashtags_are_terms_of_their_own_above_all_words() -> None:
    first, second, plain = terms_of("#自來水 發黃#看看", "#自来水发黄# 怎么办", "自来水发黄")
    tag = 1 << DEFAULT.term_bits
    assert first[-1] == second[-1] >= tag > plain[-1]


def test_an_open_hashtag_ends_with_its_word() -> None:
    first, second = terms_of("#EastsideWater is brown #news", "fix it #eastsidewater")
    tags = [{term for term in terms if term >= 1 << DEFAULT.term_bits} for terms in (first, second)]
    assert len(tags[0]) == 2
    assert tags[1] < tags[0]


@pytest.mark.parametrize("text", ["水能喝吗", "为什么停水", "Is it safe?", "怎么回事？", "有沒有人知道"])
def test_questions_are_recognised(text: str) -> None:
    assert features(said(text), DEFAULT)["question"].to_pylist() == [True]


def test_statements_are_no_questions() -> None:
    assert features(said("水已经恢复", "The water is clear.", ""), DEFAULT)["question"].to_pylist() == [False] * 3


def test_a_title_is_read_once() -> None:
    with_title, doubled = posts([{"title": "水发黄", "text": "水发黄，很浑"}]), posts([{"title": None, "text": "水发黄，很浑"}])
    assert features(with_title, DEFAULT)["key"] == features(doubled, DEFAULT)["key"]


def test_no_author_is_zero_and_one_author_is_one_hash() -> None:
    batch = features(posts([{"text": "水", "author": None}, {"text": "水", "author": "a"}, {"text": "水", "author": "a"}]), DEFAULT)
    authors = batch["author"].to_pylist()
    assert authors[0] == 0 != authors[1] == authors[2]


def test_a_megabyte_of_one_letter_costs_nothing() -> None:
    batch = features(said("啊" * 1_000_000, "a" * 1_000_000, "水" * 10), DEFAULT)
    assert [len(terms) for terms in batch["terms"].to_pylist()] == [1, 1, 1]


def test_long_texts_keep_the_same_terms_where_they_agree() -> None:
    text = "".join(chr(0x4E00 + (place * 37) % 5000) for place in range(1400))
    kept, longer = terms_of(text, text + "尾巴")
    assert len(kept) == DEFAULT.terms_max
    assert len(set(kept) & set(longer)) >= DEFAULT.terms_max - 8


def test_text_that_is_not_utf8_is_read_with_replacement_characters() -> None:
    batch = said("水发黄了", "x")
    raw = pa.array([b"\xe6\xb0\xb4\xff\xed\xa0\x80ok", b"x"], pa.binary()).view(pa.string())
    batch = pa.RecordBatch.from_arrays([raw if name == "text" else batch[name] for name in batch.schema.names], schema=batch.schema)
    assert len(features(batch, DEFAULT)["terms"].to_pylist()[0]) == 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), min_size=1, max_size=6))
def test_any_text_is_read_and_rows_stay_apart(texts: list[str]) -> None:
    together = features(said(*texts), DEFAULT).select(["key", "question", "terms"])
    alone = [features(said(text), DEFAULT).select(["key", "question", "terms"]) for text in texts]
    assert pa.Table.from_batches(alone).combine_chunks() == pa.Table.from_batches([together])
