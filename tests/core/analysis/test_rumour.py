"""Rumour-likeness: a likeness with its reasons, or what is missing; never a verdict, never about authors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.linear import BadModel
from huiying.core.analysis.rumour import (
    LEAST,
    REPLIES_MOST,
    SPANS,
    Reply,
    RumourLike,
    reader_of,
    rumour_like,
    said_by,
    shipped,
    span_of,
    words_of,
)

ALARM = "紧急扩散！城东自来水被投毒，已有三十多人住院，大家千万不要喝水，请转发给家人！"
DOUBT = ["真的吗？太可怕了", "求证", "小心啊大家", "天啊是真的吗", "谣言吧", "扩散"]
CALM = "今天的会议通过了新的预算，下个月开始执行。"
THANKS = ["支持", "赞", "好的", "不错", "加油", "期待"]


def replies(texts: list[str], step: float = 60.0) -> list[Reply]:
    return [Reply(step * place, text) for place, text in enumerate(texts)]


def like(post: str, texts: list[str], people: int = 9) -> RumourLike:
    found = rumour_like(post, replies(texts), people=people, window=(1, 2), sources=3)
    assert isinstance(found, RumourLike)
    return found


def test_an_alarm_that_is_doubted_is_more_rumour_like_than_a_calm_report() -> None:
    assert like(ALARM, DOUBT).chance > 0.9 > 0.5 > like(CALM, THANKS).chance


def test_replies_alone_move_it() -> None:
    assert like(ALARM, DOUBT).chance > like(ALARM, THANKS).chance


def test_reasons_name_words_of_the_texts() -> None:
    post, said = like(ALARM, DOUBT).parts
    assert (post.of, said.of) == ("post", "replies")
    assert post.words
    assert all(word in ALARM for word in post.words)
    assert said.words
    assert all(any(word in text for text in DOUBT) for word in said.words)


def test_the_parts_add_up_to_the_chance() -> None:
    found = like(ALARM, DOUBT)
    assert (sum(part.weight for part in found.parts) > 0) == (found.chance > 0.5)


def test_the_evidence_says_n_window_sources_and_versions() -> None:
    ground = like(ALARM, DOUBT).evidence
    assert (ground.n, ground.window, ground.sources) == (6, (1, 2), 3)
    assert ground.version == shipped().version("zh") == "rumour-post-zh-2+rumour-replies-zh-2"


def test_english_is_read_by_the_post_alone() -> None:
    found = like("BREAKING: reports of shots fired near the school", ["source?", "omg", "is it true", "no way", "sad"])
    assert [part.of for part in found.parts] == ["post"]
    assert found.language == "en"


@pytest.mark.parametrize(("texts", "people"), [([], 0), (DOUBT[:4], 9), (DOUBT, 4), (DOUBT, 0)])
def test_below_five_replies_or_people_there_is_no_score(texts: list[str], people: int) -> None:
    found = rumour_like(ALARM, replies(texts), people=people, window=(0, 0))
    assert isinstance(found, Insufficient)
    assert (found.n, found.needed) == (min(len(texts), people), LEAST)


@pytest.mark.parametrize("post", ["", "Нет воды в городе", "12345"])
def test_a_post_in_no_known_language_has_no_score(post: str) -> None:
    assert isinstance(rumour_like(post, replies(DOUBT), people=9, window=(0, 0)), Insufficient)


def test_replies_before_the_post_or_after_a_day_do_not_count() -> None:
    outside = [Reply(after, "假的") for after in (-1.0, -600.0, 90_000.0, 1e12, float("nan"), float("inf"))]
    found = rumour_like(ALARM, [*outside, *replies(DOUBT)], people=9, window=(0, 0))
    assert isinstance(found, RumourLike)
    assert found.chance == like(ALARM, DOUBT).chance
    assert found.evidence.n == 6


def test_few_replies_in_half_an_hour_are_waited_for() -> None:
    assert span_of([60.0] * 4 + [7_000.0]) == SPANS[1]
    found = rumour_like(ALARM, replies(DOUBT, 1_000.0), people=9, window=(0, 0))
    assert isinstance(found, RumourLike)
    assert found.span == SPANS[1]


def test_a_text_pasted_by_many_counts_once() -> None:
    assert said_by(replies(["假的"] * 20 + ["求证"])) == "假的\n求证"
    assert said_by(replies(["转发微博", "", "  ", "repost", "//quoted 假的"])) == ""


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.lists(st.tuples(st.floats(allow_nan=True), st.text(max_size=60)), max_size=20))
def test_any_text_gives_a_chance_or_what_is_missing(post: str, said: list[tuple[float, str]]) -> None:
    found = rumour_like(post, [Reply(after, text) for after, text in said], people=99, window=(0, 0))
    assert isinstance(found, Insufficient) or 0 <= found.chance <= 1


def test_a_hostile_megabyte_costs_no_more_than_a_long_post() -> None:
    huge = "谣" * 1_000_000
    assert len(said_by(replies([huge] + [f"{place}{huge}" for place in range(50)]))) <= REPLIES_MOST
    assert len(words_of(shipped().post["zh"], huge, 1)) <= 1


def test_order_of_the_replies_and_runs_do_not_matter() -> None:
    forth, back = (rumour_like(ALARM, part, people=9, window=(0, 0)) for part in (replies(DOUBT), replies(DOUBT)[::-1]))
    assert forth == back


def test_a_bad_model_file_is_refused() -> None:
    with pytest.raises(BadModel):
        reader_of({"rumour_post_zh": b"nothing"})
