"""Papers, clocks, tasks, stories, comments and files of an incident room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.audit.rules import Actor
from huiying.base.sharing.services import comment_add, file_add
from huiying.base.tasks.services import order_issue, task_create

from .. import forms, services
from ..rules import SUBJECT
from .asking import Text, actor_from, ask, incident_for


def _simple(
    request: HttpRequest,
    incident_id: int,
    right: str,
    form: Any,
    write: Callable[..., object],
    *,
    title: str,
    button: str,
    done: str,
    anchor: str,
) -> HttpResponse:  # form: any of this room's forms, whose fields are the service's arguments
    incident = incident_for(request, incident_id, right)

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        write(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return done

    return ask(request, form, act, incident=incident, title=title, button=button, anchor=anchor)


def log(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Write a line of the decision log."""
    return _simple(
        request,
        incident_id,
        "incident.log",
        forms.LogForm(request.POST or None),
        services.log_decision,
        title=_("Write in the log"),
        button=_("Write it down"),
        done=_("It is in the log."),
        anchor="#log",
    )


def story(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Tie another story to the incident."""
    return _simple(
        request,
        incident_id,
        "incident.assess",
        forms.StoryForm(request.POST or None),
        services.incident_story_link,
        title=_("Link a story"),
        button=_("Link"),
        done=_("The story is linked."),
        anchor="#stories",
    )


def duty_done(request: HttpRequest, incident_id: int, rule_key: str) -> HttpResponse:
    """Say that a duty was done which nothing else in the program sees."""

    def write(**values: Any) -> object:  # the form's values and who, when, where
        return services.duty_done(rule_key=rule_key, **values)

    return _simple(
        request,
        incident_id,
        "incident.move",
        forms.EvidenceForm(request.POST or None),
        write,
        title=_("Record that it was done"),
        button=_("Record"),
        done=_("It is recorded and the clock is stopped."),
        anchor="#clocks",
    )


def clock_waive(request: HttpRequest, incident_id: int, clock_id: int) -> HttpResponse:
    """Let a clock go with a reason."""

    def write(**values: Any) -> object:  # the form's values and who, when, where
        return services.duty_waive(clock_id=clock_id, **values)

    return _simple(
        request,
        incident_id,
        "incident.waive_clock",
        forms.ReasonForm(request.POST or None),
        write,
        title=_("Waive a clock"),
        button=_("Waive"),
        done=_("The clock is waived; the reason stays beside it."),
        anchor="#clocks",
    )


def task(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Add a task beside the plan."""
    incident = incident_for(request, incident_id, "task.manage")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        now = timezone.now()
        give = order_issue if data["is_order"] else task_create
        give(
            actor=actor,
            now=now,
            subject=(SUBJECT, incident.pk),
            title=data["title"],
            owner_id=data["owner_id"],
            group=data["group"],
            due_at=now + timedelta(minutes=data["minutes"]),
            expected_result=data["expected_result"],
            exercise=incident.exercise,
        )
        return _("The order is issued.") if data["is_order"] else _("The task is added.")

    return ask(
        request, forms.TaskForm(request.POST or None), act, incident=incident, title=_("Add a task"), button=_("Add"), anchor="#tasks"
    )


def comment(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Write a remark for the others in the room."""
    incident = incident_for(request, incident_id, "comment.add")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        comment_add(actor=actor, now=timezone.now(), subject=(SUBJECT, incident.pk), text=data["text"], exercise=incident.exercise)
        return _("The comment is written.")

    return ask(
        request,
        forms.CommentForm(request.POST or None),
        act,
        incident=incident,
        title=_("Write a comment"),
        button=_("Write it down"),
        anchor="#files",
    )


def file(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Add a file as evidence."""
    incident = incident_for(request, incident_id, "file.add")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        given = data["file"]
        file_add(
            actor=actor,
            now=timezone.now(),
            subject=(SUBJECT, incident.pk),
            name=given.name,
            content=given.read(),
            exercise=incident.exercise,
        )
        return _("The file is kept.")

    form = forms.FileForm(request.POST or None, request.FILES or None)
    return ask(request, form, act, incident=incident, title=_("Add a file"), button=_("Add"), anchor="#files")


@require_POST
def purge(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Destroy the personal information kept for the response."""
    services.incident_purge(actor=actor_from(request), now=timezone.now(), incident_id=incident_id)
    messages.success(request, _("The personal information kept for this response is destroyed."))
    return redirect("incidents:detail", incident_id)
