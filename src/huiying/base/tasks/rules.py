"""How a task moves, how an order is carried to its end, and how lateness climbs (pure but for the words shown)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise


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
#: What an order may be moved to by hand; being done, cancelled or opened again is the outcome of an act of the order.
ORDER_WORK_STATES = frozenset({_T.DOING, _T.BLOCKED})


def needs_reason(old: TaskState, new: TaskState) -> bool:
    """Return whether this move must say why.

    >>> needs_reason(TaskState.DOING, TaskState.BLOCKED), needs_reason(TaskState.DOING, TaskState.DONE)
    (True, False)
    """
    return new in {TaskState.BLOCKED, TaskState.CANCELLED} or old == TaskState.DONE


class Importance(IntEnum):
    """How much hangs on a task."""

    LOW = 1
    NORMAL = 2
    HIGH = 3
    URGENT = 4


IMPORTANCE_LABELS: dict[Importance, Label] = {
    Importance.LOW: pgettext_lazy("importance", "low"),
    Importance.NORMAL: pgettext_lazy("importance", "normal"),
    Importance.HIGH: pgettext_lazy("importance", "high"),
    Importance.URGENT: pgettext_lazy("importance", "urgent"),
}
IMPORTANCE_TONES = {Importance.LOW: "plain", Importance.NORMAL: "plain", Importance.HIGH: "orange", Importance.URGENT: "red"}


class OrderState(StrEnum):
    """Where an order across departments stands."""

    ISSUED = "issued"
    RECEIVED = "received"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class OrderAct(StrEnum):
    """What somebody does about an order; each is kept."""

    ISSUE = "issue"
    RECEIVE = "receive"
    REMIND = "remind"
    ANSWER = "answer"
    ACCEPT = "accept"
    RETURN = "return"
    WITHDRAW = "withdraw"
    POSTPONE = "postpone"


_S, _A = OrderState, OrderAct
#: act -> state before -> state after. A reminder leaves the state as it is: whether the order was signed for must stay visible.
ORDER_MOVES: dict[OrderAct, dict[OrderState, OrderState]] = {
    _A.ISSUE: {},
    _A.RECEIVE: {_S.ISSUED: _S.RECEIVED},
    _A.REMIND: {state: state for state in (_S.ISSUED, _S.RECEIVED, _S.RETURNED)},
    _A.ANSWER: {_S.RECEIVED: _S.ANSWERED, _S.RETURNED: _S.ANSWERED},
    _A.ACCEPT: {_S.ANSWERED: _S.ACCEPTED},
    _A.RETURN: {_S.ANSWERED: _S.RETURNED, _S.ACCEPTED: _S.RETURNED},
    _A.WITHDRAW: dict.fromkeys((_S.ISSUED, _S.RECEIVED, _S.ANSWERED, _S.RETURNED), _S.WITHDRAWN),
    _A.POSTPONE: {state: state for state in (_S.ISSUED, _S.RECEIVED, _S.RETURNED)},
}
#: Acts of those who receive; all others are the issuer's or the commander's.
RECEIVERS_ACTS = frozenset({_A.RECEIVE, _A.ANSWER})
#: Acts that are nothing without words.
ACTS_WITH_TEXT = frozenset({_A.ANSWER, _A.RETURN, _A.WITHDRAW, _A.POSTPONE})
#: Acts that set a new time for the answer.
ACTS_WITH_DUE = frozenset({_A.RETURN, _A.POSTPONE})
#: States in which the receivers owe something.
OWED_STATES = frozenset({_S.ISSUED, _S.RECEIVED, _S.RETURNED})
#: States in which the receivers are at work.
WORKED_STATES = frozenset({_S.RECEIVED, _S.RETURNED})

ORDER_STATE_LABELS: dict[OrderState, Label] = {
    _S.ISSUED: pgettext_lazy("order", "waits for receipt"),
    _S.RECEIVED: pgettext_lazy("order", "received"),
    _S.ANSWERED: pgettext_lazy("order", "answered"),
    _S.ACCEPTED: pgettext_lazy("order", "accepted"),
    _S.RETURNED: pgettext_lazy("order", "returned"),
    _S.WITHDRAWN: pgettext_lazy("order", "withdrawn"),
}
ORDER_TONES = {
    _S.ISSUED: "yellow",
    _S.RECEIVED: "blue",
    _S.ANSWERED: "yellow",
    _S.ACCEPTED: "ok",
    _S.RETURNED: "orange",
    _S.WITHDRAWN: "plain",
}
ORDER_ACT_LABELS: dict[OrderAct, Label] = {
    _A.ISSUE: pgettext_lazy("order", "Issue"),
    _A.RECEIVE: pgettext_lazy("order", "Sign for it"),
    _A.REMIND: pgettext_lazy("order", "Remind"),
    _A.ANSWER: pgettext_lazy("order", "Answer"),
    _A.ACCEPT: pgettext_lazy("order", "Accept the answer"),
    _A.RETURN: pgettext_lazy("order", "Return"),
    _A.WITHDRAW: pgettext_lazy("order", "Withdraw"),
    _A.POSTPONE: pgettext_lazy("order", "Set a new due time"),
}

RECEIPT_RULE = "order.receipt"
ANSWER_RULE = "order.answer"
ORDER_RULES = (RECEIPT_RULE, ANSWER_RULE)
#: Which clock an act stops.
STOPS_CLOCK = {_A.RECEIVE: RECEIPT_RULE, _A.ANSWER: ANSWER_RULE}

#: How long a receipt may take where nobody says otherwise: urgent ones within the half of the half hour in which a first report is due.
RECEIPT_TIME = {
    Importance.LOW: timedelta(hours=24),
    Importance.NORMAL: timedelta(hours=4),
    Importance.HIGH: timedelta(hours=1),
    Importance.URGENT: timedelta(minutes=15),
}


def receipt_due(now: datetime, due_at: datetime, importance: Importance) -> datetime:
    """Return until when an order is to be signed for: never after its answer is due.

    >>> noon = datetime(2026, 11, 24, 12)
    >>> receipt_due(noon, noon + timedelta(hours=2), Importance.NORMAL).hour
    14
    """
    return min(now + RECEIPT_TIME[importance], due_at)


def acts_in(state: str) -> list[OrderAct]:
    """Return the acts that an order's state allows, in the order of the enum.

    >>> [act.value for act in acts_in("answered")]
    ['accept', 'return', 'withdraw']
    """
    return [act for act, moves in ORDER_MOVES.items() if state in moves]


class ClimbStep(StrEnum):
    """Who hears of lateness, one after the other."""

    OWNER = "owner"
    DEPUTY = "deputy"
    GROUP_HEAD = "group_head"
    COMMAND = "command"


#: How long each step has before the next one is told.
CLIMB_WAIT = {
    Importance.LOW: timedelta(hours=24),
    Importance.NORMAL: timedelta(hours=4),
    Importance.HIGH: timedelta(hours=1),
    Importance.URGENT: timedelta(minutes=15),
}


def climb_steps(*, has_owner: bool, has_deputy: bool, has_group: bool) -> list[ClimbStep]:
    """Return the steps there are for a task: a rung that nobody stands on costs no waiting.

    >>> [step.value for step in climb_steps(has_owner=True, has_deputy=False, has_group=True)]
    ['owner', 'group_head', 'command']
    """
    there = {ClimbStep.OWNER: has_owner, ClimbStep.DEPUTY: has_deputy, ClimbStep.GROUP_HEAD: has_group, ClimbStep.COMMAND: True}
    return [step for step in ClimbStep if there[step]]


def way_between(start: int, goal: int, waits_for: Callable[[Collection[int]], Iterable[tuple[int, int]]]) -> list[int]:
    """Return the shortest way from a task to another along what each waits for, or nothing.

    ``waits_for`` gives the pairs (task, what it waits for) of many tasks at once.

    >>> pairs = [(1, 2), (2, 3), (1, 4)]
    >>> way_between(1, 3, lambda tasks: [pair for pair in pairs if pair[0] in tasks])
    [1, 2, 3]
    """
    came_from: dict[int, int] = {}
    edge = {start}
    seen = {start}
    while edge and goal not in seen:
        found: set[int] = set()
        for waiting, awaited in waits_for(edge):
            if awaited not in seen:
                came_from[awaited] = waiting
                seen.add(awaited)
                found.add(awaited)
        edge = found
    if goal not in seen:
        return []
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
