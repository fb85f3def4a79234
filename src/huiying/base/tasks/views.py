"""The lists of tasks, and one task."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import people
from huiying.base.accounts.services import actor_of, require
from huiying.base.audit.rules import Actor
from huiying.base.sharing.selectors import url_of_subject
from huiying.base.ui.errors import BadInput

from . import selectors
from .forms import TaskForm
from .models import Task
from .services import task_assign, task_create, task_move, task_take

PAGE_ROWS = 50
#: What a task made by hand on the list page belongs to: the office's own work, never an exercise.
OFFICE = ("office", "0")


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Show my open tasks, everybody's open tasks, or all."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    return _list_page(request, actor, TaskForm())


def _list_page(request: HttpRequest, actor: Actor, form: TaskForm, status: int = 200) -> HttpResponse:
    show = request.GET.get("show", "mine")
    page = Paginator(_shown(show, actor), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "tasks": list(page),
        "show": show,
        "form": form,
        "may_manage": may(actor.roles, "task.manage"),
        "with_subject": True,
    }
    return render(request, "tasks/list.html", context, status=status)


def _shown(show: str, actor: Actor) -> QuerySet[Task]:
    if show == "open":
        return selectors.open_tasks()
    if show == "overdue":
        return selectors.open_tasks().filter(due_at__lt=timezone.now())
    if show == "all":
        return selectors.all_tasks()
    return selectors.open_tasks().filter(owner_id=actor.id)


@require_POST
def task_create_one(request: HttpRequest) -> HttpResponse:
    """Make a task of the office by hand."""
    actor = actor_of(request.user)
    require(actor, "task.manage")
    form = TaskForm(request.POST)
    if not form.is_valid():
        return _list_page(request, actor, form, status=400)
    task_create(actor=actor, now=timezone.now(), subject=OFFICE, exercise=False, **form.cleaned_data)
    messages.success(request, _("The task is given."))
    return redirect("tasks:list")


@require_safe
def task_detail(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show one task with what it needs and its moves."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    task = selectors.task(task_id)
    context = {
        "task": task,
        "subject_url": url_of_subject(task.subject_kind, task.subject_id),
        "people": people() if may(actor.roles, "task.manage") else [],
        "may_move": task.owner_id == actor.id or may(actor.roles, "task.manage"),
    }
    return render(request, "tasks/detail.html", context)


@require_POST
def task_move_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Move a task and go back to where the button was."""
    task_move(
        actor=actor_of(request.user),
        now=timezone.now(),
        task_id=task_id,
        to=request.POST.get("to", ""),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("The task is moved."))
    return _back(request)


@require_POST
def task_take_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a task that has no owner."""
    task_take(actor=actor_of(request.user), now=timezone.now(), task_id=task_id)
    messages.success(request, _("The task is yours."))
    return _back(request)


@require_POST
def task_assign_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Give a task to somebody."""
    owner = request.POST.get("owner_id", "")
    if not owner.isdecimal():
        raise BadInput(_("Choose the person who gets the task."))
    task_assign(actor=actor_of(request.user), now=timezone.now(), task_id=task_id, owner_id=int(owner))
    messages.success(request, _("The task has a new owner."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    following = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(following if is_safe else "tasks:list")
