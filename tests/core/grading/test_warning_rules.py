"""Warning rules go up at once, come down slowly and say why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.grading.factors import FactorTable
from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.rulefile import RuleFileError
from huiying.core.grading.warning_rules import hold, load_warning_rules, may_warn_again, propose_warning, read_warning_rules, remember

RED, ORANGE, YELLOW, BLUE = WarningLevel
RULES = load_warning_rules()
NOW = datetime(2026, 11, 23, 18, 40, tzinfo=UTC)


def story(posts: int, authors: int | None = None, **more: int | float) -> FactorTable:
    return FactorTable(posts_1h=posts, posts_24h=posts, authors_24h=authors).with_values(**more)


@pytest.mark.parametrize(
    ("factors", "level"),
    [
        (story(3, 3), None),
        (story(19, 15), None),
        (story(46, 2), None),  # two people chatting are no matter, however much they write
        (story(20, 8), BLUE),
        (story(35, 15), YELLOW),
        (story(60, 25), ORANGE),
        (story(8 * 60, 150), ORANGE),  # the demo's slow surge after an hour
        (story(25 * 60, 400), RED),
        (story(30), BLUE),
        (story(60), YELLOW),
        (story(120), ORANGE),  # a feed without authors
        (story(1500), RED),
        (story(25, 4, questions_24h=9, growth_ratio_1h=5.0), YELLOW),
        (story(320, 10, media_tier_max=3, growth_ratio_1h=9.0), RED),
    ],
)
def test_the_default_rules_know_chatter_from_a_matter(factors: FactorTable, level: WarningLevel | None) -> None:
    assert propose_warning(factors, RULES).level is level


def test_a_demo_surge_warns_within_two_minutes_and_is_orange_soon() -> None:
    assert propose_warning(story(2 * 12, 20), RULES).level is not None
    assert propose_warning(story(8 * 8, 40), RULES).level is ORANGE


def test_a_proposal_carries_reasons_gaps_and_the_way_up() -> None:
    proposal = propose_warning(story(50, 30), RULES)
    assert proposal.level is YELLOW
    assert {reason.factor: reason.value for reason in proposal.reasons} == {"posts_1h": 50, "authors_24h": 30}
    assert "media_tier_max" in proposal.missing
    first = proposal.counterfactual[0]
    assert first.level == "ORANGE" and [(c.factor, c.needed, c.times) for c in first.changes] == [("posts_1h", 60, 1.2)]
    assert (proposal.rule_key, proposal.rule_version) == ("warning_default_v1", "1.0")


def test_a_line_for_unknown_authors_is_no_way_up_once_they_are_known() -> None:
    ways = propose_warning(story(50, 30), RULES).counterfactual
    assert all(change.needed != 120 for way in ways for change in way.changes)


def test_the_level_goes_up_at_once() -> None:
    assert hold(BLUE, NOW, story(70, 30), RULES, NOW).level is ORANGE


def test_breathing_around_the_bar_does_not_flap() -> None:
    held = hold(ORANGE, None, story(50, 24), RULES, NOW)  # above 0.8 of 60 and of 25
    assert held.level is ORANGE and held.below_since is None


def test_the_level_goes_down_after_an_hour_of_low_values() -> None:
    low = story(36, 16)
    first = hold(ORANGE, None, low, RULES, NOW)
    assert (first.level, first.below_since) == (ORANGE, NOW)
    almost = hold(ORANGE, first.below_since, low, RULES, NOW + timedelta(minutes=59))
    assert almost.level is ORANGE and almost.below_since == NOW
    after = hold(ORANGE, almost.below_since, low, RULES, NOW + timedelta(minutes=60))
    assert after.level is YELLOW


def test_a_peak_in_between_starts_the_hour_anew() -> None:
    first = hold(ORANGE, None, story(10, 5), RULES, NOW)
    peak = hold(ORANGE, first.below_since, story(70, 30), RULES, NOW + timedelta(minutes=30))
    assert peak.below_since is None


def test_it_never_goes_below_blue_because_only_a_person_ends_a_warning() -> None:
    held = hold(RED, NOW - timedelta(days=3), story(0, 0), RULES, NOW)
    assert held.level is BLUE


@given(st.sampled_from(list(WarningLevel)), st.integers(0, 3000), st.integers(0, 400))
def test_one_look_never_lowers(current: WarningLevel, posts: int, authors: int) -> None:
    assert hold(current, None, story(posts, authors), RULES, NOW).level.rank >= current.rank


def test_what_was_known_stays_known_when_a_source_falls_silent() -> None:
    table = remember(FactorTable(posts_1h=50), {"authors_24h": 30, "posts_1h": 900})
    assert (table.posts_1h, table.authors_24h) == (50, 30)


def test_a_dismissed_story_warns_again_only_when_it_is_worse_or_after_quiet_hours() -> None:
    assert not may_warn_again(YELLOW, YELLOW, NOW, RULES, NOW + timedelta(hours=11))
    assert may_warn_again(ORANGE, YELLOW, NOW, RULES, NOW + timedelta(minutes=1))
    assert may_warn_again(BLUE, YELLOW, NOW, RULES, NOW + timedelta(hours=12))


GOOD = """\
key: mine
version: "1"
title: {zh-Hans: 我的, en: mine}
hysteresis: {exit_ratio: 0.8, lower_after_minutes: 60}
rearm: {quiet_hours: 6}
levels:
  RED:
    - {posts_1h: 10}
"""


def test_below_the_fewest_posts_no_level_is_possible() -> None:
    assert RULES.least_posts == 20
    best = FactorTable(
        posts_1h=19,
        posts_24h=19,
        authors_24h=10**6,
        questions_24h=10**6,
        growth_ratio_1h=10.0**6,
        media_tier_max=3,
        distinct_sources_24h=10**6,
    )
    assert propose_warning(best, RULES).level is None


def test_a_rule_without_posts_keeps_every_story_in_sight() -> None:
    assert read_warning_rules(GOOD.replace("posts_1h: 10", "media_tier_max: central_or_foreign"), "mine.yaml").least_posts == 0


def test_a_file_may_name_only_the_levels_it_uses() -> None:
    rules = read_warning_rules(GOOD, "mine.yaml")
    assert propose_warning(story(10), rules).level is RED
    assert propose_warning(story(9), rules).level is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("posts_1h: 10", "post_1h: 10", "line 8: “post_1h” is not known.*did you mean “posts_1h”"),
        ("  RED:", "  PURPLE:", "line 7: “PURPLE” is not known.*RED, ORANGE, YELLOW, BLUE"),
        ("{posts_1h: 10}", "{unless_known: authors_24h}", "would always warn"),
        ("{posts_1h: 10}", "{posts_1h: -4}", "a number from 0 up"),
        ("{posts_1h: 10}", "{posts_1h: [4]}", "must be plain text"),
        ("exit_ratio: 0.8", "exit_ratio: 1.5", "above 0 and up to 1"),
        ("    - {posts_1h: 10}", "    posts_1h: 10", "must be a list"),
        ("rearm: {quiet_hours: 6}\n", "", "lacks “rearm”"),
    ],
)
def test_a_typo_in_the_rules_is_named_with_its_line(old: str, new: str, words: str) -> None:
    with pytest.raises(RuleFileError, match=words):
        read_warning_rules(GOOD.replace(old, new, 1), "mine.yaml")


def test_an_unknown_rule_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RuleFileError, match="warning_default_v1"):
        load_warning_rules("nobody")
