"""Parts of a task, and what a task waits for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.base.audit.rules import SYSTEM
from huiying.base.notify.selectors import messages_of
from huiying.base.tasks.models import Task
from huiying.base.tasks.selectors import branches
from huiying.base.tasks.services import (
    order_do,
    order_issue,
    subtask_create,
    task_create,
    task_move,
    task_remind,
    task_set_due,
    task_wait_for,
    task_wait_no_more,
    tasks_bulk,
    tasks_sweep,
)
from huiying.base.tasks.services.waiting import MOST_AWAITED
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Read what is refused in English."""
    with translation.override("en"):
        yield


def make(cast: Any, now: datetime, title: str = "Whole", **changes: Any) -> Task:
    arguments: dict[str, Any] = {"owner_id": cast.writer.pk, "due_at": now + HOUR, "exercise": False, **changes}
    return task_create(actor=cast.actor("commander"), now=now, subject=("incident", 5), title=title, **arguments)


def part(cast: Any, now: datetime, parent: Task, title: str = "Part", who: str = "commander", **changes: Any) -> Task:
    arguments: dict[str, Any] = {"owner_id": cast.checker.pk, **changes}
    return subtask_create(actor=cast.actor(who), now=now, parent_id=parent.pk, title=title, **arguments)


def move(cast: Any, now: datetime, task: Task, to: str, reason: str = "") -> Task:
    return task_move(actor=cast.actor("commander"), now=now, task_id=task.pk, to=to, reason=reason)


def test_a_part_belongs_where_its_whole_belongs(cast: Any, now: datetime) -> None:
    whole = make(cast, now, exercise=True)
    deep = part(cast, now, part(cast, now, whole), "Deep")
    assert (deep.subject_id, deep.exercise, deep.root_id) == ("5", True, whole.pk)


def test_a_tree_reads_from_the_root_down(cast: Any, now: datetime) -> None:
    whole = make(cast, now)
    first = part(cast, now, whole, "First", due_at=now + HOUR)
    part(cast, now, whole, "Second", due_at=now + 2 * HOUR)
    part(cast, now, first, "Of the first")
    lines = [(line.task.title_text, line.level) for line in branches(list(Task.objects.all()))]
    assert lines == [("Whole", 0), ("First", 1), ("Of the first", 2), ("Second", 1)]


def test_a_whole_is_not_done_before_its_parts_unless_said_why(cast: Any, now: datetime) -> None:
    whole = make(cast, now)
    part(cast, now, whole, "Boil the water")
    with pytest.raises(NotNow, match="Boil the water"):
        move(cast, now, whole, "done")
    assert Task.objects.get(pk=whole.pk).state == "todo"
    assert move(cast, now, whole, "done", "The rest is for the next shift").state == "done"


def test_the_program_itself_finishes_a_step_whose_parts_are_open(cast: Any, now: datetime) -> None:
    whole = make(cast, now)
    part(cast, now, whole)
    assert task_move(actor=SYSTEM, now=now, task_id=whole.pk, to="done").state == "done"


def test_a_finished_whole_gets_no_part_and_no_part_is_opened_again_under_it(cast: Any, now: datetime) -> None:
    whole = make(cast, now)
    piece = part(cast, now, whole)
    move(cast, now, piece, "done")
    move(cast, now, whole, "done")
    with pytest.raises(NotNow, match="no further part"):
        part(cast, now, whole)
    with pytest.raises(NotNow, match="open that one again first"):
        move(cast, now, piece, "doing", "wrong button")
    move(cast, now, whole, "doing", "wrong button")
    assert move(cast, now, piece, "doing", "wrong button").state == "doing"


def test_an_accepted_answer_does_not_hide_open_parts(cast: Any, now: datetime) -> None:
    order = order_issue(
        actor=cast.actor("commander"),
        now=now,
        subject=("matter", 1),
        exercise=False,
        title="Deliver",
        owner_id=cast.writer.pk,
        due_at=now + HOUR,
    )
    piece = part(cast, now, order, who="writer")
    for act in ("receive", "answer"):
        order_do(actor=cast.actor("writer"), now=now, task_id=order.pk, act=act, text="Done", evidence="Note")
    with pytest.raises(NotNow, match="open parts"):
        order_do(actor=cast.actor("commander"), now=now, task_id=order.pk, act="accept")
    assert Task.objects.get(pk=order.pk).order_state == "answered"
    move(cast, now, piece, "done")
    assert order_do(actor=cast.actor("commander"), now=now, task_id=order.pk, act="accept").state == "done"


def test_only_who_has_the_whole_makes_parts_of_it(cast: Any, now: datetime) -> None:
    whole = make(cast, now, deputy_id=cast.lawyer.pk)
    for who in ("writer", "lawyer", "analyst"):
        part(cast, now, whole, who=who)
    with pytest.raises(NotYou):
        part(cast, now, whole, who="auditor")


def test_what_waits_does_not_begin_unless_said_why(cast: Any, now: datetime) -> None:
    sample, publish = make(cast, now, "Sample"), make(cast, now, "Publish")
    task_wait_for(actor=cast.actor("commander"), now=now, task_id=publish.pk, other_id=sample.pk)
    with pytest.raises(NotNow, match="Sample"):
        move(cast, now, publish, "doing")
    move(cast, now, sample, "done")
    assert move(cast, now, publish, "doing").state == "doing"


