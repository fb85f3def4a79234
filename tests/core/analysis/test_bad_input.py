"""Hostile and broken input: no crash, bounded memory, stated behaviour."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest

from huiying.core.analysis import stream as analysis

from .builders import SMALL, START, fold, posts, said, stories_by_seq

OPEN = analysis.DEFAULT


def folded(batch: pa.RecordBatch, resources: analysis.Resources = SMALL) -> analysis.Results:
    return analysis.step(None, 0, 1, [analysis.features(batch, resources)], resources)[1]


@pytest.mark.parametrize("text", ["", " ", "😂", "👨‍👩‍👧‍👦", "\u200b\u200b", "……", "\x00\x01", "#", "##", "# #", "@", "https://t.cn/a"])
def test_a_post_with_nothing_to_read_has_no_story(text: str) -> None:
    assert folded(said(text, "城东自来水发黄")).assignments["seq"].to_pylist() == [2]


@pytest.mark.parametrize("text", ["مياه الشرب ملوثة في المدينة", "מים חומים בברז", "城东water发黄ですか물", "\u202e黄发水来自\u202c"])
def test_right_to_left_and_mixed_scripts_are_read(text: str) -> None:
    assert folded(said(text, text)).assignments["copy_of"].to_pylist() == [None, 1]


def test_a_megabyte_of_one_character_is_one_short_text() -> None:
    result = folded(said("啊" * 1_000_000, "a" * 1_000_000, "啊" * 500_000))
    assert result.assignments["story"].to_pylist() == [1, 2, 1]


def test_lone_surrogates_are_read_as_replacement_characters() -> None:
    raw = pa.array(["城东自来水发黄".encode() + b"\xed\xa0\x80", "城东自来水发黄".encode()], pa.binary()).view(pa.string())
    batch = said("x", "y")
    batch = pa.RecordBatch.from_arrays([raw if name == "text" else batch[name] for name in batch.schema.names], schema=batch.schema)
    assert folded(batch).assignments["copy_of"].to_pylist() == [None, 1]


def test_times_out_of_order_by_days_are_counted_where_they_belong() -> None:
    texts = ["城东自来水发黄水管", "城东自来水发黄铁锈", "城东自来水发黄浑浊", "城东自来水发黄停水"]
    hours = [72, 0, 48, 24]
    batch = posts([{"text": text, "ts": START + timedelta(hours=hour)} for text, hour in zip(texts, hours, strict=True)])
    state, results = fold(batch, tick=1)
    assert set(stories_by_seq(results).values()) == {1}
    last = results[-1].stories.to_pylist()[0]
    assert (last["first_ts"], last["last_ts"], last["posts"]) == (START, START + timedelta(hours=72), 4)
    assert state == analysis.State.from_bytes(state or b"", SMALL).to_bytes()


def test_a_clock_in_the_future_takes_no_present_post_along() -> None:
    batch = posts([{"text": "城东自来水发黄水管铁锈", "ts": START + timedelta(days=400)}, {"text": "城东自来水发黄水管铁锈"}])
    assert stories_by_seq(fold(batch, tick=1)[1]) == {1: 1, 2: 2}


def test_a_hundred_thousand_identical_posts_are_one_text() -> None:
    text = "城东自来水发黄水管铁锈"
    rows = analysis.features(posts([{"text": text, "author": f"a{place}"} for place in range(10_000)]), OPEN)
    state = analysis.new_state(OPEN)
    size = 0
    for tick in range(10):
        seqs = pa.array(range(tick * 10_000 + 1, tick * 10_000 + 10_001), pa.int64())
        result = analysis.advance(state, tick, [rows.set_column(0, analysis.FEATURES.field("seq"), seqs)])
        size = size or len(state.to_bytes())
    [story] = result.stories.to_pylist()
    assert (story["posts"], story["copies"]) == (100_000, 99_999)
    assert len(state.to_bytes()) < size + 1_000


def test_distinct_nonsense_posts_leave_a_bounded_state() -> None:
    rng = random.Random(5)
    sizes = []
    state = analysis.new_state(SMALL)
    for tick in range(1, 21):
        texts = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(12)) for _ in range(200)]
        rows = [{"text": text, "seq": tick * 1_000 + place} for place, text in enumerate(texts)]
        analysis.advance(state, tick, [analysis.features(posts(rows), SMALL)])
        sizes.append(len(state.to_bytes()))
    assert len(state.figures) <= SMALL.stories_max
    assert max(sizes[10:]) < max(sizes[:10]) * 1.1


def test_a_story_closed_for_want_of_room_takes_no_more_posts_and_starts_anew() -> None:
    rng = random.Random(6)
    noise = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(12)) for _ in range(400)]
    result = folded(said("城东自来水发黄水管铁锈", *noise, "城东自来水发黄水管铁锈"), replace(SMALL, term_bits=18))
    assert result.assignments["story"].to_pylist()[-1] == 402
