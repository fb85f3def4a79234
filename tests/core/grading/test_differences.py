"""What differs between two versions of the rules, in words; and the presets that come with the program."""

from __future__ import annotations

import pytest

from huiying.core.grading.differences import differences
from huiying.core.grading.factors import FactorTable
from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.warning_rules import (
    DEFAULT_RULES,
    load_warning_rules,
    propose_warning,
    read_warning_rules,
    shipped_rules,
    shipped_text,
)

TEXT = shipped_text()
OLD = load_warning_rules()


def against(text: str, language: str = "en") -> list[str]:
    return differences(OLD, read_warning_rules(text, "new.yaml"), language)


def test_the_same_rules_differ_in_nothing_however_they_are_laid_out() -> None:
    assert against(TEXT + "\n# a remark\n") == []
    assert against(TEXT.replace("{posts_1h: 60, authors_24h: 25}", "{authors_24h: 25, posts_1h: 60}")) == []


def test_a_bar_that_moved_is_one_sentence() -> None:
    found = against(TEXT.replace("posts_1h: 60, authors_24h: 25", "posts_1h: 45, authors_24h: 25"))
    assert found == ["orange: posts in the last hour 60 or more → posts in the last hour 45 or more"]


def test_lines_that_came_and_went_are_told_the_most_urgent_first() -> None:
    text = TEXT.replace("    - {posts_24h: 150, distinct_sources_24h: 5}\n", "").replace("  RED:\n", "  RED:\n    - {reads_24h: 100000}\n")
    found = against(text)
    assert found[0] == "red: new line “reads in the last 24 hours 100,000 or more”" and found[1].startswith("blue: line dropped")


def test_a_line_moved_to_another_level_is_a_drop_and_a_new_line() -> None:
    text = TEXT.replace("    - {posts_24h: 150, distinct_sources_24h: 5}\n", "").replace(
        "  YELLOW:\n", "  YELLOW:\n    - {posts_24h: 150, distinct_sources_24h: 5}\n"
    )
    assert [sentence.split(":")[0] for sentence in against(text)] == ["yellow", "blue"]


def test_settings_are_told_in_chinese_too() -> None:
    text = TEXT.replace("exit_ratio: 0.8", "exit_ratio: 0.7").replace("quiet_hours: 12", "quiet_hours: 6")
    assert against(text, "zh-hans") == ["低于门槛的 0.8 → 0.7 倍才算回落", "排除后再次预警间隔 12 → 6 小时"]


def test_the_default_comes_first_and_every_preset_names_its_source_and_what_it_lacks() -> None:
    assert shipped_rules()[0] == DEFAULT_RULES and {"ceec_news", "college_3", "county_4", "video_p0_p3"} < set(shipped_rules())
    for name in shipped_rules()[1:]:
        preset = load_warning_rules(name)
        assert (preset.key, bool(preset.source), set(preset.left_out)) == (name, True, {"zh-Hans", "en"})


@pytest.mark.parametrize(
    ("name", "factors", "level"),
    [
        ("ceec_news", FactorTable(reposts_24h=10_001), "RED"),
        ("ceec_news", FactorTable(reposts_24h=10_000, media_tier_max=2), None),
        ("college_3", FactorTable(media_tier_max=2), "ORANGE"),
        ("college_3", FactorTable(authority_attention="central"), "RED"),
        ("county_4", FactorTable(media_tier_max=1), None),
        ("county_4", FactorTable(media_tier_max=2), "ORANGE"),
        ("video_p0_p3", FactorTable(video_plays_24h=10_001), "ORANGE"),
        ("video_p0_p3", FactorTable(video_plays_24h=1_000), None),
    ],
)
def test_presets_judge_as_they_were_published(name: str, factors: FactorTable, level: str | None) -> None:
    assert propose_warning(factors, load_warning_rules(name)).level == (WarningLevel(level) if level else None)


def test_a_proposal_names_the_lines_that_carry_it() -> None:
    found = propose_warning(FactorTable(posts_1h=70, posts_24h=70, authors_24h=30), OLD)
    assert found.lines == ("ORANGE authors_24h>=25 posts_1h>=60",) and set(found.lines) <= set(OLD.lines)
    assert propose_warning(FactorTable(posts_1h=1), OLD).lines == ()
