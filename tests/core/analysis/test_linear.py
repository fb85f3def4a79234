"""Packed linear models: the same sums on every machine, and files that are read or refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from huiying.core.analysis.grams import BITS, grams_of
from huiying.core.analysis.linear import CHUNK, BadModel, LinearModel, packed, read_model


def model(words: dict[str, float], bias: float = 0.0) -> LinearModel:
    weights = {}
    for word, weight in words.items():
        weights.update(dict.fromkeys(grams_of([word], 1)[1].tolist(), weight))
    places = np.array(sorted(weights), np.int64)
    rows = np.array([[weights[place]] for place in places.tolist()])
    return packed(("rising",), 1, places, rows, np.ones(len(places)), np.array([bias]), {"version": "test-1"})


GOOD = model({"good": 1.0, "bad": -1.0}, 0.25)


def test_a_text_without_a_known_n_gram_gets_the_bias() -> None:
    assert GOOD.margins(["", "停水", "unknown words"])[:, 0].tolist() == [0.25] * 3


def test_known_words_move_the_margin_and_are_averaged() -> None:
    good, bad, both = GOOD.margins(["good", "bad", "good bad"])[:, 0]
    assert bad < both < good
    assert both == pytest.approx(0.25)


def test_sums_say_what_words_weigh_by_themselves() -> None:
    assert GOOD.sums(["good", "bad", "else"])[:, 0] == pytest.approx([1.0, -1.0, 0.0], abs=0.02)


def test_margins_are_the_same_for_any_cut_into_batches() -> None:
    texts = [word for word in ("good", "bad", "", "good 停水 bad") for _time in range(CHUNK // 3)]
    whole = GOOD.margins(texts)
    assert len(whole) > CHUNK
    assert np.array_equal(whole, np.concatenate([GOOD.margins(texts[:77]), GOOD.margins(texts[77:])]))


def test_no_texts_give_no_margins() -> None:
    assert GOOD.margins([]).shape == (0, 1)


def test_a_file_gives_the_same_model_and_the_same_bytes_again() -> None:
    data = GOOD.to_bytes()
    again = read_model(data)
    assert np.array_equal(again.margins(["good bad", "bad"]), GOOD.margins(["good bad", "bad"]))
    assert again.card == {"version": "test-1"}
    with np.load(io.BytesIO(data)) as first, np.load(io.BytesIO(again.to_bytes())) as second:
        assert all(np.array_equal(first[name], second[name]) for name in first.files)


def test_n_grams_that_would_round_to_nothing_are_left_out() -> None:
    assert len(model({"good": 1.0, "faint": 0.000_1}).places) == 1


def test_a_model_without_any_word_answers_its_bias() -> None:
    empty = LinearModel(
        ("rising",),
        1,
        np.empty(0, np.int32),
        np.empty((0, 1), np.int8),
        np.empty(0, np.uint8),
        np.ones(1),
        np.array([0.5]),
        np.zeros(1),
        {"version": "empty"},
    )
    assert read_model(empty.to_bytes()).margins(["good"])[:, 0].tolist() == [0.5]


def changed(**arrays: Any) -> bytes:
    with np.load(io.BytesIO(GOOD.to_bytes())) as file:
        kept = {name: file[name] for name in file.files} | arrays
    out = io.BytesIO()
    np.savez_compressed(out, **kept)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no archive",
        GOOD.to_bytes()[:200],
        GOOD.to_bytes()[:-30],
        b"\x93NUMPY\x01\x00",
        changed(card=np.frombuffer(b"not json", np.uint8)),
        changed(card=np.frombuffer(b"[]", np.uint8)),
        changed(card=np.frombuffer(b'{"classes": [], "longest": 1, "format": 1}', np.uint8)),
        changed(card=np.frombuffer(b'{"classes": ["a"], "longest": 9, "format": 1}', np.uint8)),
        changed(card=np.frombuffer(b'{"classes": ["a"], "longest": 1, "format": 2}', np.uint8)),
        changed(weights=np.zeros((5, 1), np.int8)),
        changed(bias=np.zeros(3)),
        changed(scales=np.array(["x"])),
        changed(scales=np.array([np.nan])),
        changed(steps=np.array([5, -3], np.int32)),
        changed(steps=np.array([5, 1 << BITS], np.int32)),
        changed(card=np.array([{"a": 1}], object)),
    ],
)
def test_a_bad_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadModel):
        read_model(data)
