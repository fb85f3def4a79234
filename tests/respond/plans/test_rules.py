"""States as tables, and who takes which post."""

from __future__ import annotations

import pytest

from huiying.respond.plans.rules import (
    ACTIVATION_MOVES,
    ACTIVATION_STATE_LABELS,
    PLAN_MOVES,
    PLAN_STATE_LABELS,
    ActivationState,
    FilledBy,
    Holders,
    PlanState,
    Vacancy,
    fill,
    step_of_source,
    task_source,
)

P = PlanState
ALLOWED = {
    (P.DRAFT, P.IN_REVIEW),
    (P.IN_REVIEW, P.APPROVED),
    (P.IN_REVIEW, P.RETURNED),
    (P.RETURNED, P.IN_REVIEW),
    (P.APPROVED, P.PUBLISHED),
    (P.APPROVED, P.RETURNED),
    (P.PUBLISHED, P.SUPERSEDED),
    (P.PUBLISHED, P.SUSPENDED),
    (P.PUBLISHED, P.RETIRED),
    (P.SUSPENDED, P.PUBLISHED),
    (P.SUSPENDED, P.RETIRED),
}


@pytest.mark.parametrize("old", list(PlanState))
@pytest.mark.parametrize("new", list(PlanState))
def test_a_plan_moves_only_along_the_table(old: PlanState, new: PlanState) -> None:
    assert (new in PLAN_MOVES[old]) == ((old, new) in ALLOWED)


@pytest.mark.parametrize("old", list(ActivationState))
@pytest.mark.parametrize("new", list(ActivationState))
def test_an_activation_is_only_ever_stood_down(old: ActivationState, new: ActivationState) -> None:
    assert (new in ACTIVATION_MOVES[old]) == ((old, new) == (ActivationState.IN_FORCE, ActivationState.STOOD_DOWN))


def test_every_state_has_its_word() -> None:
    assert set(PLAN_STATE_LABELS) == set(PlanState)
    assert set(ACTIVATION_STATE_LABELS) == set(ActivationState)


HEAD, DEPUTY, MEMBER = Vacancy(0, "g", "head", "r"), Vacancy(1, "g", "deputy", "r"), Vacancy(2, "g", "member", "s")


def test_the_incident_then_the_roster_then_the_group_then_the_role_fill_a_post() -> None:
    holders = Holders({"r": [5]}, {("g", "head"): [6], ("g", "deputy"): [7]}, {"r": [8]})
    assert fill([HEAD], holders, {0: 4}) == [(4, FilledBy.INCIDENT)]
    assert fill([HEAD], holders, {}) == [(5, FilledBy.ROSTER)]
    assert fill([HEAD], Holders({}, holders.appointed, holders.role), {}) == [(6, FilledBy.GROUP)]
    assert fill([HEAD], Holders({}, {}, holders.role), {}) == [(8, FilledBy.ROLE)]
    assert fill([HEAD], Holders({}, {}, {}), {}) == [(None, FilledBy.NOBODY)]


def test_head_and_deputy_are_never_the_same_person() -> None:
    assert fill([HEAD, DEPUTY], Holders({"r": [5]}, {("g", "deputy"): [5]}, {"r": [5, 8]}), {}) == [
        (5, FilledBy.ROSTER),
        (8, FilledBy.ROLE),
    ]
    assert fill([HEAD, DEPUTY], Holders({}, {}, {"r": [5]}), {1: 5}) == [(None, FilledBy.NOBODY), (5, FilledBy.INCIDENT)]


def test_somebody_may_serve_in_two_groups() -> None:
    other = Vacancy(3, "h", "member", "s")
    assert fill([MEMBER, other], Holders({}, {}, {"s": [9]}), {}) == [(9, FilledBy.ROLE), (9, FilledBy.ROLE)]


def test_a_task_remembers_its_step() -> None:
    assert step_of_source(task_source("online_opinion", "1.0", "convene")) == "convene"
    assert step_of_source("") is None
    assert step_of_source("finding:3") is None