def test_a_circle_is_refused_with_its_way(cast: Any, now: datetime) -> None:
    first, second, third = (make(cast, now, title) for title in ("First", "Second", "Third"))
    common: dict[str, Any] = {"actor": cast.actor("commander"), "now": now}
    task_wait_for(**common, task_id=second.pk, other_id=first.pk)
    task_wait_for(**common, task_id=third.pk, other_id=second.pk)
    way = f"{first.pk} “First” → {third.pk} “Third” → {second.pk} “Second” → {first.pk} “First”"
    with pytest.raises(BadInput, match=way):
        task_wait_for(**common, task_id=first.pk, other_id=third.pk)
    task_wait_no_more(**common, task_id=second.pk, other_id=first.pk)
    assert task_wait_for(**common, task_id=first.pk, other_id=third.pk).blocked_by.get() == third


def test_a_part_that_waits_for_its_whole_is_a_circle_too(cast: Any, now: datetime) -> None:
    whole = make(cast, now)
    deep = part(cast, now, part(cast, now, whole))
    with pytest.raises(BadInput, match="circle"):
        task_wait_for(actor=cast.actor("commander"), now=now, task_id=deep.pk, other_id=whole.pk)


def test_waiting_has_its_limits(cast: Any, now: datetime) -> None:
    task, common = make(cast, now), {"actor": cast.actor("commander"), "now": now}
    with pytest.raises(BadInput, match="itself"):
        task_wait_for(**common, task_id=task.pk, other_id=task.pk)
    with pytest.raises(NotThere):
        task_wait_for(**common, task_id=task.pk, other_id=999_999)
    with pytest.raises(NotNow):
        task_wait_no_more(**common, task_id=task.pk, other_id=make(cast, now).pk)
    with pytest.raises(NotYou):
        task_wait_for(actor=cast.actor("auditor"), now=now, task_id=task.pk, other_id=make(cast, now).pk)
    task.blocked_by.set([make(cast, now) for _number in range(MOST_AWAITED)])
    with pytest.raises(BadInput, match="at most"):
        task_wait_for(**common, task_id=task.pk, other_id=make(cast, now).pk)
    move(cast, now, task, "cancelled", "no use")
    with pytest.raises(NotNow, match="over"):
        task_wait_for(**common, task_id=task.pk, other_id=make(cast, now).pk)


@pytest.mark.parametrize(
    "wrong", [{"deputy_id": "owner"}, {"starts_at": timedelta(hours=2)}, {"importance": 0}], ids=["deputy", "start", "importance"]
)
def test_terms_that_contradict_themselves_are_refused(cast: Any, now: datetime, wrong: dict[str, Any]) -> None:
    real: dict[Any, Any] = {"owner": cast.writer.pk, timedelta(hours=2): now + 2 * HOUR}
    terms = {key: real.get(value, value) for key, value in wrong.items()}
    with pytest.raises(BadInput):
        make(cast, now, **terms)


def test_a_new_due_time_lets_lateness_begin_anew(cast: Any, now: datetime) -> None:
    task = make(cast, now)
    tasks_sweep(now=now + 2 * HOUR)
    later = now + 9 * HOUR
    task = task_set_due(actor=cast.actor("commander"), now=now + 2 * HOUR, task_id=task.pk, due_at=later, reason="rain")
    assert (task.due_at, task.climb_step, task.climb_at) == (later, 0, later)
    for wrong in (now, now - HOUR):
        with pytest.raises(BadInput):
            task_set_due(actor=cast.actor("commander"), now=now, task_id=task.pk, due_at=wrong)
    with pytest.raises(NotYou):
        task_set_due(actor=cast.actor("auditor"), now=now, task_id=task.pk, due_at=later)
    move(cast, now, task, "cancelled", "no use")
    with pytest.raises(NotNow):
        task_set_due(actor=cast.actor("commander"), now=now, task_id=task.pk, due_at=later)


def test_a_reminder_of_a_plain_task_is_a_message_each_time(cast: Any, now: datetime) -> None:
    task, unowned = make(cast, now), make(cast, now, owner_id=None, owner_role="analyst")
    for _twice in range(2):
        task_remind(actor=cast.actor("commander"), now=now, task_id=task.pk, text="please")
    assert len([message for message in messages_of(cast.writer.pk) if "please" in message.text]) == 2
    assert Task.objects.get(pk=task.pk).reminders == 2
    with pytest.raises(NotNow):
        task_remind(actor=cast.actor("commander"), now=now, task_id=unowned.pk)


def test_many_at_once_each_for_itself(cast: Any, now: datetime) -> None:
    good, done = make(cast, now, "Good"), make(cast, now, "Over")
    move(cast, now, done, "done")
    common: dict[str, Any] = {"actor": cast.actor("commander"), "now": now, "task_ids": [good.pk, done.pk, 999_999, good.pk]}
    outcomes = tasks_bulk(**common, act="assign", owner_id=cast.analyst.pk)
    assert [(outcome.title, outcome.is_done) for outcome in outcomes] == [("Good", True), ("Over", False), ("", False)]
    assert "nobody can take it" in outcomes[1].words and "no task 999999" in outcomes[2].words
    assert Task.objects.get(pk=good.pk).owner_id == cast.analyst.pk
    assert [outcome.is_done for outcome in tasks_bulk(**common, act="move", to="doing", text="again")] == [True, True, False]
    assert [outcome.is_done for outcome in tasks_bulk(**common, act="due", due_at=now + 9 * HOUR)] == [True, True, False]
    assert [outcome.is_done for outcome in tasks_bulk(**common, act="remind")] == [True, True, False]


@pytest.mark.parametrize("wrong", [{"act": "assign"}, {"act": "move"}, {"act": "due"}, {"act": "burn"}, {"act": "remind", "task_ids": []}])
def test_many_at_once_needs_to_know_what(cast: Any, now: datetime, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        tasks_bulk(**{"actor": cast.actor("commander"), "now": now, "task_ids": [1], **wrong})
    with pytest.raises(BadInput, match="at most"):
        tasks_bulk(actor=cast.actor("commander"), now=now, task_ids=range(1, 102), act="remind")
