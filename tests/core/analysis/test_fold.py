"""The fold finds stories and copies, and is bit-equal however its input is cut."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from huiying.core.analysis import stream as analysis
from huiying.core.analysis.figures import BUCKET_US
from huiying.core.analysis.gate import threshold_gate
from huiying.core.analysis.window import N_LENGTH, N_NEXT, T_COUNT

from .builders import MATCH, SMALL, START, WATER, copies_by_seq, fold, posts, said, stories_by_seq, stream


def step_of(batch: pa.RecordBatch, resources: analysis.Resources = SMALL) -> analysis.Results:
    return analysis.step(None, 0, 1, [analysis.features(batch, resources)], resources)[1]


def test_posts_about_one_matter_form_one_story() -> None:
    result = step_of(
        said("城东自来水发黄，水管铁锈", "城东小区自来水发黄浑浊", "决赛点球大战门将扑出", "决赛门将点球夺冠", "城东自来水发黄停水检测")
    )
    assert list(stories_by_seq([result]).values()) == [1, 1, 3, 3, 1]


def test_the_id_of_a_story_is_the_number_of_its_first_post() -> None:
    batch = posts([{"seq": 700, "text": "城东自来水发黄"}, {"seq": 701, "text": "城东自来水发黄浑浊"}])
    assert stories_by_seq([step_of(batch)]) == {700: 700, 701: 700}


def test_the_same_text_in_another_spelling_is_a_copy_of_the_first() -> None:
    result = step_of(said("城东自来水发黄，水管全是铁锈", "城東自來水發黃！水管全是鐵鏽", "城东自来水 发黄 水管全是铁锈 http://t.cn/a"))
    assert copies_by_seq([result]) == {2: 1, 3: 1}
    assert result.stories["copies"].to_pylist() == [2]


def test_a_text_with_a_few_words_more_is_a_copy() -> None:
    text = "城东片区多个小区居民反映自来水发黄并且带有铁锈味，自来水公司表示正在排查水管，预计今晚恢复供水"
    result = step_of(said(text, "转：" + text, text + "！大家先别喝"))
    assert copies_by_seq([result]) == {2: 1, 3: 1}


def test_a_long_quotation_is_a_copy_of_what_it_contains() -> None:
    text = "城东片区多个小区居民反映自来水发黄并且带有铁锈味，自来水公司表示正在排查水管，预计今晚恢复供水"
    longer = text + "。另据了解，附近两所学校今天改用桶装水，街道办安排了送水车，社区志愿者挨家挨户通知老人"
    assert copies_by_seq([step_of(said(longer, text))]) == {2: 1}


def test_an_answer_in_other_words_is_no_copy() -> None:
    result = step_of(said("城东自来水发黄，水管全是铁锈", "自来水公司说城东发黄的原因是检修"))
    assert copies_by_seq([result]) == {}
    assert len(set(stories_by_seq([result]).values())) == 1


def test_a_post_with_nothing_to_read_belongs_to_no_story() -> None:
    result = step_of(said("", "😂😂", "城东自来水发黄"))
    assert result.assignments["seq"].to_pylist() == [3]


def test_a_tick_without_posts_changes_nothing() -> None:
    state, result = analysis.step(None, 0, 4, [], SMALL)
    assert (result.assignments.num_rows, result.stories.num_rows, result.series.num_rows) == (0, 0, 0)
    assert analysis.State.from_bytes(state, SMALL).tick == 4


def test_batches_and_order_within_a_tick_do_not_matter() -> None:
    batch = stream(150)
    rows = analysis.features(batch, SMALL)
    whole = analysis.step(None, 0, 1, [rows], SMALL)
    order = list(range(150))
    random.Random(3).shuffle(order)
    shuffled = rows.take(pa.array(order))
    cut = analysis.step(None, 0, 1, [shuffled.slice(0, 40), shuffled.slice(40, 1), shuffled.slice(41)], SMALL)
    assert cut == whole


def test_a_state_read_back_goes_on_exactly_as_if_it_had_stayed() -> None:
    batch = stream(600, seed=5)
    kept = analysis.new_state(SMALL)
    data: bytes | None = None
    for tick, start in enumerate(range(0, 600, 40), 1):
        rows = [analysis.features(batch.slice(start, 40), SMALL)]
        data, results = analysis.step(data, 0, tick, rows, SMALL)
        assert analysis.advance(kept, tick, rows) == results
        assert kept.to_bytes() == data


def test_two_runs_give_the_same_bytes() -> None:
    assert fold(stream(200)) == fold(stream(200))


def test_the_state_stays_bounded() -> None:
    state, _results = fold(stream(2_000))
    decoded = analysis.State.from_bytes(state or b"", SMALL)
    assert np.count_nonzero(decoded.window.text[:, T_COUNT]) <= SMALL.window_posts
    assert len(decoded.figures) <= SMALL.stories_max


def test_evicted_texts_leave_no_posting_behind() -> None:
    state = analysis.new_state(SMALL)
    analysis.advance(state, 1, [analysis.features(stream(900), SMALL)])
    window = state.window
    alive = set(np.flatnonzero(window.text[:, T_COUNT]).tolist())
    for term in np.flatnonzero(window.tally[:, N_LENGTH]).tolist():
        following, length = window.tally[term, N_NEXT], window.tally[term, N_LENGTH]
        held = {int(window.text_ring[term, step % SMALL.postings_max]) for step in range(following - length, following)}
        assert held <= alive
        assert all(term in window.text_terms[slot, : window.text[slot, T_COUNT]] for slot in held)


def test_scratch_space_is_zero_between_two_ticks() -> None:
    state = analysis.new_state(SMALL)
    analysis.advance(state, 1, [analysis.features(stream(900), SMALL)])
    window = state.window
    assert not any(array.any() for array in (window.dots, window.sums, window.tags, window.near))


def test_a_quiet_story_takes_no_more_posts() -> None:
    late = START + timedelta(hours=121)
    batch = posts(
        [
            {"text": "城东自来水发黄水管铁锈"},
            {"text": "城东自来水发黄水管铁锈", "ts": late},
            {"text": "城东自来水发黄水管都铁锈", "ts": late},
        ]
    )
    assert stories_by_seq([step_of(batch)]) == {1: 1, 2: 2, 3: 2}


def test_a_story_of_yesterday_loses_against_one_of_today() -> None:
    today = START + timedelta(hours=40)
    old, new = "城东自来水发黄铁锈浑浊", "城西自来水发黄铁锈停水"
    batch = posts(
        [{"text": old}, {"text": "决赛点球"}, {"text": new, "ts": today}, {"text": "自来水发黄铁锈", "ts": today + timedelta(minutes=5)}]
    )
    resources = replace(SMALL, gate=threshold_gate("score", 0.6))
    found = stories_by_seq([step_of(batch, resources)])
    assert found[4] == 3 or found[4] == 4
    assert found[4] != found[1]


def test_totals_are_cumulative_over_ticks() -> None:
    batch = stream(300)
    _state, results = fold(batch, tick=30)
    totals = {row["story"]: row for result in results for row in result.stories.to_pylist()}
    assigned = stories_by_seq(results)
    for story, row in totals.items():
        assert row["posts"] == sum(each == story for each in assigned.values())
        assert row["copies"] == sum(assigned[seq] == story for seq in copies_by_seq(results))


def test_series_sum_up_to_the_totals_of_their_story() -> None:
    _state, results = fold(stream(400), tick=30)
    buckets = {(row["story"], row["bucket_ts"]): row for result in results for row in result.series.to_pylist()}
    totals = {row["story"]: row for result in results for row in result.stories.to_pylist()}
    for story, row in totals.items():
        own = [bucket for (id, _start), bucket in buckets.items() if id == story]
        assert sum(bucket["posts"] for bucket in own) == row["posts"]
        assert sum(bucket["questions"] for bucket in own) == row["questions"]
        assert sum(bucket["new_authors"] for bucket in own) == row["authors"]


def test_buckets_start_every_five_minutes() -> None:
    _state, results = fold(stream(100))
    starts = [int(at.timestamp() * 1e6) for result in results for at in result.series["bucket_ts"].to_pylist()]
    assert all(start % BUCKET_US == 0 for start in starts)


def test_distinct_authors_and_sources_are_counted_once_and_unknown_authors_not_at_all() -> None:
    rows = [{"text": f"城东自来水发黄{extra}", "author": author, "source": source} for extra, author, source in
            (("水管", "a", 1), ("铁锈", "a", 2), ("浑浊", "b", 2), ("检测", None, 2))]  # fmt: skip
    [story] = step_of(posts(rows)).stories.to_pylist()
    assert (story["authors"], story["sources"], story["posts"]) == (2, 2, 4)


def test_many_authors_are_estimated_within_a_few_percent() -> None:
    resources = replace(SMALL, authors_exact=256)
    batch = posts([{"text": "城东自来水发黄水管铁锈", "author": f"person {place}"} for place in range(8_000)])
    story = fold(batch, resources, tick=1_000)[1][-1].stories.to_pylist()[0]
    assert story["authors"] == pytest.approx(8_000, rel=0.15)


def test_the_highest_media_tier_stays() -> None:
    rows = [{"text": "城东自来水发黄水管", "media_tier": 2}, {"text": "城东自来水发黄铁锈", "media_tier": 0}]
    assert step_of(posts(rows)).stories["media_tier_max"].to_pylist() == [2]


def test_the_most_typical_text_stands_for_the_story() -> None:
    others = ("水管铁锈浑浊停水", "居民检测水质停水", "小区水管铁锈检测", "水质浑浊居民停水", "铁锈小区水质浑浊")
    texts = ["城东怎么了水管", "城东自来水发黄水管铁锈", *("城东自来水发黄" + other for other in others)]
    [story] = [row for row in step_of(said(*texts)).stories.to_pylist() if row["posts"] > 3]
    assert story["medoid_seq"] == 2


def test_a_state_of_another_version_or_other_resources_is_refused() -> None:
    data = analysis.new_state(SMALL).to_bytes()
    with pytest.raises(analysis.BadState, match="fold again"):
        analysis.State.from_bytes(data, analysis.DEFAULT)
    for broken in (b"", b"abc", data[:40], b"HYST\xff\xff" + data[6:]):
        with pytest.raises(analysis.BadState):
            analysis.State.from_bytes(broken, SMALL)


def test_one_shard_is_routed_and_merged_as_it_is() -> None:
    rows = analysis.features(stream(10), SMALL)
    assert analysis.route(rows, SMALL) == {0: rows}
    assert analysis.route(rows.slice(0, 0), SMALL) == {}
    result = step_of(stream(10))
    assert analysis.merge(None, 1, {0: result}, SMALL) == (b"", result)
    assert analysis.merge(b"x", 1, {}, SMALL)[1].stories.num_rows == 0


def test_resources_are_named_by_their_content() -> None:
    assert replace(SMALL).digest == SMALL.digest != replace(SMALL, merge_at=5).digest
    with pytest.raises(ValueError, match="16 bits"):
        analysis.State(replace(SMALL, window_posts=70_000))


def test_late_posts_find_their_story_and_their_bucket() -> None:
    batch = posts([{"text": "城东自来水发黄水管" + word, "ts": START + timedelta(hours=hour)} for hour, word in enumerate(WATER[4:9])])
    late = posts([{"seq": 99, "text": "城东自来水发黄水管居民", "ts": START + timedelta(minutes=61)}])
    state, _first = analysis.step(None, 0, 1, [analysis.features(batch, SMALL)], SMALL)
    _state, result = analysis.step(state, 0, 2, [analysis.features(late, SMALL)], SMALL)
    [bucket] = result.series.to_pylist()
    assert (bucket["story"], bucket["posts"]) == (1, 2)
    assert result.stories["last_ts"].to_pylist() == [START + timedelta(hours=4)]


def test_a_story_whose_texts_left_the_window_is_still_known_by_its_centroid() -> None:
    rng = random.Random(1)
    resources = replace(SMALL, term_bits=18, gate=threshold_gate("centroid cosine", 0.2))
    signs = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(8)) for _ in range(120)]
    crowd: list[dict[str, object]] = [{"text": "".join(WATER[:6]) + sign} for sign in signs]
    batch = posts([{"text": "".join(MATCH[:8])}, *crowd, {"text": "".join(MATCH[1:9])}])
    _state, results = fold(batch, resources, tick=50)
    found = stories_by_seq(results)
    assert found[122] == 1
