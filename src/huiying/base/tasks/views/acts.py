"""Buttons of the task pages: each does one thing and goes back to where it was pressed."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.accounts.services import actor_of, require
from huiying.base.sharing.services import comment_add, file_add
from huiying.base.ui.errors import BadInput

from .. import selectors
from ..services import order_do, task_assign, task_move, task_set_due, task_take, task_wait_for, task_wait_no_more


def number_of(sent: str) -> int | None:
    """Return a number that was sent, or None."""
    return int(sent) if sent.isdecimal() else None


def moment_of(sent: str) -> datetime | None:
    """Return a moment that was sent, in the installation's zone where it names none; nothing sent is None."""
    if not sent.strip():
        return None
    try:
        moment = parse_datetime(sent.strip())
    except ValueError:
        moment = None
    if moment is None:
        raise BadInput(_("“%(sent)s” is no time: write it as 2026-11-24T18:30.") % {"sent": sent})
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def following(request: HttpRequest) -> str:
    """Return where the button was, or the list."""
    wanted = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_safe else "/tasks/"


def _back(request: HttpRequest, done: str) -> HttpResponse:
    messages.success(request, done)
    return redirect(following(request))


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
    return _back(request, _("The task is moved."))


@require_POST
def task_take_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a task that has no owner."""
    task_take(actor=actor_of(request.user), now=timezone.now(), task_id=task_id)
    return _back(request, _("The task is yours."))


@require_POST
def task_assign_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Give a task to somebody."""
    owner_id = number_of(request.POST.get("owner_id", ""))
    if owner_id is None:
        raise BadInput(_("Choose the person who gets the task."))
    task_assign(actor=actor_of(request.user), now=timezone.now(), task_id=task_id, owner_id=owner_id)
    return _back(request, _("The task has a new owner."))


@require_POST
def task_due_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Give a task a new due time."""
    due_at = moment_of(request.POST.get("due_at", ""))
    if due_at is None:
        raise BadInput(_("Say the new due time."))
    task_set_due(actor=actor_of(request.user), now=timezone.now(), task_id=task_id, due_at=due_at, reason=request.POST.get("reason", ""))
    return _back(request, _("The task has a new due time."))


@require_POST
def task_wait_one(request: HttpRequest, task_id: int) -> HttpResponse:
    """Let a task wait for another one, or no longer."""
    other_id = number_of(request.POST.get("other_id", "").strip())
    if other_id is None:
        raise BadInput(_("Say the number of the task it waits for; it stands in that task's address."))
    change = task_wait_no_more if request.POST.get("no_more") else task_wait_for
    change(actor=actor_of(request.user), now=timezone.now(), task_id=task_id, other_id=other_id)
    return _back(request, _("What the task waits for is changed."))


@require_POST
def order_act(request: HttpRequest, task_id: int) -> HttpResponse:
    """Do one act about an order."""
    sent = request.POST
    order_do(
        actor=actor_of(request.user),
        now=timezone.now(),
        task_id=task_id,
        act=sent.get("act", ""),
        text=sent.get("text", ""),
        evidence=sent.get("evidence", ""),
        due_at=moment_of(sent.get("due_at", "")),
    )
    return _back(request, _("It is in the order's trail."))


@require_POST
def task_comment(request: HttpRequest, task_id: int) -> HttpResponse:
    """Write a remark on a task."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    task = selectors.task(task_id)
    comment_add(actor=actor, now=timezone.now(), subject=("task", task.pk), text=request.POST.get("text", ""), exercise=task.exercise)
    return _back(request, _("The comment is written."))


@require_POST
def task_file(request: HttpRequest, task_id: int) -> HttpResponse:
    """Keep a file on a task."""
    actor = actor_of(request.user)
    require(actor, "task.read")
    task = selectors.task(task_id)
    sent = request.FILES.get("file")
    if sent is None:
        raise BadInput(_("Choose a file first."))
    file_add(
        actor=actor,
        now=timezone.now(),
        subject=("task", task.pk),
        name=sent.name or "",
        content=sent.read(),
        exercise=task.exercise,
    )
    return _back(request, _("The file is kept."))
