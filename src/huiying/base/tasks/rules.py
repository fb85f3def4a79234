"""How a task moves (pure but for the words shown)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class TaskState(StrEnum):
    """Where a piece of human work stands."""

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


_T = TaskState

#: Done may go back to doing: a press on the wrong button in a crisis must be correctable, with a reason.
TASK_MOVES: dict[TaskState, frozenset[TaskState]] = {
    _T.TODO: frozenset({_T.DOING, _T.BLOCKED, _T.DONE, _T.CANCELLED}),
    _T.DOING: frozenset({_T.BLOCKED, _T.DONE, _T.CANCELLED}),
    _T.BLOCKED: frozenset({_T.DOING, _T.CANCELLED}),
    _T.DONE: frozenset({_T.DOING}),
    _T.CANCELLED: frozenset(),
}

TASK_STATE_LABELS = {
    _T.TODO: _("to do"),
    _T.DOING: _("in progress"),
    _T.BLOCKED: _("blocked"),
    _T.DONE: _("done"),
    _T.CANCELLED: _("cancelled"),
}
TASK_MOVE_LABELS = {
    _T.DOING: _("Start"),
    _T.BLOCKED: _("Blocked"),
    _T.DONE: _("Done"),
    _T.CANCELLED: _("Cancel"),
}
TASK_TONES = {_T.TODO: "plain", _T.DOING: "blue", _T.BLOCKED: "orange", _T.DONE: "ok", _T.CANCELLED: "plain"}
OPEN_STATES = frozenset({_T.TODO, _T.DOING, _T.BLOCKED})


def needs_reason(old: TaskState, new: TaskState) -> bool:
    """Return whether this move must say why.

    >>> needs_reason(TaskState.DOING, TaskState.BLOCKED), needs_reason(TaskState.DOING, TaskState.DONE)
    (True, False)
    """
    return new in {TaskState.BLOCKED, TaskState.CANCELLED} or old == TaskState.DONE
