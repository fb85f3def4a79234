"""Make tasks: alone, under another one, or as an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Required, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.selectors import person, units
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Task
from ..rules import Importance, OrderAct, OrderState, receipt_due
from .climbing import watched
from .ordering import keep_entry, start_clocks
from .telling import find, record_task, state_words, tell_owner, tell_receivers

Text = Mapping[str, str] | str


class TaskTerms(TypedDict, total=False):
    """What is to be done, by whom, from when until when, with what and to what end."""

    title: Required[Text]
    owner_id: int | None
    deputy_id: int | None
    owner_role: str | None
    group: str | None
    unit_id: int | None
    starts_at: datetime | None
    due_at: datetime | None
    importance: int
    resources: Text
    expected_result: Text


@transaction.atomic
def task_create(
    *, actor: Actor, now: datetime, subject: tuple[str, object], exercise: bool, source: str = "", **terms: Unpack[TaskTerms]
) -> Task:
    """Create a task and tell its owner.

    A task without a ``source`` is made by hand and needs the right task.manage; one with a source
    (a plan step, a promise) comes from an act whose right was checked where it happened.
    """
    if not source:
        require(actor, "task.manage")
        _check_people(terms)
    task = _made(terms, subject, now, source=source, exercise=exercise)
    _finish(task, actor, now)
    return task


@transaction.atomic
def subtask_create(*, actor: Actor, now: datetime, parent_id: int, **terms: Unpack[TaskTerms]) -> Task:
    """Create a part of another task; its owner and deputy may, and whoever manages tasks. Subject and exercise are the parent's."""
    parent = _parent(parent_id, actor)
    _check_people(terms)
    task = _made(terms, (parent.subject_kind, parent.subject_id), now, exercise=parent.exercise, parent=parent)
    _finish(task, actor, now)
    return task


@transaction.atomic
def order_issue(
    *,
    actor: Actor,
    now: datetime,
    subject: tuple[str, object],
    exercise: bool,
    receipt_due_at: datetime | None = None,
    parent_id: int | None = None,
    **terms: Unpack[TaskTerms],
) -> Task:
    """Give an order to a person, a group or a department: both of its deadlines start to run, and the receivers are told."""
    require(actor, "task.manage")
    _check_people(terms)
    at = now.replace(microsecond=0)
    due_at = _answer_due(terms, at)
    importance = Importance(terms.get("importance", Importance.NORMAL))
    receipt_at = (receipt_due_at or receipt_due(at, due_at, importance)).replace(microsecond=0)
    if not at < receipt_at <= due_at:
        raise BadInput(_("The receipt is due after now and not after the answer: check the two times."))
    parent = _parent(parent_id, actor) if parent_id else None
    if parent is not None:
        subject, exercise = (parent.subject_kind, parent.subject_id), parent.exercise
    terms["due_at"] = due_at
    task = _made(terms, subject, now, exercise=exercise, parent=parent, issuer_id=actor.id, receipt_due_at=receipt_at)
    entry = keep_entry(task, OrderAct.ISSUE, actor, at, due_at=due_at)
    start_clocks(task, actor, at, evidence=f"order entry {entry.pk}")
    record_task(task, "order.issue", actor, now, _said(task) | {"receipt_due_at": receipt_at})
    tell_receivers(task, entry, now)
    return task


def _answer_due(terms: TaskTerms, at: datetime) -> datetime:
    if not (terms.get("owner_id") or terms.get("group") or terms.get("unit_id")):
        raise BadInput(_("An order needs a receiver: name a person, a group or a department."))
    if terms.get("group") and terms["group"] not in set(GroupKind):
        raise BadInput(_("“%(group)s” is no group: use one of %(groups)s.") % {"group": terms["group"], "groups": ", ".join(GroupKind)})
    due_at = terms.get("due_at")
    if due_at is None or due_at <= at:
        raise BadInput(_("An order needs a time by which it is answered, and that time lies ahead."))
    return due_at.replace(microsecond=0)


