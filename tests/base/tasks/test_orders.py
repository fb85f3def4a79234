"""An order across departments: signed for, reminded of, answered, accepted or returned; lateness climbs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.accounts.models import Group, Unit
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.models import Clock
from huiying.base.clocks.services import clocks_sweep
from huiying.base.notify.selectors import messages_of
from huiying.base.tasks.models import Task
from huiying.base.tasks.rules import (
    ORDER_ACT_LABELS,
    ORDER_MOVES,
    ORDER_STATE_LABELS,
    ORDER_TONES,
    RECEIVERS_ACTS,
    OrderAct,
    OrderState,
    TaskState,
    climb_steps,
)
from huiying.base.tasks.selectors import departments, overdue_count
from huiying.base.tasks.services import order_do, order_issue, task_assign, task_create, task_move, task_set_due, task_take, tasks_sweep
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read what is refused in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def logistics(cast: Any) -> Group:
    """Return a group: the officer heads it, the checker is the deputy, the evaluator a member."""
    group, _made = Group.objects.get_or_create(kind="logistics_group")
    group.head, group.deputy = cast.officer, cast.checker
    group.save()
    group.members.set([cast.evaluator])
    return group


def issue(cast: Any, now: datetime, who: str = "commander", **changes: Any) -> Task:
    arguments: dict[str, Any] = {"title": "Deliver water", "group": "logistics_group", "due_at": now + 6 * HOUR, **changes}
    return order_issue(actor=cast.actor(who), now=now, subject=("matter", 1), exercise=False, **arguments)


def do(cast: Any, now: datetime, task: Task, who: str, act: str, **more: Any) -> Task:
    words = {"text": "Two tankers came", "evidence": "delivery note 7"} if act in ("answer", "return", "withdraw", "postpone") else {}
    due = {"due_at": now + 3 * HOUR} if act in ("return", "postpone") else {}
    return order_do(actor=cast.actor(who), now=now, task_id=task.pk, act=act, **{**words, **due, **more})


def clocks(task: Task) -> list[tuple[str, str]]:
    return list(Clock.objects.filter(subject_kind="task", subject_id=str(task.pk)).order_by("pk").values_list("rule_key", "state"))


def heard(person: Any) -> list[str]:
    return [message.text for message in messages_of(person.pk)]


def test_an_order_runs_to_its_end(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    assert (task.order_state, task.receipt_due_at, task.late_at) == ("issued", now + 4 * HOUR, now + 4 * HOUR)
    assert clocks(task) == [("order.answer", "running"), ("order.receipt", "running")]
    task = do(cast, now + HOUR, task, "officer", "receive")
    assert (task.order_state, task.owner_id, task.late_at) == ("received", cast.officer.pk, task.due_at)
    task = do(cast, now + 2 * HOUR, task, "commander", "remind", text="The school waits")
    task = do(cast, now + 3 * HOUR, task, "officer", "answer")
    assert (task.order_state, task.state, task.late_at, task.reminders) == ("answered", "doing", None, 1)
    task = do(cast, now + 4 * HOUR, task, "commander", "accept")
    assert (task.order_state, task.state, task.done_at) == ("accepted", "done", now + 4 * HOUR)
    assert clocks(task) == [("order.answer", "met"), ("order.receipt", "met")]
    trail = list(task.order_entries.values_list("act", "by_name", "evidence"))
    assert [act for act, *_more in trail] == ["issue", "receive", "remind", "answer", "accept"]
    assert trail[3] == ("answer", "Officer", "delivery note 7")
    verbs = set(AuditEntry.objects.filter(subject_kind="matter").values_list("verb", flat=True))
    assert verbs == {"order.issue", "order.receive", "order.remind", "order.answer", "order.accept"}


def test_everybody_hears_what_concerns_them(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    assert heard(cast.officer) == heard(cast.checker) == ["An order for you, sign for it: Deliver water"]
    assert heard(cast.evaluator) == []
    do(cast, now, task, "officer", "receive")
    assert heard(cast.commander) == ["Officer signed for the order: Deliver water"]
    do(cast, now, task, "commander", "remind", text="The school waits")
    assert any("The school waits" in text for text in heard(cast.officer))


def test_a_returned_answer_runs_a_new_clock(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    do(cast, now + HOUR, task, "officer", "receive")
    do(cast, now + 2 * HOUR, task, "officer", "answer")
    do(cast, now + 3 * HOUR, task, "commander", "accept")
    task = do(cast, now + 4 * HOUR, task, "commander", "return", text="The note is of last week")
    assert (task.order_state, task.state, task.due_at) == ("returned", "doing", now + 7 * HOUR)
    assert clocks(task)[-1] == ("order.answer", "running")
    assert do(cast, now + 5 * HOUR, task, "officer", "answer").order_state == "answered"


def test_a_withdrawn_order_lets_its_clocks_go_with_the_reason(cast: Any, now: datetime, logistics: Group) -> None:
    task = do(cast, now + HOUR, issue(cast, now), "commander", "withdraw", text="The pipe works again")
    assert (task.order_state, task.state) == ("withdrawn", "cancelled")
    assert clocks(task) == [("order.answer", "waived"), ("order.receipt", "waived")]
    assert "The pipe works again" in Clock.objects.filter(subject_id=str(task.pk)).first().waived_reason  # type: ignore[union-attr]


def test_a_missed_clock_stays_missed_when_the_order_is_postponed(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    do(cast, now + HOUR, task, "officer", "receive")
    clocks_sweep(now=now + 7 * HOUR)
    task = do(cast, now + 8 * HOUR, task, "commander", "postpone", text="The road is closed")
    assert task.answer_missed and not task.receipt_missed
    assert [state for rule, state in clocks(task) if rule == "order.answer"] == ["missed", "running"]
    do(cast, now + 9 * HOUR, task, "officer", "answer")
    assert not Clock.objects.filter(subject_kind="task", stopped_at=None).exists()


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("act", [act for act in OrderAct if act != OrderAct.ISSUE])
def test_full_square_of_acts(cast: Any, now: datetime, state: OrderState, act: OrderAct) -> None:
    task = issue(cast, now)
    work = {OrderState.ACCEPTED: TaskState.DONE, OrderState.WITHDRAWN: TaskState.CANCELLED}.get(state, TaskState.DOING)
    Task.objects.filter(pk=task.pk).update(order_state=state, state=work)
    call = {"actor": SYSTEM, "now": now + HOUR, "task_id": task.pk, "act": act, "text": "x", "evidence": "y", "due_at": now + 9 * HOUR}
    if state in ORDER_MOVES[act]:
        assert order_do(**call).order_state == ORDER_MOVES[act][state]
    else:
        with pytest.raises(NotNow):
            order_do(**call)
        assert Task.objects.get(pk=task.pk).order_state == state


def test_every_state_and_act_has_words() -> None:
    assert set(ORDER_STATE_LABELS) == set(ORDER_TONES) == set(OrderState)
    assert set(ORDER_ACT_LABELS) == set(ORDER_MOVES) == set(OrderAct)


@pytest.mark.parametrize("act", [act.value for act in OrderAct if act != OrderAct.ISSUE])
def test_each_act_is_for_its_side_only(cast: Any, now: datetime, logistics: Group, act: str) -> None:
    task = issue(cast, now, who="writer")
    wrong = "writer" if act in RECEIVERS_ACTS else "officer"
    for who in (wrong, "lawyer", "outsider"):
        with pytest.raises(NotYou):
            do(cast, now, task, who, act)


def test_the_issuer_needs_no_command_and_any_receiver_may_sign(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now, who="writer")
    assert do(cast, now, task, "evaluator", "receive").owner_id == cast.evaluator.pk
    assert do(cast, now, task, "writer", "remind").reminders == 1


def test_a_department_receives_too(cast: Any, now: datetime) -> None:
    unit = Unit.objects.create(name_zh="供水部", name_en="Water supply")
    cast.lawyer.unit = unit
    cast.lawyer.save()
    task = issue(cast, now, group=None, unit_id=unit.pk)
    assert heard(cast.lawyer) == ["An order for you, sign for it: Deliver water"]
    assert do(cast, now, task, "lawyer", "receive").order_state == "received"


def test_who_answered_does_not_accept(cast: Any, now: datetime) -> None:
    task = issue(cast, now, who="writer", group=None, owner_id=cast.commander.pk)
    do(cast, now, task, "commander", "receive")
    do(cast, now, task, "commander", "answer")
    with pytest.raises(NotYou, match="does not accept"):
        do(cast, now, task, "commander", "accept")
    assert do(cast, now, task, "writer", "accept").state == "done"


@pytest.mark.parametrize("act", ["answer", "return", "withdraw", "postpone"])
def test_acts_that_need_words_are_nothing_without(cast: Any, now: datetime, logistics: Group, act: str) -> None:
    task = issue(cast, now)
    with pytest.raises(BadInput):
        do(cast, now, task, "officer" if act == "answer" else "commander", act, text=" ")


def test_an_answer_shows_something_and_a_return_sets_a_time(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    with pytest.raises(BadInput, match="shows"):
        do(cast, now, task, "officer", "answer", evidence="")
    with pytest.raises(BadInput, match="lies ahead"):
        do(cast, now, task, "commander", "postpone", due_at=now - HOUR)
    with pytest.raises(BadInput, match="no act"):
        do(cast, now, task, "commander", "shout")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"group": None}, BadInput),
        ({"group": "choir"}, BadInput),
        ({"due_at": None}, BadInput),
        ({"receipt_due_at": "after"}, BadInput),
        ({"importance": 9}, BadInput),
        ({"owner_id": 999_999}, NotThere),
        ({"unit_id": 999_999}, NotThere),
        ({"title": ""}, BadInput),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused(cast: Any, now: datetime, changes: dict[str, Any], refusal: type[Exception]) -> None:
    wanted = {key: now + 9 * HOUR if value == "after" else value for key, value in changes.items()}
    with pytest.raises(refusal):
        issue(cast, now, **wanted)
    assert not Task.objects.exists() and not Clock.objects.exists()


def test_issuing_needs_the_right(cast: Any, now: datetime) -> None:
    with pytest.raises(NotYou):
        issue(cast, now, who="auditor")


def test_an_order_is_not_moved_past_its_acts(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    for to in ("doing", "done", "cancelled"):
        with pytest.raises(NotNow):
            task_move(actor=cast.actor("commander"), now=now, task_id=task.pk, to=to, reason="quick")
    with pytest.raises(NotNow, match="sign"):
        task_take(actor=cast.actor("checker"), now=now, task_id=task.pk)
    do(cast, now, task, "officer", "receive")
    assert task_move(actor=cast.actor("officer"), now=now, task_id=task.pk, to="doing").state == "doing"
    assert (
        task_set_due(actor=cast.actor("commander"), now=now, task_id=task.pk, due_at=now + 9 * HOUR, reason="Rain").due_at == now + 9 * HOUR
    )


def test_who_leads_a_group_gives_its_tasks_within_it(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    assert task_assign(actor=cast.actor("officer"), now=now, task_id=task.pk, owner_id=cast.evaluator.pk).owner_id == cast.evaluator.pk
    with pytest.raises(NotYou):
        task_assign(actor=cast.actor("evaluator"), now=now, task_id=task.pk, owner_id=cast.evaluator.pk)


def test_lateness_climbs_step_by_step_and_stops_at_the_top(cast: Any, now: datetime, logistics: Group) -> None:
    command, _made = Group.objects.get_or_create(kind="command_group")
    command.head = cast.approver
    command.save()
    task = task_create(
        actor=SYSTEM, now=now, subject=("matter", 1), title="Sample", owner_id=cast.writer.pk, deputy_id=cast.analyst.pk,
        group="logistics_group", due_at=now, source="plan:x", exercise=False, importance=3,
    )  # fmt: skip
    people = [cast.writer, cast.analyst, cast.officer, cast.approver]
    for step in range(4):
        at = now + step * HOUR + timedelta(minutes=step + 1)
        assert (tasks_sweep(now=at), tasks_sweep(now=at)) == (1, 0)
        assert ["Task overdue: Sample" in heard(person) for person in people] == [number <= step for number in range(4)]
    assert tasks_sweep(now=now + 99 * HOUR) == 0
    assert Task.objects.get(pk=task.pk).climb_at is None
    steps = [entry.body for entry in AuditEntry.objects.filter(verb="task.overdue").order_by("seq")]
    assert len(steps) == 4 and "group_head" in steps[2]


def test_a_late_receipt_climbs_and_signing_ends_it(cast: Any, now: datetime, logistics: Group) -> None:
    task = issue(cast, now)
    late = now + 5 * HOUR
    assert overdue_count(late) == 1
    clocks_sweep(now=late)
    tasks_sweep(now=late)
    assert "Task overdue: Deliver water" in heard(cast.officer)
    do(cast, late, task, "officer", "receive")
    assert (overdue_count(late), tasks_sweep(now=late + timedelta(minutes=30))) == (0, 0)
    assert Task.objects.get(pk=task.pk).receipt_missed


def test_a_rung_nobody_stands_on_costs_no_waiting() -> None:
    assert [step.value for step in climb_steps(has_owner=True, has_deputy=False, has_group=False)] == ["owner", "command"]
    assert [step.value for step in climb_steps(has_owner=False, has_deputy=False, has_group=True)] == ["group_head", "command"]


def test_a_late_receipt_of_a_department_is_told_to_its_people_first(cast: Any, now: datetime) -> None:
    unit = Unit.objects.create(name_zh="供水部", name_en="Water supply")
    cast.lawyer.unit = unit
    cast.lawyer.save()
    issue(cast, now, group=None, unit_id=unit.pk)
    tasks_sweep(now=now + 5 * HOUR)
    assert "Task overdue: Deliver water" in heard(cast.lawyer) and "Task overdue: Deliver water" not in heard(cast.commander)
    tasks_sweep(now=now + 10 * HOUR)
    assert "Task overdue: Deliver water" in heard(cast.commander)


def test_groups_are_counted_with_n_and_nobody_by_name(cast: Any, now: datetime, logistics: Group) -> None:
    unit = Unit.objects.create(name_zh="供水部", name_en="Water supply")
    missed = issue(cast, now)
    issue(cast, now)
    issue(cast, now, group=None, unit_id=unit.pk)
    issue(cast, now, group=None, owner_id=cast.writer.pk)
    gone = issue(cast, now)
    do(cast, now, gone, "commander", "withdraw")
    clocks_sweep(now=now + 5 * HOUR)
    do(cast, now + 5 * HOUR, missed, "officer", "receive")
    lines = {line.name: line for line in departments(now - HOUR, now + 5 * HOUR)}
    assert {name: (line.n, line.late, line.receipts_missed) for name, line in lines.items()} == {
        "Water supply": (1, 1, 1),
        "given to persons": (1, 1, 1),
        "logistics group": (2, 1, 2),
    }
    assert "Writer" not in "".join(lines)
    assert departments(now - HOUR, now, frozenset({"command_group"})) == []
