"""Do one thing to many tasks; each row tells what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.notify.services import notify
from huiying.base.ui.errors import BadInput, HuiyingError, NotNow

from ..models import Task
from ..rules import OrderAct
from .moving import task_assign, task_move, task_set_due
from .ordering import order_do
from .telling import find, in_every_language, receivers_of, record_task

#: tasks; what one press may touch: two pages of the list.
MOST_AT_ONCE = 100
BULK_ACTS = ("assign", "remind", "move", "due")


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    task_id: int
    title: str
    is_done: bool
    words: str


def tasks_bulk(
    *,
    actor: Actor,
    now: datetime,
    task_ids: Sequence[int],
    act: str,
    owner_id: int | None = None,
    to: str = "",
    due_at: datetime | None = None,
    text: str = "",
) -> list[Outcome]:
    """Assign, remind, move or give a new due time to many tasks, each for itself: one refusal holds up no other row."""
    deed = _deed(actor, now, act, owner_id, to, due_at, text)
    wanted = list(dict.fromkeys(task_ids))
    if not wanted:
        raise BadInput(_("Choose at least one task."))
    if len(wanted) > MOST_AT_ONCE:
        raise BadInput(_("Choose at most %(limit)s tasks at once, not %(n)s.") % {"limit": MOST_AT_ONCE, "n": len(wanted)})
    titles = {task.pk: task.title_text for task in Task.objects.filter(pk__in=wanted)}
    return [_outcome(task_id, titles.get(task_id, ""), deed) for task_id in wanted]


def _deed(
    actor: Actor, now: datetime, act: str, owner_id: int | None, to: str, due_at: datetime | None, text: str
) -> Callable[[int], object]:
    """Return what is done to each; raises BadInput where what it needs is not said."""
    if act == "assign" and owner_id is not None:
        return lambda task_id: task_assign(actor=actor, now=now, task_id=task_id, owner_id=owner_id)
    if act == "remind":
        return lambda task_id: task_remind(actor=actor, now=now, task_id=task_id, text=text)
    if act == "move" and to:
        return lambda task_id: task_move(actor=actor, now=now, task_id=task_id, to=to, reason=text)
    if act == "due" and due_at is not None:
        return lambda task_id: task_set_due(actor=actor, now=now, task_id=task_id, due_at=due_at, reason=text)
    if act in BULK_ACTS:
        raise BadInput(_("Say to whom, to which state, or until when: what you chose to do with the tasks needs it."))
    raise BadInput(_("“%(act)s” cannot be done to many tasks: use one of %(acts)s.") % {"act": act, "acts": ", ".join(BULK_ACTS)})


def _outcome(task_id: int, title: str, deed: Callable[[int], object]) -> Outcome:
    try:
        with transaction.atomic():
            deed(task_id)
    except HuiyingError as refusal:
        return Outcome(task_id, title, False, str(refusal))
    return Outcome(task_id, title, True, _("done"))


@transaction.atomic
def task_remind(*, actor: Actor, now: datetime, task_id: int, text: str = "") -> Task:
    """Remind of an open task: an order by its own act, any other by a message to who has it."""
    task = find(task_id)
    if task.is_order:
        return order_do(actor=actor, now=now, task_id=task_id, act=OrderAct.REMIND, text=text)
    require(actor, "task.manage")
    people = receivers_of(task)
    if not task.is_open or not people:
        raise NotNow(_("Task %(id)s is over, or nobody has it who could be reminded.") % {"id": task.pk})
    Task.objects.filter(pk=task.pk).update(reminders=F("reminders") + 1)
    texts = in_every_language(lambda: _("A reminder of a task: %(title)s. %(text)s") % {"title": task.title_text, "text": text})
    key = f"task:{task.pk}:remind:{task.reminders + 1}"
    notify(now=now, person_ids=people, text=texts, url=f"/tasks/{task.pk}/", key=key, exercise=task.exercise)
    record_task(task, "task.remind", actor, now, {"told": people, "text": text})
    return task