def _check_people(terms: TaskTerms) -> None:
    """Refuse people and departments that are not there, and a span that ends before it begins."""
    owner_id, deputy_id, unit_id = terms.get("owner_id"), terms.get("deputy_id"), terms.get("unit_id")
    for person_id in (owner_id, deputy_id):
        if person_id is not None and person(person_id) is None:
            raise NotThere(_("There is no person %(id)s.") % {"id": person_id})
    if owner_id is not None and owner_id == deputy_id:
        raise BadInput(_("Owner and deputy must be two people."))
    if unit_id is not None and unit_id not in {unit.pk for unit in units()}:
        raise NotThere(_("There is no department %(id)s.") % {"id": unit_id})
    starts_at, due_at = terms.get("starts_at"), terms.get("due_at")
    if starts_at and due_at and starts_at > due_at:
        raise BadInput(_("The task would be due before it starts: check the two times."))
    if terms.get("importance", Importance.NORMAL) not in set(Importance):
        shown = {"given": terms["importance"], "least": Importance.LOW.value, "most": Importance.URGENT.value}
        raise BadInput(_("“%(given)s” is no importance: it goes from %(least)s to %(most)s.") % shown)


def _parent(parent_id: int, actor: Actor) -> Task:
    """Return an open task that gets a part, locked so that nobody calls it done meanwhile."""
    parent = find(parent_id, lock=True)
    if actor.id is None or actor.id not in (parent.owner_id, parent.deputy_id):
        require(actor, "task.manage")
    if not parent.is_open:
        shown = {"id": parent.pk, "state": state_words(parent.state)}
        raise NotNow(_("Task %(id)s is %(state)s and gets no further part: open it again first.") % shown)
    return parent


def _made(
    terms: TaskTerms,
    subject: tuple[str, object],
    now: datetime,
    *,
    exercise: bool,
    source: str = "",
    parent: Task | None = None,
    issuer_id: int | None = None,
    receipt_due_at: datetime | None = None,
) -> Task:
    title = _plain(terms["title"])
    if not title:
        raise BadInput(_("A task needs a title: say what is to be done."))
    if not any(terms.get(key) for key in ("owner_id", "owner_role", "group", "unit_id")):
        raise BadInput(_("A task needs an owner: name a person, a role or a group."))
    given: dict[str, Any] = dict(terms)
    task = Task(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        title=title,
        **{key: given.get(key) for key in ("owner_id", "deputy_id", "unit_id", "starts_at", "due_at")},
        **{key: given.get(key) or "" for key in ("owner_role", "group")},
        **{key: _plain(given.get(key, "")) for key in ("resources", "expected_result")},
        importance=terms.get("importance", Importance.NORMAL.value),
        source=source,
        parent=parent,
        root_id=(parent.root_id or parent.pk) if parent else None,
        created_at=now,
        exercise=exercise,
        issuer_id=issuer_id,
        receipt_due_at=receipt_due_at,
        order_state=OrderState.ISSUED.value if receipt_due_at else "",
    )
    for name, value in watched(task).items():
        setattr(task, name, value)
    task.save(force_insert=True)
    return task


def _plain(text: Text) -> Text:
    return text.strip() if isinstance(text, str) else {language: words for language, words in text.items() if words}


def _finish(task: Task, actor: Actor, now: datetime) -> None:
    record_task(task, "task.create", actor, now, _said(task) | {"role": task.owner_role or None, "source": task.source})
    tell_owner(task, actor, now)


def _said(task: Task) -> dict[str, object]:
    said: dict[str, object] = {"title": task.title, "owner": task.owner_id, "due_at": task.due_at}
    more = {"deputy": task.deputy_id, "group": task.group, "unit": task.unit_id, "parent": task.parent_id}
    return said | {key: value for key, value in more.items() if value}
