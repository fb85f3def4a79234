"""What an activation makes: the right steps at the right level, with the right times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from huiying.core.grading.levels import EventGrade, ResponseLevel
from huiying.core.planning.loader import load_plan
from huiying.core.planning.model import Moment, Phase, Plan, ResourceClass, Section
from huiying.core.planning.spoken import spoken
from huiying.core.planning.unfolding import unfold

FOLDER = files("huiying.core.planning") / "plans"
SERVICE = load_plan((FOLDER / "public_service_opinion.yaml").read_text(encoding="utf-8"))
ONLINE = load_plan((FOLDER / "online_opinion.yaml").read_text(encoding="utf-8"))
PLANS = [SERVICE, ONLINE]
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
MOMENTS = {Moment.CRISIS: NOON, Moment.DETECTION: NOON + timedelta(minutes=10), Moment.ACTIVATION: NOON + timedelta(minutes=25)}


def test_the_public_service_plan_has_four_groups_and_six_steps() -> None:
    assert [group.key for group in SERVICE.groups] == ["command_group", "information_group", "communication_group", "logistics_group"]
    assert len(SERVICE.stages) == 6


def test_the_online_opinion_plan_has_its_five_chapters_in_order() -> None:
    sections = [chapter.section for chapter in ONLINE.chapters]
    assert sections[:5] == [Section.COMMAND, Section.WARNING, Section.RESPONSE, Section.RELEASE, Section.RESOURCES]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_each_plan_has_all_phases_levels_and_kinds_of_resource(plan: Plan) -> None:
    assert {stage.phase for stage in plan.stages} == set(Phase)
    assert [plan.level_for(grade) for grade in EventGrade] == list(ResponseLevel)
    assert {resource.kind for resource in plan.resources} == set(ResourceClass)
    assert all(step.actions and step.inputs for _stage, step in plan.steps())


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_a_graver_level_never_allows_more_time(plan: Plan) -> None:
    for _stage, step in plan.steps():
        limits = [minutes for level in ResponseLevel if (minutes := step.due_at_level(level)) is not None]
        assert limits == sorted(limits), step.key
    for clock in plan.clocks:
        assert [clock.minutes_at_level(level) for level in ResponseLevel] == sorted(
            clock.minutes_at_level(level) for level in ResponseLevel
        )


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.key)
def test_no_limit_is_looser_than_the_rules_it_cites(plan: Plan) -> None:
    steps = {step.key: step for _stage, step in plan.steps()}
    for level in (ResponseLevel.L1, ResponseLevel.L2):
        assert steps["holding_statement"].due_at_level(level) == 30
        assert (steps["authoritative_information"].due_at_level(level) or 0) <= 5 * 60
        assert (steps["press_conference"].due_at_level(level) or 0) <= 24 * 60
        assert (steps["upward_report"].due_at_level(level) or 0) <= 4 * 60
    assert (steps["authoritative_information"].due_at_level(ResponseLevel.L4) or 0) <= 48 * 60


def test_due_times_count_from_their_own_moment() -> None:
    due = {entry.step.key: entry.due_at for entry in unfold(SERVICE, ResponseLevel.L2, MOMENTS).steps}
    assert due["holding_statement"] == NOON + timedelta(minutes=30)
    assert due["authoritative_information"] == NOON + timedelta(minutes=10, hours=5)
    assert due["convene"] == NOON + timedelta(minutes=25 + 30)


def test_the_lowest_level_leaves_out_what_only_grave_matters_need() -> None:
    grave = {entry.step.key for entry in unfold(SERVICE, ResponseLevel.L1, MOMENTS).steps}
    light = {entry.step.key for entry in unfold(SERVICE, ResponseLevel.L4, MOMENTS).steps}
    assert grave - light == {"holding_statement", "press_conference", "upward_report"}
    assert light < grave


def test_steps_are_sorted_into_before_now_and_later() -> None:
    unfolding = unfold(ONLINE, ResponseLevel.L1, MOMENTS)
    assert [entry.step.key for entry in unfolding.before] == ["first_report", "assessment"]
    assert [entry.step.key for entry in unfolding.later] == ["promised_outcomes", "grade_review", "after_action_review"]
    assert all(entry.due_at is None for entry in unfolding.later)
    assert all(entry.due_at for entry in unfolding.steps)


def test_clocks_of_the_aftermath_wait_for_the_resolution() -> None:
    early = {entry.clock.key for entry in unfold(SERVICE, ResponseLevel.L2, MOMENTS).clocks}
    late = {entry.clock.key for entry in unfold(SERVICE, ResponseLevel.L2, MOMENTS | {Moment.RESOLUTION: NOON}).clocks}
    assert late - early == {"promises_answered"}


def test_people_are_reminded_before_a_clock_runs_out() -> None:
    for entry in unfold(SERVICE, ResponseLevel.L1, MOMENTS).clocks:
        assert 0 < entry.warn_seconds < entry.seconds


def test_heads_come_before_deputies_before_members() -> None:
    standings = [entry.standing for entry in unfold(SERVICE, ResponseLevel.L1, MOMENTS).posts if entry.group.key == "communication_group"]
    assert standings == ["head", "deputy", "member", "member", "member", "member"]


def test_a_plan_speaks_one_language_at_a_time() -> None:
    english, traditional = spoken(SERVICE, "en"), spoken(SERVICE, "zh-hant")
    assert isinstance(english, dict) and isinstance(traditional, dict)
    assert english["title"] == "Public-service opinion contingency plan"
    assert traditional["title"] == "公共服務輿情應急預案"
    assert english["stages"][0]["steps"][0]["due_minutes"] == 15
    assert english["levels"][0]["duties"][0].startswith("all groups")
