"""Whatever anybody presses in whatever order: no illegal state, no clock lost, the log whole, a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from huiying.base.accounts.models import Group
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.selectors import verify
from huiying.base.clocks.models import Clock
from huiying.base.clocks.services import clocks_sweep
from huiying.base.tasks.models import OrderEntry, Task
from huiying.base.tasks.rules import (
    ANSWER_RULE,
    ORDER_MOVES,
    OWED_STATES,
    RECEIPT_RULE,
    RECEIVERS_ACTS,
    TASK_MOVES,
    OrderAct,
    OrderState,
    TaskState,
    acts_in,
    way_between,
)
from huiying.base.tasks.services import (
    order_do,
    order_issue,
    subtask_create,
    task_assign,
    task_create,
    task_move,
    task_remind,
    task_set_due,
    task_take,
    task_wait_for,
    task_wait_no_more,
    tasks_sweep,
)
from huiying.base.tasks.services.waiting import _waits_for
from huiying.base.tasks.signals import task_overdue
from huiying.base.ui.errors import HuiyingError

pytestmark = pytest.mark.django_db
WHO = ("commander", "analyst", "officer", "writer", "checker", "auditor", "outsider")
DEEDS = (*["act"] * 9, "move", "move", "assign", "take", "due", "wait", "no_more", "part", "task", "order", "remind", "sweep", "sweep")
STEP = st.fixed_dictionaries(
    {
        "deed": st.sampled_from(DEEDS),
        "who": st.sampled_from(WHO),
        "task": st.integers(0, 5),
        "other": st.integers(0, 5),
        "to": st.sampled_from(list(TaskState)),
        "act": st.sampled_from(list(OrderAct)),
        "says": st.booleans(),
        "apt": st.sampled_from([True, True, True, False]),
        "later": st.integers(1, 300),
        "due": st.integers(-10, 400),
    }
)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what one example wrote."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


class Office:
    """Some tasks and orders, and people who press buttons."""

    def __init__(self, cast: Any, now: datetime) -> None:
        self.cast, self.now = cast, now
        group, _made = Group.objects.get_or_create(kind="logistics_group")
        group.head, group.deputy = cast.officer, cast.checker
        group.save()
        self.heard: list[tuple[int, bool]] = []
        self.tasks = [self.issue("commander", 120).pk, self.make("analyst", 60).pk]

    def hear(self, *, task: Task, **_kwargs: object) -> None:
        """Note that somebody would be told, and whether there was reason to."""
        fresh = Task.objects.get(pk=task.pk)
        self.heard.append((task.pk, fresh.is_open and fresh.order_state not in {OrderState.ANSWERED, OrderState.ACCEPTED}))

    def base(self, who: str) -> dict[str, Any]:
        return {"actor": self.cast.actor(who), "now": self.now}

    def issue(self, who: str, minutes: int) -> Task:
        due_at = self.now + timedelta(minutes=minutes)
        return order_issue(
            **self.base(who), subject=("matter", 1), exercise=False, title="Deliver water", group="logistics_group", due_at=due_at
        )

    def make(self, who: str, minutes: int) -> Task:
        due_at = self.now + timedelta(minutes=minutes)
        return task_create(
            **self.base(who), subject=("matter", 1), exercise=False, title="Sample", owner_id=self.cast.writer.pk, due_at=due_at
        )

    def do(self, step: dict[str, Any]) -> None:
        """Do one thing; raises what the services raise."""
        self.now += timedelta(seconds=step["later"])
        step = self.aptly(step) if step["apt"] else step
        base, due_at = self.base(step["who"]), self.now + timedelta(minutes=step["due"])
        task_id, other_id = (self.tasks[step[name] % len(self.tasks)] for name in ("task", "other"))
        words = "because" if step["says"] else ""
        deeds: dict[str, Callable[[], Any]] = {
            "move": lambda: task_move(**base, task_id=task_id, to=step["to"], reason=words),
            "act": lambda: order_do(**base, task_id=task_id, act=step["act"], text=words, evidence=words, due_at=due_at),
            "assign": lambda: task_assign(**base, task_id=task_id, owner_id=getattr(self.cast, WHO[step["other"]]).pk),
            "take": lambda: task_take(**base, task_id=task_id),
            "due": lambda: task_set_due(**base, task_id=task_id, due_at=due_at, reason=words),
            "wait": lambda: task_wait_for(**base, task_id=task_id, other_id=other_id),
            "no_more": lambda: task_wait_no_more(**base, task_id=task_id, other_id=other_id),
            "part": lambda: self.keep(subtask_create(**base, parent_id=task_id, title="Part", owner_id=self.cast.writer.pk, due_at=due_at)),
            "task": lambda: self.keep(self.make(step["who"], step["due"])),
            "order": lambda: self.keep(self.issue(step["who"], step["due"])),
            "remind": lambda: task_remind(**base, task_id=task_id, text=words),
            "sweep": lambda: (clocks_sweep(now=self.now), tasks_sweep(now=self.now)),
        }
        deeds[step["deed"]]()

    def aptly(self, step: dict[str, Any]) -> dict[str, Any]:
        """Return an act as somebody who knows the order would do it: pure chance seldom gets beyond the receipt."""
        order = Task.objects.get(pk=self.tasks[step["task"] % len(self.tasks)])
        acts = acts_in(order.order_state)
        if step["deed"] != "act" or not acts:
            return step
        act = acts[step["other"] % len(acts)]
        return step | {"act": act, "who": "officer" if act in RECEIVERS_ACTS else "commander", "says": True, "due": abs(step["due"]) + 1}

    def keep(self, task: Task) -> None:
        if len(self.tasks) < 6:
            self.tasks.append(task.pk)


Row = dict[str, Any]


def rows() -> dict[int, Row]:
    return {row["id"]: row for row in Task.objects.values()}


def check_moves(before: dict[int, Row], after: dict[int, Row]) -> None:
    """Every change of a state is one of the table's."""
    for pk, row in after.items():
        if pk not in before:
            assert (row["state"], row["order_state"]) in {("todo", ""), ("todo", "issued")}
            continue
        old, new = TaskState(before[pk]["state"]), TaskState(row["state"])
        assert old == new or new in TASK_MOVES[old]
        was, now = before[pk]["order_state"], row["order_state"]
        assert was == now or any(moves.get(OrderState(was)) == now for moves in ORDER_MOVES.values())


