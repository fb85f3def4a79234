"""Say that a task waits for another one; never in a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow

from ..models import Task
from ..rules import way_between
from .telling import find, record_task

#: tasks; what one may wait for and still be read.
MOST_AWAITED = 20


@transaction.atomic
def task_wait_for(*, actor: Actor, now: datetime, task_id: int, other_id: int) -> Task:
    """Let an open task wait for another; a circle is refused with its way named. A parent waits for its parts anyway."""
    task, other = _both(actor, task_id, other_id)
    if not task.is_open:
        raise NotNow(_("Task %(id)s is over and waits for nothing.") % {"id": task.pk})
    if task.pk == other.pk:
        raise BadInput(_("A task cannot wait for itself."))
    if way := way_between(other.pk, task.pk, _waits_for):
        titles = {each.pk: each.title_text for each in Task.objects.filter(pk__in=way)}
        circle = " → ".join(f"{pk} “{titles[pk]}”" for pk in [task.pk, *way])
        raise BadInput(_("That would be a circle in which everything waits: %(way)s.") % {"way": circle})
    if task.blocked_by.count() >= MOST_AWAITED:
        raise BadInput(_("A task waits for at most %(limit)s others: make a part of it that does.") % {"limit": MOST_AWAITED})
    task.blocked_by.add(other)
    record_task(task, "task.wait", actor, now, {"for": other.pk})
    return task


@transaction.atomic
def task_wait_no_more(*, actor: Actor, now: datetime, task_id: int, other_id: int) -> Task:
    """Let a task no longer wait for another."""
    task, other = _both(actor, task_id, other_id)
    if not task.blocked_by.filter(pk=other.pk).exists():
        raise NotNow(_("Task %(id)s does not wait for task %(other)s.") % {"id": task.pk, "other": other.pk})
    task.blocked_by.remove(other)
    record_task(task, "task.wait_no_more", actor, now, {"for": other.pk})
    return task


def _both(actor: Actor, task_id: int, other_id: int) -> tuple[Task, Task]:
    """Return both tasks, held in one order so that two people cannot close a circle from its two ends."""
    held = {pk: find(pk, lock=True) for pk in sorted({task_id, other_id})}
    task = held[task_id]
    if actor.id is None or actor.id not in (task.owner_id, task.deputy_id):
        require(actor, "task.manage")
    return task, held[other_id]


def _waits_for(tasks: Collection[int]) -> Iterator[tuple[int, int]]:
    yield from Task.blocked_by.through.objects.filter(from_task_id__in=tasks).values_list("from_task_id", "to_task_id")
    for child_id, parent_id in Task.objects.filter(parent_id__in=tasks).values_list("pk", "parent_id"):
        if parent_id is not None:
            yield parent_id, child_id
