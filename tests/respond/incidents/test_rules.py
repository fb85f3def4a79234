"""The table of moves and the clock rows, without a database."""

from __future__ import annotations

import pytest

from huiying.respond.incidents import rules
from huiying.respond.incidents.duty_rules import BadDutyRule, StoppedBy, duty_rules, read
from huiying.respond.incidents.rules import MOVES, NEEDS_REASON, State, may_move

S = State
ALLOWED = {
    (S.SUSPECTED, S.CONFIRMED),
    (S.SUSPECTED, S.DISMISSED),
    (S.SUSPECTED, S.MERGED),
    (S.DISMISSED, S.SUSPECTED),
    (S.CONFIRMED, S.GRADED),
    (S.CONFIRMED, S.MERGED),
    (S.GRADED, S.RESPONDING),
    (S.GRADED, S.MERGED),
    (S.RESPONDING, S.STABILISING),
    (S.RESPONDING, S.MERGED),
    (S.STABILISING, S.RESOLVED),
    (S.STABILISING, S.RESPONDING),
    (S.STABILISING, S.MERGED),
    (S.RESOLVED, S.REVIEWING),
    (S.RESOLVED, S.RESPONDING),
    (S.REVIEWING, S.CLOSED),
}


@pytest.mark.parametrize("old", list(State))
@pytest.mark.parametrize("new", list(State))
def test_the_table_knows_exactly_the_moves_of_the_standard(old: State, new: State) -> None:
    assert may_move(old, new) is ((old, new) in ALLOWED)


def test_every_state_has_a_row_and_a_label() -> None:
    assert set(MOVES) == set(State) == set(rules.STATE_LABELS)


def test_a_reason_is_only_asked_for_moves_that_exist() -> None:
    assert NEEDS_REASON <= ALLOWED


def test_ended_states_lead_nowhere_but_back_from_dismissed() -> None:
    assert {state for state in rules.ENDED_STATES if MOVES[state]} == {S.DISMISSED}


def test_a_check_nobody_asks_for_is_refused_with_the_known_names() -> None:
    with pytest.raises(ValueError, match="review_approved"):
        rules.register_check("review_aproved", lambda _id, _now: None)


def test_a_registered_check_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_outside", {})
    rules.register_check("review_opened", lambda _id, _now: "no")
    check = rules.outside_check("review_opened")
    assert check is not None
    assert rules.outside_check("review_approved") is None


LIMITS = {
    ("holding_statement", "II_MAJOR"): 30 * 60,
    ("holding_statement", "III_LARGER"): 2 * 3600,
    ("holding_statement", "IV_GENERAL"): None,
    ("first_report", "I_EXTRAORDINARY"): 30 * 60,
    ("first_report", "III_LARGER"): 3600,
    ("first_report", "IV_GENERAL"): 4 * 3600,
    ("authoritative_information", "I_EXTRAORDINARY"): 5 * 3600,
    ("authoritative_information", "III_LARGER"): None,
    ("press_conference", "II_MAJOR"): 24 * 3600,
    ("press_conference", "IV_GENERAL"): None,
    ("reply", "III_LARGER"): 48 * 3600,
    ("reply", "I_EXTRAORDINARY"): None,
    ("follow_up_report", "I_EXTRAORDINARY"): 2 * 3600,
    ("follow_up_report", "II_MAJOR"): 4 * 3600,
    ("follow_up_report", "III_LARGER"): 12 * 3600,
    ("follow_up_report", "IV_GENERAL"): None,
    ("upward_report", "II_MAJOR"): 4 * 3600,
    ("activation", ""): 24 * 3600,
    ("holding_statement", ""): 30 * 60,
    ("public_update", "IV_GENERAL"): 7 * 86400,
    ("satisfaction_survey", "IV_GENERAL"): 30 * 86400,
}


@pytest.mark.parametrize(("duty", "grade"), list(LIMITS))
def test_limits_are_those_of_the_standard(duty: str, grade: str) -> None:
    rule = next(rule for rule in duty_rules() if rule.key == duty)
    assert rule.seconds_for(grade) == LIMITS[duty, grade]


def test_every_clock_cites_its_source_in_both_languages_of_its_label() -> None:
    for rule in duty_rules():
        assert rule.citation
        assert set(rule.label) == {"zh-Hans", "en"}


def test_activation_warns_after_thirty_minutes() -> None:
    activation = next(rule for rule in duty_rules() if rule.key == "activation")
    assert activation.clock_rule(86400).warn_seconds == 1800


def test_a_warning_that_would_come_after_the_end_is_left_out() -> None:
    holding = next(rule for rule in duty_rules() if rule.key == "holding_statement")
    assert holding.clock_rule(600).warn_seconds is None


def test_statements_stop_the_clocks_statements_promise_to_stop() -> None:
    by_statement = {rule.key for rule in duty_rules() if rule.stopped_by is StoppedBy.STATEMENT}
    assert by_statement == {"holding_statement", "authoritative_information", "reply", "public_update"}


ROW = "{key: a, label: {en: A}, citation: R1, from: crisis, by: person, seconds: {ungraded: 60}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "a list called clocks"),
        ("clocks: [{key: a}]", "clock 1"),
        (f"clocks: [{ROW}, {ROW}]", "twice"),
        (f"clocks: [{ROW.replace('crisis', 'crysis')}]", "crisis"),
        (f"clocks: [{ROW.replace('person', 'nobody')}]", "statement"),
        (f"clocks: [{ROW.replace('ungraded: 60', 'V: 60')}]", "I_EXTRAORDINARY"),
        (f"clocks: [{ROW.replace('60', '0')}]", "above 0"),
        (f"clocks: [{ROW.replace('citation', 'citaton')}]", "citaton"),
    ],
)
def test_a_fault_in_a_clock_file_is_named(text: str, said: str) -> None:
    with pytest.raises(BadDutyRule, match=said):
        read(text, place="x.yaml")
