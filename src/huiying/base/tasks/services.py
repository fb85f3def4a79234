"""Create, assign and move tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import person
from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from .models import Task
from .rules import OPEN_STATES, TASK_MOVES, TASK_STATE_LABELS, TaskState, needs_reason
from .signals import task_overdue

#: tasks; what one sweep takes.
SWEEP_LIMIT = 200
Text = Mapping[str, str] | str


@transaction.atomic
def task_create(
    *,
    actor: Actor,
    now: datetime,
    subject: tuple[str, object],
    title: Text,
    exercise: bool,
    owner_id: int | None = None,
    owner_role: str | None = None,
    group: str | None = None,
    due_at: datetime | None = None,
    resources: Text = "",
    expected_result: Text = "",
    source: str = "",
) -> Task:
    """Create a task and tell its owner.

    A task without a ``source`` is made by hand and needs the right task.manage; one with a source
    (a plan step, a promise) comes from an act whose right was checked where it happened.
    """
    if not source:
        require(actor, "task.manage")
    kept_title = _plain(title)
    if not kept_title:
        raise BadInput(_("A task needs a title: say what is to be done."))
    if owner_id is None and not owner_role and not group:
        raise BadInput(_("A task needs an owner: name a person, a role or a group."))
    task = Task.objects.create(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        title=kept_title,
        owner_id=owner_id,
        owner_role=owner_role or "",
        group=group or "",
        due_at=due_at,
        resources=_plain(resources),
        expected_result=_plain(expected_result),
        source=source,
        created_at=now,
        exercise=exercise,
    )
    _record(
        task, "task.create", actor, now, {"title": kept_title, "owner": owner_id, "role": owner_role, "due_at": due_at, "source": source}
    )
    _tell_owner(task, actor, now)
    return task


def _plain(text: Text) -> Text:
    return text.strip() if isinstance(text, str) else {language: words for language, words in text.items() if words}


@transaction.atomic
def task_assign(*, actor: Actor, now: datetime, task_id: int, owner_id: int) -> Task:
    """Give an open task to a person, also one that somebody else has."""
    require(actor, "task.manage")
    task = _task(task_id)
    if person(owner_id) is None:
        raise NotThere(_("There is no person %(id)s.") % {"id": owner_id})
    if Task.objects.filter(pk=task.pk, owner_id=task.owner_id, state__in=OPEN_STATES).update(owner_id=owner_id) != 1:
        raise NotNow(_("Task %(id)s is %(state)s, so nobody can take it.") % {"id": task.pk, "state": _label(task.state)})
    old, task.owner_id = task.owner_id, owner_id
    _record(task, "task.assign", actor, now, {"from": old, "to": owner_id})
    _tell_owner(task, actor, now)
    return task


@transaction.atomic
def task_take(*, actor: Actor, now: datetime, task_id: int) -> Task:
    """Take an open task that nobody has; anybody who reads tasks may, and the first one gets it."""
    require(actor, "task.read")
    free = Task.objects.filter(pk=task_id, owner_id=None, state__in=OPEN_STATES)
    if actor.id is None or free.update(owner_id=actor.id) != 1:
        task = _task(task_id)
        if task.owner is None:
            raise NotNow(_("Task %(id)s is %(state)s, so nobody can take it.") % {"id": task.pk, "state": _label(task.state)})
        shown = {"id": task.pk, "owner": str(task.owner)}
        raise NotNow(_("Task %(id)s is with %(owner)s already: choose another one, or ask them to hand it over.") % shown)
    task = _task(task_id)
    _record(task, "task.assign", actor, now, {"from": None, "to": actor.id})
    return task


@transaction.atomic
def task_move(*, actor: Actor, now: datetime, task_id: int, to: TaskState | str, reason: str = "") -> Task:
    """Move a task; its owner may, and whoever manages tasks. Blocking, cancelling and reopening need a reason."""
    task = _task(task_id)
    if task.owner_id is None or task.owner_id != actor.id:
        require(actor, "task.manage")
    try:
        new = TaskState(to)
    except ValueError:
        raise BadInput(_("“%(to)s” is no state of a task: use one of %(states)s.") % {"to": to, "states": ", ".join(TaskState)}) from None
    old = TaskState(task.state)
    if needs_reason(old, new) and not reason.strip():
        raise BadInput(_("Say why the task becomes “%(state)s”.") % {"state": _label(new)})
    _set_state(task, old, new, now, reason.strip())
    _record(task, "task.move", actor, now, {"from": old.value, "to": new.value, "reason": reason.strip()})
    return task


def _set_state(task: Task, old: TaskState, new: TaskState, now: datetime, reason: str) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    changes: dict[str, object] = {"state": new.value, "state_reason": reason, "done_at": now if new == TaskState.DONE else None}
    if new == TaskState.DOING and task.started_at is None:
        changes["started_at"] = now
    if new not in TASK_MOVES[old] or Task.objects.filter(pk=task.pk, state=old).update(**changes) != 1:
        shown = {"id": task.pk, "old": _label(old), "new": _label(new)}
        raise NotNow(_("Task %(id)s is “%(old)s” and cannot become “%(new)s”.") % shown)
    for field, value in changes.items():
        setattr(task, field, value)


def tasks_sweep(*, now: datetime) -> int:
    """Tell once about every open task past its due time; return how many."""
    late = Task.objects.filter(state__in=OPEN_STATES, due_at__lt=now, overdue_told_at=None).select_related("owner")
    return sum(_tell_overdue(task, now) for task in late[:SWEEP_LIMIT])


@transaction.atomic
def _tell_overdue(task: Task, now: datetime) -> int:
    if Task.objects.filter(pk=task.pk, overdue_told_at=None, state__in=OPEN_STATES).update(overdue_told_at=now) != 1:
        return 0
    task.overdue_told_at = now
    _record(task, "task.overdue", SYSTEM, now, {"due_at": task.due_at})
    task_overdue.send(sender=Task, task=task, now=now)
    return 1


def _tell_owner(task: Task, actor: Actor, now: datetime) -> None:
    if task.owner_id is None or task.owner_id == actor.id:
        return
    text = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            text[code] = _("You have a task: %(title)s") % {"title": task.title_text}
    url = url_of_subject(task.subject_kind, task.subject_id) or "/tasks/"
    notify(now=now, person_ids=[task.owner_id], text=text, url=url, key=f"task:{task.pk}:owner:{task.owner_id}", exercise=task.exercise)


def _task(task_id: int) -> Task:
    task = Task.objects.filter(pk=task_id).first()
    if task is None:
        raise NotThere(_("There is no task %(id)s.") % {"id": task_id})
    return task


def _label(state: str) -> str:
    return str(TASK_STATE_LABELS[TaskState(state)])


def _record(task: Task, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    told: dict[str, object] = {"task": task.pk, **detail}
    record(actor=actor, verb=verb, subject=(task.subject_kind, task.subject_id), now=now, detail=told, exercise=task.exercise)
