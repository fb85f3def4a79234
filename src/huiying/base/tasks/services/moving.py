"""Take, give and move tasks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import person, seats_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Task
from ..rules import OPEN_STATES, TASK_MOVES, OrderState, TaskState, needs_reason
from .climbing import watched
from .ordering import order_do
from .telling import find, record_task, state_words, tell_owner
from .working import set_state


@transaction.atomic
def task_assign(*, actor: Actor, now: datetime, task_id: int, owner_id: int) -> Task:
    """Give an open task to a person, also one that somebody else has; who leads the group it is with may too."""
    task = find(task_id)
    if not task.group or task.group not in seats_of(actor.id).led:
        require(actor, "task.manage")
    if person(owner_id) is None:
        raise NotThere(_("There is no person %(id)s.") % {"id": owner_id})
    if owner_id == task.deputy_id:
        raise BadInput(_("Owner and deputy must be two people."))
    if Task.objects.filter(pk=task.pk, owner_id=task.owner_id, state__in=OPEN_STATES).update(owner_id=owner_id) != 1:
        raise NotNow(_("Task %(id)s is %(state)s, so nobody can take it.") % {"id": task.pk, "state": state_words(task.state)})
    old, task.owner_id = task.owner_id, owner_id
    record_task(task, "task.assign", actor, now, {"from": old, "to": owner_id})
    tell_owner(task, actor, now)
    return task


@transaction.atomic
def task_take(*, actor: Actor, now: datetime, task_id: int) -> Task:
    """Take an open task that nobody has; anybody who reads tasks may, and the first one gets it."""
    require(actor, "task.read")
    free = Task.objects.filter(pk=task_id, owner_id=None, order_state="", state__in=OPEN_STATES)
    if actor.id is None or free.exclude(deputy_id=actor.id).update(owner_id=actor.id) != 1:
        task = find(task_id)
        if task.is_order:
            raise NotNow(_("Task %(id)s is an order: its receivers sign for it.") % {"id": task.pk})
        if task.owner is None:
            raise NotNow(_("Task %(id)s is %(state)s, so nobody can take it.") % {"id": task.pk, "state": state_words(task.state)})
        shown = {"id": task.pk, "owner": str(task.owner)}
        raise NotNow(_("Task %(id)s is with %(owner)s already: choose another one, or ask them to hand it over.") % shown)
    task = find(task_id)
    record_task(task, "task.assign", actor, now, {"from": None, "to": actor.id})
    return task


@transaction.atomic
def task_move(*, actor: Actor, now: datetime, task_id: int, to: TaskState | str, reason: str = "") -> Task:
    """Move a task; its owner and deputy may, and whoever manages tasks. Blocking, cancelling and reopening need a reason.

    So does beginning what waits for another task, and finishing what has an open part.
    """
    task = find(task_id)
    if actor.id is None or actor.id not in (task.owner_id, task.deputy_id):
        require(actor, "task.manage")
    try:
        new = TaskState(to)
    except ValueError:
        raise BadInput(_("“%(to)s” is no state of a task: use one of %(states)s.") % {"to": to, "states": ", ".join(TaskState)}) from None
    old = TaskState(task.state)
    _check_order(task, new)
    if needs_reason(old, new) and not reason.strip():
        raise BadInput(_("Say why the task becomes “%(state)s”.") % {"state": state_words(new)})
    over = set_state(task, new, now, reason.strip(), may_override=actor.is_system)
    detail: dict[str, object] = {"from": old.value, "to": new.value, "reason": reason.strip()}
    record_task(task, "task.move", actor, now, detail | ({"in spite of": over} if over else {}))
    return task


def _check_order(task: Task, new: TaskState) -> None:
    """Refuse what only an act of the order brings about."""
    if not task.is_order or new in task.moves or new not in TASK_MOVES[TaskState(task.state)]:
        return
    if task.order_state == OrderState.ISSUED and new != TaskState.CANCELLED:
        raise NotNow(_("Task %(id)s is an order nobody has signed for: sign for it first.") % {"id": task.pk})
    raise NotNow(
        _("Task %(id)s is an order: it is done when its answer is accepted, opened again when it is returned, and else withdrawn.")
        % {"id": task.pk}
    )


@transaction.atomic
def task_set_due(*, actor: Actor, now: datetime, task_id: int, due_at: datetime, reason: str = "") -> Task:
    """Give an open task a new due time; an order's is the issuer's to change, with a reason."""
    task = find(task_id)
    if task.is_order:
        return order_do(actor=actor, now=now, task_id=task_id, act="postpone", text=reason, due_at=due_at)
    require(actor, "task.manage")
    if due_at <= now:
        raise BadInput(_("The new due time must lie ahead."))
    if task.starts_at and due_at < task.starts_at:
        raise BadInput(_("The task would be due before it starts: check the two times."))
    old, task.due_at = task.due_at, due_at
    if Task.objects.filter(pk=task.pk, state__in=OPEN_STATES).update(due_at=due_at, **watched(task)) != 1:
        raise NotNow(_("Task %(id)s is %(state)s and gets no new due time.") % {"id": task.pk, "state": state_words(task.state)})
    task.refresh_from_db()
    record_task(task, "task.due", actor, now, {"from": old, "to": due_at, "reason": reason.strip()})
    return task
