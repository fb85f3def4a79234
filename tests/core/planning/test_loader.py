"""Reading plan text: what is right comes back whole, what is wrong is named with its place."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.core.formats.localised import localise
from huiying.core.grading.levels import ResponseLevel
from huiying.core.planning.faults import PlanTextError, nearest
from huiying.core.planning.loader import load_plan
from huiying.core.planning.model import Moment, Plan
from huiying.core.planning.nodes import MAX_CHARACTERS, MAX_DEPTH
from huiying.core.planning.writer import to_text

FOLDER = files("huiying.core.planning") / "plans"
NAMES = ("public_service_opinion", "online_opinion")


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def faults_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(PlanTextError) as caught:
        load_plan(text)
    return [(fault.line, fault.path, fault.message) for fault in caught.value.faults]


@pytest.fixture(params=NAMES)
def text(request: pytest.FixtureRequest) -> str:
    return text_of(request.param)


HAN = re.compile(r"[\u4e00-\u9fff]")


def test_a_citation_beside_a_clock_is_in_one_language_at_a_time(text: str) -> None:
    for citation in load_plan(text).citations:
        for words in (citation.short, citation.article):
            shown = localise(words, "en")
            assert shown and not HAN.search(shown), shown
        assert HAN.search(localise(citation.short, "zh-Hans"))


def test_a_citation_may_still_be_one_plain_word(text: str) -> None:
    plain = text.replace('short: {zh-Hans: "预案自定", en: "this plan"}', 'short: "R101"')
    assert [citation.short for citation in load_plan(plain).citations if citation.key == "own"] == ["R101"]
    half = text.replace('short: {zh-Hans: "预案自定", en: "this plan"}', 'short: {zh-Hans: "预案自定"}')
    assert any("en is missing" in message for _line, _path, message in faults_of(half))


def test_a_plan_written_out_and_read_again_is_the_same_plan(text: str) -> None:
    plan = load_plan(text)
    assert load_plan(to_text(plan)) == plan


def test_writing_twice_gives_the_same_bytes(text: str) -> None:
    once = to_text(load_plan(text))
    assert to_text(load_plan(once)) == once


def test_numbers_levels_and_moments_have_their_types() -> None:
    plan = load_plan(text_of("public_service_opinion"))
    step = next(step for _stage, step in plan.steps() if step.key == "holding_statement")
    assert step.counted_from is Moment.CRISIS
    assert step.due_at_level(ResponseLevel.L1) == 30
    assert step.due_at_level(ResponseLevel.L3) == 120
    assert step.levels == (ResponseLevel.L1, ResponseLevel.L2, ResponseLevel.L3)
    assert not step.is_for(ResponseLevel.L4)


def test_an_unknown_field_is_named_with_its_line_and_the_nearest_one(text: str) -> None:
    broken = text.replace("\nsummary:", "\nsumary:", 1)
    line = broken[: broken.index("sumary")].count("\n") + 2
    assert (line, "sumary", "“sumary” is not a field here; did you mean “summary”?") in faults_of(broken)


def test_all_faults_are_told_at_once_in_line_order(text: str) -> None:
    broken = text.replace("due_minutes: 15", "due_minutes: soon", 1).replace("phase: warning", "phase: warnin", 1)
    faults = faults_of(broken)
    assert len(faults) == 2
    assert [fault[0] for fault in faults] == sorted(fault[0] for fault in faults)
    assert any("did you mean “warning”?" in message for _line, _path, message in faults)
    assert any("“soon”: expected a whole number" in message for _line, _path, message in faults)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("grade_scheme: huiying_default_v1", "grade_scheme: {a: b}", "expected text"),
        ("causes: [", "causes: [weather, ", "“weather” is not known"),
        ("- level: L1\n", "- level: L9\n", "“L9” is not known"),
        ("{L1: 30, L2: 30}", "{L1: 30, L5: 30}", "“L5” is not a level"),
        ("due_minutes: 60\n", "due_minutes: -5\n", "expected a whole number from 0"),
        ("key: purpose\n", "key: Purpose One\n", "a key is small letters"),
        ("key: command\n", "key: Command Chapter\n", "a key is small letters"),
        ("phase: warning\n", "phase: warning\n    phase: warning\n", "is given twice"),
        ("stops_with_step: convene", "stops_with_step: convened", "is not a step of this plan; did you mean “convene”?"),
        ("citation: own", "citation: owns", "is not a citation of this plan"),
        ("resources: [monitoring]", "resources: [monitorin]", "is not a resource of this plan; did you mean “monitoring”?"),
        ("post: head}", "post: heads}", "did you mean “head”?"),
        ("owner: {group: information_group", "owner: {group: informaton_group", "did you mean “information_group”?"),
    ],
)
def test_a_wrong_value_is_refused_with_words(text: str, old: str, new: str, message: str) -> None:
    if old not in text:
        pytest.skip("the other plan has this line")
    assert any(message in fault for _line, _path, fault in faults_of(text.replace(old, new, 1)))


def test_text_in_one_language_only_is_refused() -> None:
    text = text_of("online_opinion").replace(', en: "Orders by nobody"}', "}")
    broken = text.replace(
        'title: {zh-Hans: "网络舆情事件应急预案", en: "Online-opinion event contingency plan"}', 'title: {zh-Hans: "预案"}', 1
    )
    assert faults_of(broken) == [(3, "title", "the text in en is missing.")]


def test_a_step_key_used_twice_in_the_plan_is_refused(text: str) -> None:
    assert any(
        "used twice" in message or "same key" in message
        for _l, _p, message in faults_of(text.replace("key: legal_check", "key: convene", 1))
    )


def test_empty_and_broken_text_say_so() -> None:
    assert faults_of("") == [(1, "", "the text is empty.")]
    assert "this is not YAML" in faults_of("key: [1, 2\nversion: 3: 4")[0][2]
    assert faults_of("just words")[0][2] == "expected the fields of a plan."


def test_aliases_are_refused_so_that_no_text_can_explode() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "aliases" in faults_of(bomb)[0][2]


def test_huge_and_deep_text_is_refused_before_it_is_built() -> None:
    assert "characters" in faults_of("x" * (MAX_CHARACTERS + 1))[0][2]
    assert "nested" in faults_of("[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5))[0][2]


def test_python_objects_are_never_built() -> None:
    faults = faults_of('key: !!python/object/apply:os.system ["true"]\n')
    assert any(path == "key" for _line, path, _message in faults)


def test_nearest_names_all_when_nothing_is_near() -> None:
    assert nearest("zzz", ["b", "a"]) == "use one of a, b."


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_either_loads_or_is_refused_with_faults(text: str) -> None:
    try:
        plan = load_plan(text)
    except PlanTextError as error:
        assert error.faults
    else:
        assert isinstance(plan, Plan)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 40))
def test_a_plan_with_a_piece_cut_out_never_crashes_the_reader(start: int, length: int) -> None:
    text = text_of("online_opinion")
    try:
        load_plan(text[:start] + text[start + length :])
    except PlanTextError as error:
        assert error.faults
