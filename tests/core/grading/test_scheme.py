"""The default scheme grades as STANDARDS 1.3 says, with reasons, gaps and counterfactuals."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.core.grading.factors import CATEGORIES, FactorTable
from huiying.core.grading.levels import EventGrade
from huiying.core.grading.rulefile import RuleFileError
from huiying.core.grading.scheme import Scheme, load_scheme, propose, read_scheme

G1, G2, G3, G4 = EventGrade
SCHEME = load_scheme()
#: STANDARDS 1.3, IV to I.
VOLUMES = {
    "reads_24h": (1_000, 10_000, 50_000, 100_000),
    "reposts_24h": (50, 500, 5_000, 10_000),
    "video_plays_24h": (1_000, 10_000, 50_000, 100_000),
    "comments_24h": (20, 100, 500, 1_000),
    "distinct_sources_24h": (5, 20, 60, 150),
}
UP = (G4, G3, G2, G1)


def table(**values: object) -> FactorTable:
    return FactorTable(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("position", range(4))
def test_two_volumes_at_a_level_set_it_and_one_alone_does_not(position: int) -> None:
    for first, second in combinations(VOLUMES, 2):
        both = table(**{first: VOLUMES[first][position], second: VOLUMES[second][position]})
        assert propose(both, SCHEME).level is UP[position]
    for name, bars in VOLUMES.items():
        assert propose(table(**{name: bars[position]}), SCHEME).level is None


@pytest.mark.parametrize("position", range(4))
def test_one_volume_with_growth_at_that_level_sets_it(position: int) -> None:
    growth = (2, 4, 8, 16)[position]
    assert propose(table(reads_24h=VOLUMES["reads_24h"][position], growth_ratio_1h=growth), SCHEME).level is UP[position]
    assert propose(table(growth_ratio_1h=growth), SCHEME).level is None


@pytest.mark.parametrize("name", [*CATEGORIES, "media_tier_max"])
@pytest.mark.parametrize("position", range(4))
def test_any_category_alone_sets_its_level(name: str, position: int) -> None:
    value: object = position if name == "media_tier_max" else CATEGORIES[name][position]
    proposal = propose(table(**{name: value}), SCHEME)
    assert proposal.level is UP[position]
    assert [reason.factor for reason in proposal.reasons] == [name]
    assert proposal.reasons[0].kind == "hard"


def test_the_bar_itself_counts_and_one_below_does_not() -> None:
    assert propose(table(reads_24h=50_000, comments_24h=500), SCHEME).level is G2
    assert propose(table(reads_24h=49_999, comments_24h=500), SCHEME).level is G3


def test_nothing_known_proposes_nothing_and_says_what_is_missing() -> None:
    proposal = propose(FactorTable(), SCHEME)
    assert proposal.level is None
    assert "reads_24h" in proposal.missing and "offline_impact" in proposal.missing
    assert "posts_1h" not in proposal.missing  # this scheme does not use it


def test_missing_data_never_lowers_a_current_grade() -> None:
    proposal = propose(table(reads_24h=10), SCHEME, current=G2)
    assert proposal.level is G2


def test_reasons_carry_value_and_bar() -> None:
    proposal = propose(table(reads_24h=61_000, growth_ratio_1h=9.5), SCHEME)
    assert proposal.as_dict()["level"] == "II_MAJOR"
    assert [(r.factor, r.value, r.threshold) for r in proposal.reasons] == [("reads_24h", 61_000, 50_000), ("growth_ratio_1h", 9.5, 8)]
    assert (proposal.scheme_key, proposal.scheme_version) == ("huiying_default_v1", "1.0")


def test_a_counterfactual_names_the_nearest_way_up_first_and_is_true() -> None:
    factors = table(reads_24h=60_000, comments_24h=700, growth_ratio_1h=1.0)
    proposal = propose(factors, SCHEME)
    assert proposal.level is G2
    nearest = proposal.counterfactual[0]
    assert nearest.level == G1.value
    changed = factors.with_values(**{change.factor: change.needed for change in nearest.changes})
    assert propose(changed, SCHEME).level is G1


def test_at_the_top_there_is_no_counterfactual() -> None:
    assert propose(table(offline_impact="deaths_or_public_order"), SCHEME).counterfactual == ()


def test_the_scale_moves_counts_only() -> None:
    assert propose(table(reads_24h=50_000, comments_24h=500), SCHEME, scale=2).level is G3
    assert propose(table(offline_impact="gathering_injury_or_wide_break"), SCHEME, scale=100).level is G2
    with pytest.raises(ValueError, match="above 0"):
        propose(FactorTable(), SCHEME, scale=0)


def test_every_grade_has_its_duties_with_time_limits() -> None:
    minutes = {grade: {duty.key: duty.minutes for duty in SCHEME.duties[grade]} for grade in EventGrade}
    assert minutes[G1]["authoritative_information"] == minutes[G2]["authoritative_information"] == 300
    assert minutes[G1]["press_conference"] == 1440
    assert minutes[G2]["holding_statement"] == 30 and minutes[G3]["holding_statement"] == 120 and minutes[G4]["holding_statement"] is None
    assert minutes[G4]["reply"] == minutes[G3]["reply"] == 2880
    assert [minutes[grade]["follow_up_report"] for grade in EventGrade] == [120, 240, 720, None]
    assert [minutes[grade]["monitoring_pass"] for grade in EventGrade] == [15, 30, 60, 240]
    duty = SCHEME.duty(G1, "authoritative_information")
    assert duty is not None and duty.source == "国办发〔2016〕80号"
    assert SCHEME.duty(G1, "unheard_of") is None


NUMBERS = st.dictionaries(st.sampled_from([*VOLUMES, "growth_ratio_1h", "duration_hours"]), st.integers(0, 200_000))


@given(NUMBERS, st.sampled_from([*VOLUMES]), st.integers(1, 100_000))
def test_more_of_anything_never_lowers_the_proposal(values: dict[str, int], name: str, more: int) -> None:
    before = propose(table(**values), SCHEME).level
    after = propose(table(**{**values, name: values.get(name, 0) + more}), SCHEME).level
    assert (after.rank if after else 0) >= (before.rank if before else 0)


def scheme_text() -> str:
    from importlib.resources import files

    return (files("huiying.core.grading") / "schemes" / "huiying_default_v1.yaml").read_text(encoding="utf-8")


def broken(old: str, new: str) -> str:
    text = scheme_text()
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  reads_24h:", "  reds_24h:", "line 12: “reds_24h” is not known in the file.indicators .did you mean “reads_24h”"),
        ("kind: volume", "kind: volumes", "“kind” is “volumes”; use one of: category, volume, support"),
        ("III_LARGER: 10000,", "III_LARGER: 900,", "III_LARGER must be above IV_GENERAL"),
        ("IV_GENERAL: 1000,", "IV_GENERAL: lots,", "a number from 0 up is needed"),
        ("III_LARGER: ordinary_local", "III_LARGER: ordinary", "use one of: self_media_or_forum"),
        ('version: "1.0"\n', "", "lacks “version”"),
        ("source: STANDARDS 1.3 (proposal)\n", "source: x\nsource: y\n", "is given twice"),
        ("en: Huiying default grade scheme", "fr: Schéma", "“fr” is not known"),
        ("indicators:", "indicators: [", "not readable as YAML"),
    ],
)
def test_a_typo_is_named_with_its_line_and_the_allowed_words(old: str, new: str, words: str) -> None:
    with pytest.raises(RuleFileError, match=words) as fault:
        read_scheme(broken(old, new), "mine.yaml")
    assert "mine.yaml, line " in str(fault.value)


def test_an_empty_file_and_an_unknown_name_say_so() -> None:
    with pytest.raises(RuleFileError, match="empty"):
        read_scheme("", "mine.yaml")
    with pytest.raises(RuleFileError, match="must be a mapping"):
        read_scheme("- a", "mine.yaml")
    with pytest.raises(RuleFileError, match="huiying_default_v1"):
        load_scheme("nobody")


def test_the_shipped_text_and_the_loaded_scheme_are_the_same() -> None:
    assert isinstance(SCHEME, Scheme)
    assert read_scheme(scheme_text(), "x.yaml") == SCHEME
