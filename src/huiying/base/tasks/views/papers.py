"""One task with its tree, its order and its papers, and the form that makes one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import people, seats_of
from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.rules import Actor
from huiying.base.sharing.selectors import url_of_subject

from .. import selectors
from ..forms import TaskForm
from ..models import Task
from ..rules import ACTS_WITH_DUE, ACTS_WITH_TEXT, ORDER_ACT_LABELS, OrderAct
from ..services import order_acts, order_issue, subtask_create, task_create

#: What a task made by hand on the list page belongs to: the office's own work, never an exercise.
OFFICE = ("office", "0")
#: Acts that lead on; the others are folded away below them.
_LEADING = frozenset({OrderAct.RECEIVE, OrderAct.ANSWER, OrderAct.ACCEPT})


@require_safe
def task_detail(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show one task with what it needs, its parts, what it waits for, its order and its moves."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    task = selectors.task(task_id)
    papers = selectors.task_papers(task)
    may_manage = may(actor.roles, "task.manage")
    may_assign = may_manage or bool(task.group and task.group in seats_of(actor.id).led)
    is_owners = actor.id in (task.owner_id, task.deputy_id)
    context = {
        "task": task,
        "is_late": task.is_overdue(timezone.now()),
        "subject_url": url_of_subject(task.subject_kind, task.subject_id),
        "people": people() if may_assign else [],
        "may_move": may_manage or is_owners,
        "may_set_due": may_manage and not task.is_order,
        "acts": _acts(actor, task),
        "branches": selectors.branches(papers.rows["tree"]),
        **{name: papers.rows[name] for name in ("awaited", "awaiting", "entries", "clocks", "files", "comments")},
    }
    return render(request, "tasks/detail.html", context)


def _acts(actor: Actor, task: Task) -> list[dict[str, Any]]:
    """Return the acts this person can do about the order now, with what each asks for."""
    return [
        {
            "act": act.value,
            "label": ORDER_ACT_LABELS[act],
            "needs_text": act in ACTS_WITH_TEXT,
            "needs_evidence": act == OrderAct.ANSWER,
            "needs_due": act in ACTS_WITH_DUE,
            "is_leading": act in _LEADING,
        }
        for act in order_acts(actor, task)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def task_add(request: HttpRequest) -> HttpResponse:
    """Make a task of the office by hand."""
    actor = actor_of(request.user)
    require(actor, "task.manage")
    return _form(request, actor, None)


@require_http_methods(["GET", "HEAD", "POST"])
def task_part(request: HttpRequest, task_id: int) -> HttpResponse:
    """Make a part of a task."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    return _form(request, actor, selectors.task(task_id))


def _form(request: HttpRequest, actor: Actor, parent: Task | None) -> HttpResponse:
    initial = {"is_order": request.GET.get("kind") == "order", "group": parent.group if parent else ""}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        task = _make(actor, parent, dict(form.cleaned_data))
        messages.success(request, _("The order is issued.") if task.is_order else _("The task is given."))
        return redirect("tasks:detail", task_id=task.pk)
    return render(request, "tasks/add.html", {"form": form, "parent": parent}, status=400 if form.errors else 200)


def _make(actor: Actor, parent: Task | None, data: dict[str, Any]) -> Task:
    now = timezone.now()
    is_order, receipt_due_at = data.pop("is_order"), data.pop("receipt_due_at")
    if is_order:
        parent_id = parent.pk if parent else None
        return order_issue(actor=actor, now=now, subject=OFFICE, exercise=False, receipt_due_at=receipt_due_at, parent_id=parent_id, **data)
    if parent is not None:
        return subtask_create(actor=actor, now=now, parent_id=parent.pk, **data)
    return task_create(actor=actor, now=now, subject=OFFICE, exercise=False, **data)
