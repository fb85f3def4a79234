"""Reasons and counterfactuals are sentences in the reader's language, and keep small groups hidden."""

from __future__ import annotations

from huiying.core.grading.factors import CATEGORIES, FACTOR_NAMES, MEDIA_TIERS, FactorTable
from huiying.core.grading.scheme import load_scheme, propose
from huiying.core.grading.warning_rules import load_warning_rules, propose_warning
from huiying.core.grading.wording import (
    FACTOR_LABELS,
    VALUE_LABELS,
    counterfactual_text,
    factor_label,
    level_label,
    reason_text,
    value_label,
)


def test_every_factor_and_every_word_has_a_label_in_both_languages() -> None:
    assert set(FACTOR_LABELS) == set(FACTOR_NAMES)
    words = {word for scale in CATEGORIES.values() for word in scale} | set(MEDIA_TIERS)
    assert words <= set(VALUE_LABELS)
    assert all(set(label) == {"zh-Hans", "en"} for label in (*FACTOR_LABELS.values(), *VALUE_LABELS.values()))


def test_a_reason_reads_well_in_three_languages() -> None:
    reason = propose(FactorTable(reads_24h=61_000, comments_24h=700), load_scheme()).reasons[0].as_dict()
    assert reason_text(reason, "zh-hans") == "过去 24 小时阅读：61,000（重大门槛 50,000）"
    assert reason_text(reason, "zh-hant") == "過去 24 小時閱讀：61,000（重大門檻 50,000）"
    assert reason_text(reason, "en") == "reads in the last 24 hours: 61,000 (bar of major: 50,000)"


def test_a_counterfactual_says_how_much_more_it_takes() -> None:
    option = propose_warning(FactorTable(posts_1h=50, authors_24h=30), load_warning_rules()).counterfactual[0].as_dict()
    assert counterfactual_text(option, "en") == "orange if posts in the last hour at 60 or more (now 50, 1.2 times that)"
    assert counterfactual_text(option, "zh-hans") == "将为橙色，如果过去 1 小时帖文达到 60（现 50，需 1.2 倍）"


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    option = {"level": "RED", "changes": [{"factor": "media_tier_max", "current": None, "needed": 3, "times": None}]}
    assert "unknown now" in counterfactual_text(option, "en")


def test_fewer_than_five_authors_are_never_told() -> None:
    assert value_label("authors_24h", 3, "en") == "fewer than 5"
    option = {"level": "BLUE", "changes": [{"factor": "authors_24h", "current": 3, "needed": 8, "times": 2.7}]}
    text = counterfactual_text(option, "en")
    assert "3" not in text and "2.7" not in text


def test_unknown_names_are_shown_as_they_are() -> None:
    assert factor_label("strange", "en") == "strange"
    assert level_label("strange", "en") == "strange"
    assert value_label("offline_impact", None, "en") == "None"
