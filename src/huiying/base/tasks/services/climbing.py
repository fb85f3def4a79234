"""Say when a task counts as late, and let lateness climb: owner, deputy, head of the group, command."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiying.base.audit.rules import SYSTEM

from ..models import Task
from ..rules import CLIMB_WAIT, OPEN_STATES, OWED_STATES, Importance, OrderState, climb_steps
from ..signals import task_overdue
from .telling import record_task

#: tasks; what one sweep takes.
SWEEP_LIMIT = 200


def watched(task: Task) -> dict[str, object]:
    """Return the columns that follow from what is owed next: lateness climbs anew from the owner."""
    late_at = task.due_at
    if task.order_state == OrderState.ISSUED and task.due_at and task.receipt_due_at:
        late_at = min(task.due_at, task.receipt_due_at)
    if task.order_state and task.order_state not in OWED_STATES:
        late_at = None
    return {"late_at": late_at, "climb_at": late_at if task.is_open else None, "climb_step": 0}


def tasks_sweep(*, now: datetime) -> int:
    """Tell the next one about every open task that is late; return how many times somebody was told."""
    late = Task.objects.filter(state__in=OPEN_STATES, climb_at__lt=now).select_related("owner").order_by("climb_at", "pk")
    return sum(_climb(task, now) for task in late[:SWEEP_LIMIT])


@transaction.atomic
def _climb(task: Task, now: datetime) -> int:
    has_owner = bool(task.owner_id or task.owner_role or task.unit_id)
    steps = climb_steps(has_owner=has_owner, has_deputy=task.deputy_id is not None, has_group=bool(task.group))
    step = steps[min(task.climb_step, len(steps) - 1)]
    is_last = task.climb_step >= len(steps) - 1
    changes = {"climb_step": task.climb_step + 1, "climb_at": None if is_last else now + CLIMB_WAIT[Importance(task.importance)]}
    unmoved = Task.objects.filter(pk=task.pk, climb_step=task.climb_step, climb_at=task.climb_at, state__in=OPEN_STATES)
    if unmoved.update(**changes) != 1:
        return 0
    for name, value in changes.items():
        setattr(task, name, value)
    record_task(task, "task.overdue", SYSTEM, now, {"due_at": task.late_at, "step": step.value})
    task_overdue.send(sender=Task, task=task, step=step, now=now)
    return 1