def check_orders(after: dict[int, Row]) -> None:
    """Work and order agree, and each deadline that is owed has its clock."""
    unanswered = list(Clock.objects.filter(subject_kind="task", stopped_at=None, state__in=["running", "missed"]))
    for pk, row in after.items():
        open_ones = [(clock.rule_key, clock.due_at) for clock in unanswered if clock.subject_id == str(pk)]
        state = row["order_state"]
        if not state:
            assert open_ones == []
            continue
        assert (state == OrderState.ACCEPTED) == (row["state"] == TaskState.DONE)
        assert (state == OrderState.WITHDRAWN) == (row["state"] == TaskState.CANCELLED)
        assert ((RECEIPT_RULE, row["receipt_due_at"]) in open_ones) == (state == OrderState.ISSUED)
        assert ((ANSWER_RULE, row["due_at"]) in open_ones) == (state in OWED_STATES)
        assert state in OWED_STATES or open_ones == []
        assert OrderEntry.objects.filter(task_id=pk).latest("pk").state == state
        assert OrderEntry.objects.filter(task_id=pk, act="remind").count() == row["reminders"]


def check_trees(after: dict[int, Row]) -> None:
    """Nothing waits in a circle, and what is done before its parts says why."""
    pairs = list(_waits_for(list(after)))
    assert not any(way_between(awaited, pk, lambda held: [pair for pair in pairs if pair[0] in held]) for pk, awaited in pairs)
    for row in after.values():
        parent = after.get(row["parent_id"])
        if parent and parent["state"] == TaskState.DONE and row["state"] in ("todo", "doing", "blocked"):
            assert parent["state_reason"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=25, max_size=40))
def test_any_presses_by_anybody_keep_the_house_in_order(cast: Any, now: datetime, steps: list[dict[str, Any]]) -> None:
    with undone():
        office = Office(cast, now)
        task_overdue.connect(office.hear)
        try:
            for step in steps:
                play(office, step)
        finally:
            task_overdue.disconnect(office.hear)
        assert all(had_reason for _pk, had_reason in office.heard)
        assert verify().broken_at is None


def play(office: Office, step: dict[str, Any]) -> None:
    """Do one thing and look at everything."""
    before, clocks, log = rows(), dict(Clock.objects.values_list("pk", "state")), AuditEntry.objects.count()
    try:
        office.do(step)
    except HuiyingError:
        assert (rows(), dict(Clock.objects.values_list("pk", "state")), AuditEntry.objects.count()) == (before, clocks, log)
        return
    if step["deed"] == "act":
        event(f"done: {OrderEntry.objects.latest('pk').act}")
    after, states = rows(), dict(Clock.objects.values_list("pk", "state"))
    assert set(clocks) <= set(states)
    assert all(states[pk] == state for pk, state in clocks.items() if state != "running")
    assert step["deed"] == "sweep" or AuditEntry.objects.count() > log
    check_moves(before, after)
    check_orders(after)
    check_trees(after)
