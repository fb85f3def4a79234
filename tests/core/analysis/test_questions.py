"""Questions of the public: grouped, ranked by authors, never a figure below five, nothing without evidence."""

from __future__ import annotations

import random

import pytest

from huiying.core.analysis.alike import grouped, medoid, terms_of, vectors
from huiying.core.analysis.asking import Kind
from huiying.core.analysis.evidence import Gap, Insufficient
from huiying.core.analysis.questions import Questions, questions
from huiying.core.analysis.sayings import Saying, fair, originals, plain, sentences, voices

BACK = ["什么时候恢复供水？", "到底几点能来水？", "水什么时候来啊？", "还要停多久才能通水？", "何时恢复供水？", "什么时候才能来水呀？"]
DRINK = ["这水能喝吗？", "自来水还能不能喝？", "黄水烧开了可以喝吗"]


def say(*texts: str, author: str | None = None, start: int = 1) -> list[Saying]:
    """Return sayings a second apart, each by an author of its own unless one is named."""
    return [
        Saying(start + place, (start + place) * 1_000_000, text, author if author is not None else f"a{start + place}")
        for place, text in enumerate(texts)
    ]


def asked(sayings: list[Saying]) -> Questions:
    found = questions(sayings, version="1")
    assert isinstance(found, Questions)
    return found


def test_one_question_in_other_words_is_one_group() -> None:
    found = asked(say(*BACK, *DRINK))
    assert [(group.kind, group.wordings) for group in found.groups] == [(Kind.WHEN, 6), (Kind.WHETHER, 3)]
    assert found.groups[0].authors == 6
    assert found.groups[0].text in BACK


def test_the_same_question_in_both_languages_is_one_question() -> None:
    found = asked(say(*BACK, "When will the water be back?", "how long until water is restored?", "when is our water coming back"))
    assert [group.wordings for group in found.groups] == [9]


def test_a_group_of_four_authors_shows_no_figure() -> None:
    found = asked(say(*BACK[:4], "水是黄的。"))
    assert (found.groups[0].posts, found.groups[0].authors) == (None, None)


def test_many_posts_of_one_author_rank_below_few_posts_of_many() -> None:
    flood = say(*[f"{text[:-1]}{number}号楼？" for number, text in enumerate(DRINK * 10)], author="one", start=100)
    found = asked([*flood, *say(*BACK)])
    assert found.groups[0].kind is Kind.WHEN
    assert all(group.authors is None for group in found.groups[1:])


def test_equal_questions_stand_in_the_order_of_their_first_asking() -> None:
    found = asked([*say(*DRINK, start=50), *say(*BACK[:3], start=10)])
    assert [group.first_at for group in found.groups] == sorted(group.first_at for group in found.groups)


def test_copies_ask_the_question_they_repeat() -> None:
    copies = [Saying(100 + place, 100_000_000, "", f"c{place}", copy_of=1) for place in range(7)]
    found = asked([*say(*BACK[:1], "水是黄的。", "停水了。", "管道破了。", "师傅在修。"), *copies])
    assert (found.groups[0].posts, found.groups[0].authors) == (8, 8)


def test_where_sources_name_no_authors_posts_are_counted() -> None:
    found = asked(say(*BACK, author=""))
    assert (found.groups[0].posts, found.groups[0].authors) == (6, None)


def test_the_order_of_the_posts_changes_nothing() -> None:
    sayings = say(*BACK, *DRINK, "请公布检测结果！", "必须公布检测报告！")
    expected = asked(sayings)
    for seed in range(5):
        shuffled = random.Random(seed).sample(sayings, len(sayings))
        assert asked(shuffled) == expected


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_posts_are_insufficient_evidence(count: int) -> None:
    found = questions(say(*BACK[:count]))
    assert isinstance(found, Insufficient)
    assert (found.gap, found.n, found.needed) == (Gap.POSTS, count, 5)


def test_five_copies_of_one_text_are_one_text() -> None:
    assert isinstance(questions(say(*BACK[:1] * 9)), Insufficient)


def test_every_finding_carries_what_it_rests_on() -> None:
    ground = asked(say(*BACK, *DRINK)).evidence
    assert (ground.n, ground.window, ground.sources, ground.version) == (9, (1_000_000, 9_000_000), 1, "1")


@pytest.mark.parametrize(
    "text", ["😀", "a" * 1_000_000, "为什么" * 300_000, "\ud800\udfff", "؟ متى", "?" * 10_000, "\x00", "＃" * 5_000, "【" * 5_000]
)
def test_hostile_texts_are_read_without_harm(text: str) -> None:
    found = questions([Saying(place, place, f"{text}{place}" if place % 2 else text, f"a{place}") for place in range(20)])
    assert isinstance(found, Insufficient | Questions)


def test_a_thousand_distinct_nonsense_questions_stay_bounded() -> None:
    rng = random.Random(5)
    texts = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(12)) + "？" for _ in range(1_500)]
    found = asked(say(*texts))
    assert len(found.groups) == 12


def test_a_text_is_cut_into_sentences_with_their_signs() -> None:
    assert sentences(plain("#停水# 停水了！几点来水？？Is it safe? Tell us.")) == [
        "停水 停水了！",
        "几点来水？？",
        "Is it safe?",
        "Tell us.",
    ]
    assert all(len(piece) <= 90 for piece in sentences("字" * 1_000 + "，" + "文，" * 600))


def test_what_points_at_a_person_is_not_shown() -> None:
    assert plain("@user: 看 https://t.cn/abc <a href='https://x.example/1'>张</a> 停水") == "看 张 停水"


def test_an_author_counts_with_three_texts_at_most() -> None:
    assert len(fair(say(*BACK, author="one"))) == 3
    assert len(fair(say(*BACK, author=""))) == 6


def test_equal_texts_are_one_original_with_all_its_voices() -> None:
    sayings = say("停水了", "停 水了", "来水了")
    assert [each.seq for each in originals(sayings)] == [1, 3]
    assert {seq: len(said) for seq, said in voices(sayings).items()} == {1: 2, 3: 1}


def test_groups_hold_every_row_once() -> None:
    texts = [*BACK, *DRINK, ""]
    matrix = vectors(texts, [""] * len(texts), [()] * len(texts))
    groups = grouped(matrix)
    assert sorted(row for members in groups for row in members) == list(range(len(texts)))
    assert all(medoid(matrix, members) in members for members in groups)
    assert grouped(vectors([], [], [])) == []


def test_words_that_carry_no_meaning_are_left_out() -> None:
    assert terms_of("when will the water be back?") == ["water", "back"]
