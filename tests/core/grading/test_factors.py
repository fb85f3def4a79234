"""The factor table says what is known and refuses what no scheme could compare."""

from __future__ import annotations

import pytest

from huiying.core.grading.factors import CATEGORIES, FACTOR_NAMES, FactorError, FactorTable
from huiying.core.grading.levels import EventGrade, ResponseLevel, WarningLevel, highest


def test_an_empty_table_misses_everything() -> None:
    assert FactorTable().missing() == FACTOR_NAMES
    assert FactorTable().as_dict() == {}


def test_zero_is_known_and_none_is_not() -> None:
    table = FactorTable(posts_1h=0, questions_24h=None)
    assert "posts_1h" not in table.missing()
    assert "questions_24h" in table.missing()
    assert table.as_dict() == {"posts_1h": 0}


def test_a_category_counts_by_its_place_on_the_scale() -> None:
    for name, words in CATEGORIES.items():
        assert [FactorTable().with_values(**{name: word}).value(name) for word in words] == [0.0, 1.0, 2.0, 3.0]


def test_with_values_leaves_the_original_alone() -> None:
    table = FactorTable(posts_1h=4)
    assert table.with_values(posts_1h=9).posts_1h == 9
    assert table.posts_1h == 4


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"offline_impact": "riot"}, "deaths_or_public_order"),
        ({"posts_1h": -1}, "from 0 up"),
        ({"growth_ratio_1h": float("nan")}, "from 0 up"),
        ({"growth_ratio_1h": float("inf")}, "finite"),
        ({"reads_24h": "many"}, "a number is needed"),
        ({"posts_24h": True}, "a number is needed"),
        ({"media_tier_max": 4}, "use 0 to 3"),
    ],
)
def test_a_value_nobody_could_compare_is_named(values: dict[str, object], words: str) -> None:
    with pytest.raises(FactorError, match=words):
        FactorTable(**values)  # type: ignore[arg-type]  # wrong on purpose


def test_an_unknown_factor_is_named_with_the_known_ones() -> None:
    with pytest.raises(FactorError, match="posts_1h"):
        FactorTable().value("post_1h")


def test_levels_are_three_things_with_ranks_from_one_to_four() -> None:
    assert [grade.rank for grade in EventGrade] == [4, 3, 2, 1]
    assert [level.rank for level in WarningLevel] == [4, 3, 2, 1]
    assert [level.rank for level in ResponseLevel] == [4, 3, 2, 1]
    assert EventGrade.I_EXTRAORDINARY.label["zh-Hans"] == "特别重大"
    assert WarningLevel.RED.label["en"] == "red"
    assert ResponseLevel.L1.label["zh-Hans"] == "一级响应"


def test_the_highest_of_nothing_is_nothing() -> None:
    assert highest(None, None) is None  # type: ignore[type-var]
    assert highest(WarningLevel.BLUE, WarningLevel.RED, None) is WarningLevel.RED
