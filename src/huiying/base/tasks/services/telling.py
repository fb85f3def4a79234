"""Find a task, write down what was done about it, and tell whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import group_people, ids_of_unit
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.ui.errors import NotThere

from ..models import OrderEntry, Task
from ..rules import TASK_STATE_LABELS, TaskState


def find(task_id: int, *, lock: bool = False) -> Task:
    """Return a task, locked until the transaction ends where somebody else must not move it; raises NotThere."""
    tasks = Task.objects.select_for_update() if lock else Task.objects.all()
    task = tasks.filter(pk=task_id).first()
    if task is None:
        raise NotThere(_("There is no task %(id)s.") % {"id": task_id})
    return task


def state_words(state: str) -> str:
    """Return a state of work in the reader's language."""
    return str(TASK_STATE_LABELS[TaskState(state)])


def record_task(task: Task, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    """Write into the log of what the task is about."""
    told: dict[str, object] = {"task": task.pk, **detail}
    record(actor=actor, verb=verb, subject=(task.subject_kind, task.subject_id), now=now, detail=told, exercise=task.exercise)


def in_every_language(sentence: Callable[[], str]) -> dict[str, str]:
    """Return a sentence in each language of the house."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    return texts


def tell_owner(task: Task, actor: Actor, now: datetime) -> None:
    """Tell the owner that the task is theirs; nobody is told what they did themselves."""
    if task.owner_id is None or task.owner_id == actor.id:
        return
    text = in_every_language(lambda: _("You have a task: %(title)s") % {"title": task.title_text})
    url = url_of_subject(task.subject_kind, task.subject_id) or "/tasks/"
    notify(now=now, person_ids=[task.owner_id], text=text, url=url, key=f"task:{task.pk}:owner:{task.owner_id}", exercise=task.exercise)


def receivers_of(task: Task) -> list[int]:
    """Return who is told about an order: owner and deputy, else those who lead the group, else its members, else the department."""
    named = [person_id for person_id in (task.owner_id, task.deputy_id) if person_id is not None]
    if named or not (task.group or task.unit_id):
        return named
    head, deputy, members = group_people(task.group) if task.group else (None, None, ())
    led = [person_id for person_id in (head, deputy) if person_id is not None]
    return led or list(members) or (ids_of_unit(task.unit_id) if task.unit_id else [])


def tell_receivers(task: Task, entry: OrderEntry, now: datetime) -> None:
    """Tell the receivers that there is an order for them."""
    tell(task, entry, receivers_of(task), lambda: _("An order for you, sign for it: %(title)s"), now)


def tell(task: Task, entry: OrderEntry, people: list[int], sentence: Callable[[], str], now: datetime) -> None:
    """Tell people about one act of an order, once."""
    texts = in_every_language(lambda: sentence() % {"title": task.title_text, "text": entry.text, "name": entry.by_name})
    others = [person_id for person_id in people if person_id != entry.by_id]
    notify(now=now, person_ids=others, text=texts, url=f"/tasks/{task.pk}/", key=f"order:{entry.pk}", exercise=task.exercise)
