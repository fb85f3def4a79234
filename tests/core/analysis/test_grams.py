"""N-grams of any text: the same for any cut into batches, bounded for hostile text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.grams import BITS, LONGEST, READ_MOST, grams_of, tokens_of

HOSTILE = [
    "",
    " ",
    "\x00",
    "\x1e",
    "\x1e\x1e",
    "\ud800",
    "😂" * 3,
    "\u202e黄",
    "a" * 1_000_000,
    "啊" * 1_000_000,
    "\u0301" * 50,
    "👨‍👩‍👧‍👦",
    "#@//",
]


def of(text: str) -> set[int]:
    return set(grams_of([text])[1].tolist())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12), st.integers(0, 12))
def test_a_text_has_the_same_n_grams_in_any_batch(texts: list[str], cut: int) -> None:
    rows, places = grams_of(texts)
    first, second = grams_of(texts[:cut]), grams_of(texts[cut:])
    assert rows.tolist() == first[0].tolist() + [row + len(texts[:cut]) for row in second[0].tolist()]
    assert places.tolist() == first[1].tolist() + second[1].tolist()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=12))
def test_places_lie_in_the_space_and_come_once_a_text_in_order(texts: list[str]) -> None:
    rows, places = grams_of(texts)
    keys = (rows.astype(np.int64) << BITS) | places
    assert (np.diff(keys) > 0).all()
    assert not len(places) or (places.min() >= 0 and places.max() < 1 << BITS)


def test_no_texts_have_no_n_grams() -> None:
    assert [len(part) for part in (*grams_of([]), *grams_of(["", ""]))] == [0, 0, 0, 0]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_costs_no_more_than_a_long_post(text: str) -> None:
    rows, places = grams_of([text, "停水"])
    assert len(places) <= LONGEST * (READ_MOST + 2)
    assert set(places[rows == 1].tolist()) == of("停水")


def test_one_spelling_gives_one_set() -> None:
    assert of("自來水 ＡＢＣ") == of("自来水 abc")


def test_words_are_whole_and_han_characters_are_not() -> None:
    assert len(tokens_of(["water停水了"])[0]) == 4


def test_figures_are_all_alike_but_their_length_counts() -> None:
    assert of("12人") == of("93人") != of("123人")


def test_the_order_of_tokens_counts() -> None:
    assert of("人咬狗") != of("狗咬人")
