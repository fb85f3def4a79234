"""Moods are shares of many texts with an interval, or what is missing; never of one text or author."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.evidence import Evidence, Gap, Insufficient
from huiying.core.analysis.linear import BadModel
from huiying.core.analysis.mood import (
    COUNTED,
    EMOTIONS,
    LEAST,
    UNIT,
    MoodShares,
    language_of,
    means,
    mood_of,
    reader_of,
    shares,
    shipped,
    tally,
)

EVEN = means(0, [0] * len(COUNTED))
TEXTS = ["停水了，气死我了", "谢谢师傅，辛苦了", "好害怕啊", "Thank you so much!", "This is terrible, I am angry", "Нет воды", "", "😂"]
HOSTILE = ["", " ", "\x00", "\x1e", "\ud800", "a" * 100_000, "停" * 100_000, "\u202e黄", "<script>alert(1)</script>", "ｖ\u0301" * 9]


def counted(texts: list[str], groups: list[int] | None = None) -> dict[int, tuple[int, ...]]:
    return tally(groups or [0] * len(texts), mood_of(texts))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(TEXTS)), max_size=30), st.integers(0, 30))
def test_tallies_of_parts_add_up_exactly_to_the_tally_of_all(rows: list[tuple[int, str]], cut: int) -> None:
    def of(part: list[tuple[int, str]]) -> dict[int, tuple[int, ...]]:
        return counted([text for _group, text in part], [group for group, _text in part]) if part else {}

    sums: dict[int, tuple[int, ...]] = {}
    for part in (rows[:cut], rows[cut:]):
        for group, counts in of(part).items():
            sums[group] = tuple(map(sum, zip(sums.get(group, (0,) * len(counts)), counts, strict=True)))
    assert sums == of(rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.lists(st.integers(0, 500 * UNIT), min_size=len(COUNTED), max_size=len(COUNTED)))
def test_any_counts_give_ordered_shares_or_what_is_missing(texts: int, authors: int, counts: list[int]) -> None:
    found = shares(texts, [min(count, texts * UNIT) for count in counts], authors, EVEN, (0, 9), "v")
    if isinstance(found, Insufficient):
        assert (found.n, found.needed, found.gap) == (min(texts, authors), LEAST, Gap.POSTS)
    else:
        assert found.evidence == Evidence(texts, (0, 9), 0, "v")
        assert all(0 <= each.low <= each.shrunk <= each.high <= 1 for each in found.shares.values())


@pytest.mark.parametrize(("texts", "authors"), [(0, 0), (4, 4), (400, 4), (4, 400), (5, 0)])
def test_below_five_texts_or_authors_there_is_no_share(texts: int, authors: int) -> None:
    assert isinstance(shares(texts, [0] * len(COUNTED), authors, EVEN, (0, 0)), Insufficient)


def test_one_voice_that_posts_often_has_the_interval_of_few() -> None:
    many = shares(400, [300 * UNIT, *[0] * 6], 400, EVEN, (0, 0))
    few = shares(400, [300 * UNIT, *[0] * 6], 5, EVEN, (0, 0))
    assert isinstance(many, MoodShares)
    assert isinstance(few, MoodShares)
    assert many.shares["positive"].high - many.shares["positive"].low < few.shares["positive"].high - few.shares["positive"].low


def test_poisoned_counts_stay_between_nothing_and_all() -> None:
    found = shares(5, [10**9, -(10**9), *[0] * 5], 5, EVEN, (0, 0))
    assert isinstance(found, MoodShares)
    assert (found.shares["positive"].raw, found.shares["happy"].raw) == (1.0, 0.0)


def test_a_small_story_is_drawn_to_its_stream() -> None:
    prior = (0.2, *EVEN[1:])
    small, large = (shares(n, [n * UNIT, *[0] * 6], n, prior, (0, 0)) for n in (5, 500))
    assert isinstance(small, MoodShares)
    assert isinstance(large, MoodShares)
    assert small.shares["positive"].shrunk < 0.5 < 0.95 < large.shares["positive"].shrunk


def test_clear_words_are_read_in_both_languages() -> None:
    moods = mood_of(["气死我了，太坑人了", "谢谢，太感动了，辛苦了", "I am so angry, terrible", "Thank you, wonderful"])
    assert (moods.positive > 0.5).tolist() == [False, True, False, True]
    assert [EMOTIONS[place] for place in moods.emotions.argmax(axis=1)] == ["angry", "happy", "angry", "happy"]


def test_chances_of_a_text_add_up_or_are_none() -> None:
    moods = mood_of(TEXTS)
    assert moods.emotions.sum(axis=1) == pytest.approx(moods.is_read.astype(float))
    assert ((moods.positive >= 0) & (moods.positive <= 1)).all()


@pytest.mark.parametrize("text", ["Нет воды", "مياه ملوثة", "がない", "", "12345", "!!!"])
def test_a_language_without_a_model_counts_for_nothing(text: str) -> None:
    assert language_of(text) == ""
    assert counted([text])[0] == (0,) * (1 + len(COUNTED))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_nobody_elses_mood(text: str) -> None:
    alone, beside = mood_of(["停水了，气死我了"]), mood_of([text, "停水了，气死我了"])
    assert np.array_equal(alone.emotions[0], beside.emotions[1])
    assert np.isfinite(beside.emotions).all()


def test_nothing_has_no_mood() -> None:
    assert tally([], mood_of([])) == {}


def test_the_same_texts_give_the_same_bytes() -> None:
    first, second = mood_of(TEXTS * 3), mood_of(TEXTS * 3)
    assert first.emotions.tobytes() == second.emotions.tobytes()
    assert first.positive[: len(TEXTS)].tobytes() == mood_of(TEXTS).positive.tobytes()


def test_a_language_without_model_files_is_not_read() -> None:
    folder = files("huiying.core.analysis") / "models"
    chinese = reader_of({name: (folder / f"{name}.npz").read_bytes() for name in ("polarity_zh", "emotion_zh")})
    assert mood_of(["停水了", "no water"], chinese).is_read.tolist() == [True, False]
    assert not mood_of(["停水了"], reader_of({})).is_read.any()


def test_a_bad_model_file_is_refused() -> None:
    with pytest.raises(BadModel):
        reader_of({"polarity_zh": b"nothing"})


def test_every_share_names_its_models() -> None:
    assert shipped().version == "emotion-en-3+emotion-zh-3+polarity-en-3+polarity-zh-3"
