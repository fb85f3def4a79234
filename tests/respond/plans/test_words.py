"""How limits, owners and the matrix are said on the plan page."""

from __future__ import annotations

import pytest
from django.utils import translation

from huiying.core.grading.levels import ResponseLevel
from huiying.core.planning.loader import load_plan
from huiying.respond.plans.selectors import page
from huiying.respond.plans.services import builtin_texts

ONLINE, SERVICE = (load_plan(text) for text in builtin_texts())


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "1 minute"),
        (30, "30 minutes"),
        (60, "1 hour"),
        (90, "90 minutes"),
        (1440, "24 hours"),
        (2880, "48 hours"),
        (10080, "7 days"),
        (43200, "30 days"),
    ],
)
def test_a_limit_is_said_as_the_rules_quote_it(minutes: int, words: str) -> None:
    assert page.span_words(minutes) == words


def test_a_limit_is_said_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        assert (page.span_words(30), page.span_words(1440), page.span_words(10080)) == ("30 分钟", "24 小时", "7 天")


def test_one_number_for_all_levels_is_said_once() -> None:
    line = page.limit_line("detection", lambda level: 15, lambda level: True)
    assert (line.spans, str(line.moment)) == ((("", "15 minutes"),), "detection")


def test_a_step_of_some_levels_names_them_even_when_the_number_is_the_same() -> None:
    line = page.limit_line("crisis", lambda level: 30, lambda level: level in {ResponseLevel.L1, ResponseLevel.L2})
    assert line.spans == (("L1", "30 minutes"), ("L2", "30 minutes"))


def test_a_step_without_a_limit_says_nothing() -> None:
    assert page.limit_line("crisis", lambda level: None, lambda level: True).spans == ()


@pytest.mark.parametrize("plan", [ONLINE, SERVICE], ids=["online", "service"])
def test_each_row_of_the_matrix_has_exactly_one_owner(plan: object) -> None:
    rows = page.matrix(plan)  # type: ignore[arg-type]  # parametrize loses the type
    assert rows
    assert all(row.cells.count("owner") == 1 for row in rows)
    assert any("support" in row.cells for row in rows)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_page_has_words_for_every_step_clock_and_sentence(language: str) -> None:
    with translation.override(language):
        words = page.plan_words(SERVICE)
        steps = [step for stage in words["stages"] for step in stage["steps"]]
        assert all(step["owner_words"] and step["limit"].spans and step["expected_result"] for step in steps)
        assert all(clock["stops_with"] and clock["citation"]["short"] for clock in words["clocks"])
        assert all(str(sentence["nature_label"]) for sentence in words["holding"]["sentences"])
        assert all(str(resource["kind_label"]) for resource in words["resources"])
