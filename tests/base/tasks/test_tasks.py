"""Human work: who, what, until when, and how it moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.notify.selectors import messages_of
from huiying.base.tasks.models import Task
from huiying.base.tasks.rules import TASK_MOVE_LABELS, TASK_MOVES, TASK_STATE_LABELS, TASK_TONES, TaskState, needs_reason
from huiying.base.tasks.selectors import open_tasks, overdue_count, tasks_of, tasks_of_person
from huiying.base.tasks.selectors import task as task_of
from huiying.base.tasks.services import task_assign, task_create, task_move, task_take, tasks_sweep
from huiying.base.tasks.signals import task_overdue
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

pytestmark = pytest.mark.django_db
SUBJECT = ("incident", 5)


def make(now: datetime, **changes: Any) -> Task:
    arguments = {
        "actor": SYSTEM,
        "now": now,
        "subject": SUBJECT,
        "title": {"zh-Hans": "取样送检", "en": "Take samples"},
        "owner_id": None,
        "owner_role": "analyst",
        "group": None,
        "due_at": now + timedelta(hours=1),
        "resources": "van",
        "expected_result": "lab slip",
        "source": "plan:opinion@1.0:step-3",
        "exercise": False,
        **changes,
    }
    return task_create(**arguments)


def test_a_task_keeps_everything_it_was_given(now: datetime, cast: Any) -> None:
    task = make(now, owner_id=cast.analyst.pk)
    kept = Task.objects.get(pk=task.pk)
    assert (kept.title["en"], kept.owner_role, kept.resources_text, kept.expected_text) == ("Take samples", "analyst", "van", "lab slip")
    assert (kept.source, kept.state, kept.subject_id) == ("plan:opinion@1.0:step-3", "todo", "5")


def test_a_title_may_be_plain_text(now: datetime) -> None:
    assert make(now, title=" Call the lab ").title_text == "Call the lab"


@pytest.mark.parametrize("title", ["", "  ", {}, {"en": ""}])
def test_a_task_without_a_title_is_refused(now: datetime, title: object) -> None:
    with pytest.raises(BadInput):
        make(now, title=title)


def test_a_task_without_any_owner_is_refused(now: datetime) -> None:
    with pytest.raises(BadInput):
        make(now, owner_role=None)


def test_the_owner_is_told_in_their_language(now: datetime, cast: Any) -> None:
    make(now, owner_id=cast.analyst.pk)
    assert "Take samples" in messages_of(cast.analyst.pk).get().text


def test_nobody_is_told_about_their_own_task(now: datetime, cast: Any) -> None:
    make(now, actor=cast.actor("analyst"), owner_id=cast.analyst.pk)
    assert messages_of(cast.analyst.pk).count() == 0


def test_making_a_task_by_hand_needs_the_right(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        make(now, actor=cast.actor("auditor"), source="")
    make(now, actor=cast.actor("commander"), source="")


def test_a_promise_may_make_a_task_for_who_may_not_manage_tasks(now: datetime, cast: Any) -> None:
    assert make(now, actor=cast.actor("publisher"), source="statement:3:commitment").pk


@pytest.mark.parametrize("old", list(TaskState))
@pytest.mark.parametrize("new", list(TaskState))
def test_full_square_of_moves(now: datetime, old: TaskState, new: TaskState) -> None:
    task = make(now)
    Task.objects.filter(pk=task.pk).update(state=old)
    if new in TASK_MOVES[old]:
        task_move(actor=SYSTEM, now=now, task_id=task.pk, to=new, reason="because")
        assert Task.objects.get().state == new
    else:
        with pytest.raises(NotNow):
            task_move(actor=SYSTEM, now=now, task_id=task.pk, to=new, reason="because")
        assert Task.objects.get().state == old


def test_every_state_has_words_and_a_tone() -> None:
    assert set(TASK_STATE_LABELS) == set(TASK_TONES) == set(TASK_MOVES) == set(TaskState)
    assert {state for targets in TASK_MOVES.values() for state in targets} == set(TASK_MOVE_LABELS)


def test_which_moves_need_a_reason(now: datetime) -> None:
    asked = {(old, new) for old, targets in TASK_MOVES.items() for new in targets if needs_reason(old, new)}
    assert (TaskState.DONE, TaskState.DOING) in asked
    task = make(now)
    with pytest.raises(BadInput):
        task_move(actor=SYSTEM, now=now, task_id=task.pk, to="blocked")


def test_an_unknown_state_is_refused_with_the_known_ones(now: datetime) -> None:
    with pytest.raises(BadInput, match="todo"):
        task_move(actor=SYSTEM, now=now, task_id=make(now).pk, to="finished")


def test_done_remembers_when_and_reopening_forgets_it(now: datetime) -> None:
    task = make(now)
    task_move(actor=SYSTEM, now=now, task_id=task.pk, to="doing")
    done = task_move(actor=SYSTEM, now=now + timedelta(minutes=9), task_id=task.pk, to="done")
    assert (done.started_at, done.done_at) == (now, now + timedelta(minutes=9))
    again = task_move(actor=SYSTEM, now=now + timedelta(minutes=10), task_id=task.pk, to="doing", reason="pressed by mistake")
    assert (again.started_at, again.done_at) == (now, None)


def test_the_owner_moves_without_the_right_to_manage(now: datetime, cast: Any) -> None:
    task = make(now, owner_id=cast.checker.pk)
    assert task_move(actor=cast.actor("checker"), now=now, task_id=task.pk, to="doing").state == "doing"


def test_somebody_else_without_the_right_is_refused(now: datetime, cast: Any) -> None:
    task = make(now, owner_id=cast.checker.pk)
    with pytest.raises(NotYou):
        task_move(actor=cast.actor("approver"), now=now, task_id=task.pk, to="doing")


def test_anybody_takes_a_task_without_owner(now: datetime, cast: Any) -> None:
    task = task_take(actor=cast.actor("checker"), now=now, task_id=make(now).pk)
    assert task.owner_id == cast.checker.pk


@pytest.mark.parametrize("who", ["checker", "commander"])
def test_who_comes_second_hears_who_was_first(now: datetime, cast: Any, who: str) -> None:
    task = make(now)
    task_take(actor=cast.actor("writer"), now=now, task_id=task.pk)
    with pytest.raises(NotNow, match="Writer"):
        task_take(actor=cast.actor(who), now=now, task_id=task.pk)
    assert task_of(task.pk).owner_id == cast.writer.pk


def test_an_outsider_takes_nothing(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        task_take(actor=cast.actor("outsider"), now=now, task_id=make(now).pk)


def test_nobody_takes_a_finished_task(now: datetime, cast: Any) -> None:
    task = make(now)
    task_move(actor=SYSTEM, now=now, task_id=task.pk, to="done")
    with pytest.raises(NotNow):
        task_take(actor=cast.actor("checker"), now=now, task_id=task.pk)


def test_nobody_without_the_right_gives_a_task_to_anybody(now: datetime, cast: Any) -> None:
    task = make(now, owner_id=cast.writer.pk)
    with pytest.raises(NotYou):
        task_assign(actor=cast.actor("checker"), now=now, task_id=task.pk, owner_id=cast.checker.pk)


def test_a_manager_gives_a_task_to_another_person(now: datetime, cast: Any) -> None:
    task = make(now, owner_id=cast.writer.pk)
    task_assign(actor=cast.actor("commander"), now=now, task_id=task.pk, owner_id=cast.checker.pk)
    assert [entry.pk for entry in tasks_of_person(cast.checker.pk)] == [task.pk]
    assert messages_of(cast.checker.pk).count() == 1


def test_a_finished_task_gets_no_new_owner(now: datetime, cast: Any) -> None:
    task = make(now)
    task_move(actor=SYSTEM, now=now, task_id=task.pk, to="done")
    with pytest.raises(NotNow):
        task_assign(actor=cast.actor("commander"), now=now, task_id=task.pk, owner_id=cast.checker.pk)


def test_a_task_cannot_go_to_nobody(now: datetime, cast: Any) -> None:
    with pytest.raises(NotThere):
        task_assign(actor=cast.actor("commander"), now=now, task_id=make(now).pk, owner_id=999_999)


def test_an_unknown_task_is_not_there(now: datetime) -> None:
    for call in (lambda: task_of(404), lambda: task_move(actor=SYSTEM, now=now, task_id=404, to="done")):
        with pytest.raises(NotThere):
            call()


def test_tasks_come_soonest_due_first_and_without_due_last(now: datetime) -> None:
    late, none, soon = (
        make(now, title=name, due_at=due) for name, due in [("late", now + timedelta(days=1)), ("none", None), ("soon", now)]
    )
    assert [task.pk for task in tasks_of(SUBJECT)] == [soon.pk, late.pk, none.pk]
    assert [task.pk for task in open_tasks()] == [soon.pk, late.pk, none.pk]


def test_overdue_is_told_once(now: datetime) -> None:
    heard: list[int] = []

    def hear(*, task: Task, **_kwargs: object) -> None:
        heard.append(task.pk)

    task_overdue.connect(hear)
    try:
        task = make(now)
        make(now, due_at=None)
        late = now + timedelta(hours=2)
        assert overdue_count(late) == 1
        assert (tasks_sweep(now=now), tasks_sweep(now=late), tasks_sweep(now=late)) == (0, 1, 0)
    finally:
        task_overdue.disconnect(hear)
    assert heard == [task.pk]
    assert AuditEntry.objects.filter(verb="task.overdue").count() == 1


def test_a_finished_task_is_never_overdue(now: datetime) -> None:
    task = make(now)
    task_move(actor=SYSTEM, now=now, task_id=task.pk, to="done")
    assert tasks_sweep(now=now + timedelta(days=1)) == 0
    assert not Task.objects.get().is_overdue(now + timedelta(days=1))


def test_every_act_is_logged_on_the_subject(now: datetime, cast: Any) -> None:
    task = make(now)
    task_take(actor=cast.actor("checker"), now=now, task_id=task.pk)
    task_move(actor=cast.actor("checker"), now=now, task_id=task.pk, to="doing")
    verbs = list(AuditEntry.objects.filter(subject_kind="incident", subject_id="5").values_list("verb", flat=True))
    assert verbs == ["task.create", "task.assign", "task.move"]


def test_a_task_waits_for_a_role_in_words(now: datetime) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert make(now, group="logistics_group").owner_words == "analyst · logistics group"
        assert make(now, owner_role="pump watcher").owner_words == "pump watcher"
