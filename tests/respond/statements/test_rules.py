"""The tables and the pure decisions of the statement room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiying.base.accounts.rules import PERMISSIONS
from huiying.respond.statements import rules
from huiying.respond.statements.rules import MOVES, Approved, CommitmentState, FactState, Nature, SentenceText, StatementState, may_move

S = StatementState
AT = datetime(2026, 11, 23, 18, 40, tzinfo=UTC)

ALLOWED = {
    (S.DRAFT, S.FACT_CHECK),
    (S.DRAFT, S.REJECTED),
    (S.FACT_CHECK, S.LEGAL_REVIEW),
    (S.FACT_CHECK, S.PENDING_APPROVAL),
    (S.FACT_CHECK, S.RETURNED),
    (S.FACT_CHECK, S.DRAFT),
    (S.LEGAL_REVIEW, S.PENDING_APPROVAL),
    (S.LEGAL_REVIEW, S.RETURNED),
    (S.LEGAL_REVIEW, S.DRAFT),
    (S.PENDING_APPROVAL, S.APPROVED),
    (S.PENDING_APPROVAL, S.RETURNED),
    (S.PENDING_APPROVAL, S.REJECTED),
    (S.PENDING_APPROVAL, S.DRAFT),
    (S.APPROVED, S.PUBLISHED),
    (S.APPROVED, S.EXPIRED),
    (S.APPROVED, S.RETURNED),
    (S.APPROVED, S.DRAFT),
    (S.RETURNED, S.FACT_CHECK),
    (S.RETURNED, S.DRAFT),
    (S.RETURNED, S.REJECTED),
    (S.EXPIRED, S.PENDING_APPROVAL),
    (S.EXPIRED, S.DRAFT),
    (S.EXPIRED, S.REJECTED),
    (S.PUBLISHED, S.CORRECTED),
    (S.PUBLISHED, S.WITHDRAWN),
}


@pytest.mark.parametrize("new", list(StatementState))
@pytest.mark.parametrize("old", list(StatementState))
def test_statement_square(old: StatementState, new: StatementState) -> None:
    assert may_move(old, new) is ((old, new) in ALLOWED)


@pytest.mark.parametrize("new", list(FactState))
@pytest.mark.parametrize("old", list(FactState))
def test_fact_square(old: FactState, new: FactState) -> None:
    allowed = {("proposed", "verified"), ("proposed", "withdrawn"), ("verified", "withdrawn")}
    assert (new in rules.FACT_MOVES[old]) is ((old.value, new.value) in allowed)


@pytest.mark.parametrize("new", list(CommitmentState))
@pytest.mark.parametrize("old", list(CommitmentState))
def test_commitment_square(old: CommitmentState, new: CommitmentState) -> None:
    assert (new in rules.COMMITMENT_MOVES[old]) is (old is CommitmentState.MADE and new is not CommitmentState.MADE)


def test_every_move_names_a_declared_right() -> None:
    assert {right for moves in MOVES.values() for right in moves.values()} <= set(PERMISSIONS)


def test_every_state_nature_and_kind_has_a_label() -> None:
    assert set(rules.STATE_LABELS) == set(rules.STATE_TONES) == set(MOVES) == set(StatementState)
    assert set(rules.NATURE_LABELS) == set(Nature)
    assert set(rules.KIND_LABELS) == set(rules.StatementKind)


def test_what_is_out_of_the_house_cannot_be_edited() -> None:
    assert not rules.EDITABLE & rules.OUT
    assert rules.RUNNING | rules.OUT | {S.REJECTED} == set(StatementState)


@pytest.mark.parametrize(
    "text",
    [
        "影响约 3,200 户",
        "两名伤者已送医",
        "百分之三十的用户",
        "十五人被困",
        "停水三天",
        "一百户",
        "three people were hurt",
        "thousands of homes",
        "影响３户",
        "浊度超标 2 倍",
        "20% of homes",
        "二十小时",
    ],
)
def test_figures_are_seen(text: str) -> None:
    assert rules.figures_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "十分抱歉",
        "万分感谢",
        "我们一直在查",
        "一个月",
        "请拨打 96116",
        "客服热线：400-810-1234",
        "call 96116 at any time",
        "千万不要饮用",
        "一次供水",
        "原因正在核实",
        "We are sorry for the trouble.",
        "everyone",
        "",
    ],
)
def test_words_that_are_no_figures_pass(text: str) -> None:
    assert rules.figures_of(text) == []


@pytest.mark.parametrize("text", ["04:00 前再次说明", "11 月 26 日前公布", "by 12:00 on 26 November", "中午 12 点前", "by 5 pm"])
def test_times_pass_only_where_a_time_belongs(text: str) -> None:
    assert rules.figures_of(text)
    assert rules.figures_of(text, times_allowed=True) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请联系 138-0013-8000", "mobile number"),
        ("身份证 11010519491231002X", "identity number"),
        ("write to a.b@example.com", "e-mail address"),
        ("车牌京A12345", "number plate"),
        ("@某用户 说", "user handle"),
        ("据王某某反映", "private name"),
        ("李某，称", "private name"),
    ],
)
def test_private_details_are_found(text: str, kind: str) -> None:
    assert kind in rules.private_details_of(text)


def test_a_clean_text_has_no_private_details() -> None:
    assert rules.private_details_of("02:10 河西泵站检修后恢复供水，请拨打 96116。") == []


def sentence(nature: Nature = Nature.EMPATHY, zh: str = "深表歉意。", en: str = "We are sorry.", **more: object) -> SentenceText:
    return SentenceText(nature, zh, en, **more)  # type: ignore[arg-type]  # keyword pairs of the dataclass


def reasons(*sentences: SentenceText) -> list[object]:
    return [gap.reason for gap in rules.gaps_of("标题", "Title", sentences)]


def test_a_fact_without_an_entry_is_a_gap() -> None:
    assert reasons(sentence(Nature.FACT)) == [rules.NO_FACT]
    assert reasons(sentence(Nature.FACT, "影响 3,200 户", "3,200 homes", fact_ids=(1,))) == []


@pytest.mark.parametrize("nature", [Nature.EMPATHY, Nature.ACTION, Nature.ADVICE, Nature.UNKNOWN])
def test_a_figure_without_a_fact_is_a_gap(nature: Nature) -> None:
    assert reasons(sentence(nature, "约 2,000 户受影响", "about 2,000 homes")) == [rules.FIGURE_UNBOUND]
    assert reasons(sentence(nature, "约 2,000 户受影响", "about 2,000 homes", fact_ids=(1,))) == []


def test_a_commitment_needs_its_time_and_may_name_it() -> None:
    assert reasons(sentence(Nature.COMMITMENT, "04:00 前再次说明", "again by 04:00")) == [rules.NO_DUE]
    assert reasons(sentence(Nature.COMMITMENT, "04:00 前再次说明", "again by 04:00", due_at=AT)) == []
    assert rules.FIGURE_UNBOUND in reasons(sentence(Nature.COMMITMENT, "赔偿 300 元", "pay 300", due_at=AT))


def test_both_languages_are_needed() -> None:
    assert reasons(sentence(en="")) == [rules.NO_ENGLISH]
    assert reasons(sentence(zh=" ")) == [rules.NO_CHINESE]


def test_an_empty_text_and_a_missing_title_are_gaps() -> None:
    assert [gap.reason for gap in rules.gaps_of("", "", [])] == [rules.NO_TITLE, rules.NO_SENTENCE]


def test_a_figure_in_the_title_needs_a_fact_somewhere() -> None:
    assert rules.gaps_of("3,200 户受影响", "3,200 homes", [sentence()])[0].reason is rules.FIGURE_UNBOUND


def test_a_sentence_too_long_is_a_gap() -> None:
    assert reasons(sentence(zh="水" * 401)) == [rules.TOO_LONG]


def approvals(*pairs: tuple[int, str]) -> list[Approved]:
    return [Approved(person, role, AT) for person, role in pairs]


def test_two_people_are_needed() -> None:
    assert rules.approvals_missing([], needs_commander=False) == (2, False)
    assert rules.approvals_missing(approvals((1, "approver")), needs_commander=False) == (1, False)
    assert rules.approvals_missing(approvals((1, "approver"), (1, "approver")), needs_commander=False) == (1, False)
    assert rules.approvals_missing(approvals((1, "approver"), (2, "approver")), needs_commander=False) == (0, False)


def test_at_high_grades_one_of_them_is_the_commander() -> None:
    assert rules.approvals_missing(approvals((1, "approver"), (2, "approver")), needs_commander=True) == (1, True)
    assert rules.approvals_missing(approvals((1, "approver"), (2, "commander")), needs_commander=True) == (0, False)


@pytest.mark.parametrize(
    ("grade", "needed"), [("I_EXTRAORDINARY", True), ("II_MAJOR", True), ("III_LARGER", False), ("IV_GENERAL", False), ("", False)]
)
def test_which_grades_need_the_commander(grade: str, needed: bool) -> None:
    assert rules.grade_needs_commander(grade) is needed


def test_an_approval_holds_four_hours() -> None:
    given = approvals((1, "approver"))
    assert not rules.approvals_expired(given, AT + timedelta(hours=4))
    assert rules.approvals_expired(given, AT + timedelta(hours=4, seconds=1))


def test_the_digest_does_not_depend_on_key_order() -> None:
    assert rules.digest_of({"a": 1, "b": "水"}) == rules.digest_of({"b": "水", "a": 1})
    assert rules.digest_of({"a": 1}) != rules.digest_of({"a": 2})
