"""Reads of tasks."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PERSON_NAME
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading

from .models import Task
from .rules import OPEN_STATES

_SOONEST = F("due_at").asc(nulls_last=True)
_NEVER = datetime.max.replace(tzinfo=UTC)


def task(task_id: int) -> Task:
    """Return one task; raises NotThere."""
    found = Task.objects.select_related("owner").filter(pk=task_id).first()
    if found is None:
        raise NotThere(_("There is no task %(id)s.") % {"id": task_id})
    return found


def tasks_of(subject: tuple[str, object]) -> list[Task]:
    """Return a subject's tasks, soonest due first."""
    return list(_tasks_of(subject).select_related("owner").order_by(_SOONEST, "pk"))


def tasks_reading(subject: tuple[str, object]) -> Reading:
    """Return the same as a part of a larger reading."""
    return Reading(_tasks_of(subject), related={"owner": PERSON_NAME}, order=lambda task: (task.due_at or _NEVER, task.pk))


def _tasks_of(subject: tuple[str, object]) -> QuerySet[Task]:
    return Task.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))


def tasks_of_person(person_id: int) -> list[Task]:
    """Return a person's open tasks, soonest due first."""
    return list(open_tasks().filter(owner_id=person_id))


def open_tasks() -> QuerySet[Task]:
    """Return all open tasks, soonest due first, without a due time last."""
    return Task.objects.filter(state__in=OPEN_STATES).select_related("owner").order_by(_SOONEST, "pk")


def all_tasks() -> QuerySet[Task]:
    """Return every task, newest first."""
    return Task.objects.select_related("owner").order_by("-created_at", "-pk")


def overdue_count(at: datetime) -> int:
    """Return how many open tasks are past their due time."""
    return Task.objects.filter(state__in=OPEN_STATES, due_at__lt=at).count()
