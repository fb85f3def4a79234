"""The plan checker: each check finds its fault and keeps quiet on the plans we ship."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest

from huiying.core.planning.lint import Severity, lint
from huiying.core.planning.loader import load_plan
from huiying.core.planning.model import Control, Moment, Plan, PlanClock, Section, SentenceNature

FOLDER = files("huiying.core.planning") / "plans"
PLANS = [load_plan((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("public_service_opinion", "online_opinion")]
PLAN = PLANS[0]


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in lint(plan)}


def with_first_step(**changes: object) -> Plan:
    stage = PLAN.stages[0]
    step = replace(stage.steps[0], **changes)  # type: ignore[arg-type]  # any field of a step
    return replace(PLAN, stages=(replace(stage, steps=(step, *stage.steps[1:])), *PLAN.stages[1:]))


def with_first_group(**changes: object) -> Plan:
    return replace(PLAN, groups=(replace(PLAN.groups[0], **changes), *PLAN.groups[1:]))  # type: ignore[arg-type]  # any field of a group


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_the_plans_we_ship_have_no_finding(plan: Plan) -> None:
    assert lint(plan) == ()


BROKEN: dict[str, Callable[[], Plan]] = {
    "no_deputy": lambda: with_first_group(deputy=None),
    "no_head": lambda: with_first_group(head=None),
    "no_owner": lambda: with_first_step(owner=None),
    "no_limit": lambda: with_first_step(due_minutes=None),
    "placeholder": lambda: with_first_step(title={"zh-Hans": "由[姓名]报告", "en": "reported by [name]"}),
    "no_grade_scheme": lambda: replace(PLAN, grade_scheme=None),
    "no_section": lambda: replace(PLAN, chapters=tuple(chapter for chapter in PLAN.chapters if chapter.section != Section.RESOURCES)),
    "no_end": lambda: replace(PLAN, rhythms=(replace(PLAN.rhythms[0], ends=None),)),
    "grade_not_covered": lambda: replace(PLAN, levels=PLAN.levels[1:]),
    "no_holding": lambda: replace(PLAN, holding=None),
    "three_people": lambda: replace(
        PLAN, control=Control(PLAN.control.compiler, PLAN.control.compiler, PLAN.control.approver, "2026-11-24")
    ),
}


@pytest.mark.parametrize("code", sorted(BROKEN))
def test_each_check_finds_its_fault_and_only_that(code: str) -> None:
    assert codes(BROKEN[code]()) == {code}


@pytest.mark.parametrize("text", ["负责人：[姓名]", "日期：____", "TODO", "时间待定", "电话 XXX", "【单位】"])
def test_usual_placeholders_are_recognised(text: str) -> None:
    found = [finding for finding in lint(with_first_step(title={"zh-Hans": text, "en": "x"})) if finding.code == "placeholder"]
    assert len(found) == 1
    assert found[0].severity is Severity.ERROR
    assert found[0].place == "stages[0].steps[0].title"


def test_gaps_of_the_holding_template_are_no_placeholders() -> None:
    assert "placeholder" not in codes(PLAN)


def test_a_gap_missing_in_one_language_is_found() -> None:
    assert PLAN.holding is not None
    sentence = replace(PLAN.holding.sentences[0], text={"zh-Hans": "关于{matter}", "en": "about it"})
    plan = replace(PLAN, holding=replace(PLAN.holding, sentences=(sentence, *PLAN.holding.sentences[1:])))
    assert codes(plan) == {"holding_gap"}


def test_a_gap_nobody_declared_is_found() -> None:
    assert PLAN.holding is not None
    plan = replace(PLAN, holding=replace(PLAN.holding, slots=PLAN.holding.slots[1:]))
    assert "holding_gap" in codes(plan)


def test_a_figure_outside_a_fact_is_pointed_out() -> None:
    assert PLAN.holding is not None
    sentence = replace(PLAN.holding.sentences[0], nature=SentenceNature.EMPATHY, text={"zh-Hans": "约 300 户", "en": "some 300 homes"})
    plan = replace(PLAN, holding=replace(PLAN.holding, sentences=(sentence, *PLAN.holding.sentences[1:])))
    assert "holding_figure" in codes(plan)


def test_a_holding_clock_that_waits_for_activation_is_pointed_out() -> None:
    clock = PlanClock("holding_statement", {"zh-Hans": "首发", "en": "first"}, Moment.ACTIVATION, 30, "own", "holding_statement")
    assert codes(replace(PLAN, clocks=(*PLAN.clocks, clock))) == {"holding_after_activation"}
    early = replace(clock, starts=Moment.CRISIS)
    assert codes(replace(PLAN, clocks=(*PLAN.clocks, early))) == set()


def test_roles_and_groups_the_system_does_not_know_are_found() -> None:
    found = {finding.code for finding in lint(PLAN, roles={"commander"}, groups={"command_group"})}
    assert found == {"unknown_role", "unknown_group"}


def test_every_message_speaks_both_languages() -> None:
    for make in BROKEN.values():
        for finding in lint(make()):
            assert finding.message["zh-Hans"]
            assert finding.message["en"]
