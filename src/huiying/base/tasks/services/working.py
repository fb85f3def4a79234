"""The one place where a task's state changes, with what its parts and what it waits for ask."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotNow

from ..models import Task
from ..rules import OPEN_STATES, TASK_MOVES, TaskState
from .climbing import watched
from .telling import state_words

#: tasks named in a refusal.
MOST_NAMED = 3


def set_state(task: Task, new: TaskState, now: datetime, reason: str, *, may_override: bool = False) -> list[int]:
    """Assign the state, only if nobody was first; return the open tasks in spite of which it was done.

    What is in the way is looked for after the row is held, so that nobody adds a part meanwhile.
    """
    old = TaskState(task.state)
    changes: dict[str, object] = {"state": new.value, "state_reason": reason, "done_at": now if new == TaskState.DONE else None}
    if new == TaskState.DOING and task.started_at is None:
        changes["started_at"] = now
    is_reopened = old not in OPEN_STATES
    task.state = new.value
    if is_reopened or new not in OPEN_STATES:
        changes |= watched(task)
    if new not in TASK_MOVES[old] or Task.objects.filter(pk=task.pk, state=old).update(**changes) != 1:
        task.state = old.value
        shown = {"id": task.pk, "old": state_words(old), "new": state_words(new)}
        raise NotNow(_("Task %(id)s is “%(old)s” and cannot become “%(new)s”.") % shown)
    for field, value in changes.items():
        setattr(task, field, value)
    if is_reopened and not may_override:
        _check_parent(task)
    return _in_the_way(task, new, reason, may_override)


def _check_parent(task: Task) -> None:
    if task.parent_id and Task.objects.filter(pk=task.parent_id, state=TaskState.DONE).exists():
        raise NotNow(
            _("Task %(id)s is a part of task %(parent)s, which is done: open that one again first.")
            % {"id": task.pk, "parent": task.parent_id}
        )


def _in_the_way(task: Task, new: TaskState, reason: str, may_override: bool) -> list[int]:
    """Return what is open and should not be; raises NotNow where nobody said why it may be so."""
    awaited = list(task.blocked_by.filter(state__in=OPEN_STATES)) if new in (TaskState.DOING, TaskState.DONE) else []
    parts = list(task.children.filter(state__in=OPEN_STATES)) if new == TaskState.DONE else []
    if not reason and not may_override:
        if awaited:
            raise NotNow(
                _("Task %(id)s waits for %(others)s: finish that first, or say why not.") % {"id": task.pk, "others": named(awaited)}
            )
        if parts:
            raise NotNow(
                _("Task %(id)s has open parts: %(others)s. Finish them first, or say why not.") % {"id": task.pk, "others": named(parts)}
            )
    return [each.pk for each in (*awaited, *parts)]


def named(tasks: list[Task]) -> str:
    """Return tasks by number and title, the first few."""
    words = [_("%(id)s “%(title)s”") % {"id": task.pk, "title": task.title_text} for task in tasks[:MOST_NAMED]]
    more = len(tasks) - MOST_NAMED
    return ", ".join(words) + (_(" and %(n)s more") % {"n": more} if more > 0 else "")
