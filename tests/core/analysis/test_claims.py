"""Claims worth checking: why, where seen, which figures; never a verdict, never a figure below five authors."""

from __future__ import annotations

import pytest

from huiying.core.analysis.claims import Claims, Ground, claims, grounds_of
from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.sayings import Saying, folded

from .test_questions import say


def why(text: str) -> tuple[Ground, ...]:
    return grounds_of(folded([text])[0])


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("听说水厂早就停产了", Ground.HEARSAY),
        ("朋友说看到救护车开进去", Ground.HEARSAY),
        ("已有30多人住院", Ground.FIGURE),
        ("铁含量超过标准3倍", Ground.FIGURE),
        ("发黄是因为管道老化", Ground.CAUSE),
        ("水厂一直在隐瞒检测结果", Ground.ACCUSATION),
        ("A friend said the pumps were off", Ground.HEARSAY),
        ("At least 12 people injured", Ground.FIGURE),
        ("It was caused by a broken main", Ground.CAUSE),
        ("They covered up the test results", Ground.ACCUSATION),
    ],
)
def test_each_ground_is_known_in_both_languages(text: str, ground: Ground) -> None:
    assert ground in why(text)


@pytest.mark.parametrize(
    "text",
    ["水是黄的，大家小心", "我们一起加油", "有30人住院吗？", "请公布30个小区的名单", "转发抽奖送30人", "The water is brown.", "", "😀30"],
)
def test_what_asserts_nothing_to_check_is_no_claim(text: str) -> None:
    assert why(text) == ()


SICK = ["听说有30多人住院了", "网传30多人住院", "听说已经有50多人住院了", "朋友说有30多人住院", "据说30多人都住院了", "听说三十多人住院"]


def test_one_claim_in_other_words_is_one_group_with_the_figures_it_names() -> None:
    found = claims(say(*SICK, "水厂领导隐瞒了检测结果。"))
    assert isinstance(found, Claims)
    first = found.groups[0]
    assert first.authors is not None and first.authors >= 5
    assert Ground.HEARSAY in first.grounds
    assert first.numbers[:2] == ("30多人住", "50多人住") or {"30", "50"} <= {number[:2] for number in first.numbers}


def test_a_claim_says_where_it_was_seen_in_counts() -> None:
    sayings = [Saying(place, place, text, f"a{place}", place % 2, ("weibo", "forum")[place % 2]) for place, text in enumerate(SICK)]
    found = claims(sayings)
    assert isinstance(found, Claims)
    assert dict(found.groups[0].channels) == {"weibo": 3, "forum": 3}
    assert found.groups[0].sources == 2


def test_below_five_authors_no_figure_and_no_channel_is_shown() -> None:
    found = claims(say(*SICK[:4], "停水了。", "水黄了。"))
    assert isinstance(found, Claims)
    assert all((group.posts, group.authors, group.channels) == (None, None, ()) for group in found.groups)


def test_too_few_posts_are_insufficient_evidence() -> None:
    assert isinstance(claims(say(*SICK[:4])), Insufficient)
    assert isinstance(claims([]), Insufficient)


def test_posts_without_a_claim_are_an_empty_list_not_a_gap() -> None:
    found = claims(say("水黄了", "停水了", "真难受", "没法做饭", "孩子哭了"))
    assert isinstance(found, Claims) and found.groups == ()
