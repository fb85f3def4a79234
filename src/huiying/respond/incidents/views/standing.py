"""Split, follow-up, circle, hand-over of command, and what closing needs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import NotThere

from .. import selectors, services
from .. import standing_forms as forms
from ..models import CommandHandover
from ..selectors.command import handover_sections
from .asking import Text, actor_from, ask, incident_for


def split(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Take stories and tasks out into a new incident."""
    incident = incident_for(request, incident_id, "incident.command")
    dossier = selectors.dossier_of(incident_id)
    form = forms.SplitForm(
        request.POST or None,
        stories=[(story.pk, story.title) for story in dossier.stories],
        tasks=[(task.pk, task.title_text) for task in dossier.tasks],
    )

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        new = services.incident_split(actor=actor, now=timezone.now(), incident_id=incident_id, **{"story_ids": [], "task_ids": [], **data})
        return _("Incident %(number)s is open for the part that was split off.") % {"number": new.number}

    lede = _("The new incident counts its clocks from when this one was seen: splitting gives no time.")
    return ask(request, form, act, incident=incident, title=_("Split the incident"), button=_("Split"), lede=lede, anchor="#relatives")


def follow_up(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Open a new incident for a matter that came back."""
    incident = incident_for(request, incident_id, "incident.open")
    form = forms.FollowUpForm(request.POST or None, initial={"title": incident.title})

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        new = services.incident_follow_up(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("Incident %(number)s is open and linked to this one.") % {"number": new.number}

    lede = _("A closed incident never opens again: its record stays as it was signed.")
    return ask(
        request, form, act, incident=incident, title=_("Open a follow-up incident"), button=_("Open it"), lede=lede, anchor="#relatives"
    )


def circle(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Say who may read the incident."""
    incident = incident_for(request, incident_id, "incident.confide")
    seats = list(incident.circle.all())
    initial = {
        "confidential": incident.confidential,
        "roles": [seat.role for seat in seats if seat.role],
        "person_ids": [seat.person_id for seat in seats if seat.person_id],
    }

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.circle_set(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("Who may read it is set.")

    lede = _("Commander, deputy and you always read it. Lists, search, messages, files and the audit log keep it from everybody else.")
    form = forms.CircleForm(request.POST or None, initial=initial)
    return ask(request, form, act, incident=incident, title=_("Who may read it"), button=_("Set"), lede=lede, anchor="#people")


@require_POST
def survey(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Schedule the satisfaction survey."""
    services.survey_schedule(actor=actor_from(request), now=timezone.now(), incident_id=incident_id)
    messages.success(request, _("The survey is scheduled."))
    return redirect("incidents:detail", incident_id)


def retention(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Sign an exception from the purge."""
    incident = incident_for(request, incident_id, "incident.retain")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.retention_except(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The exception is signed.")

    form, title = forms.RetentionForm(request.POST or None), _("Keep personal information longer")
    return ask(request, form, act, incident=incident, title=title, button=_("Sign"), anchor="#closing")


def hand_over(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Hand command over with a summary drawn from the record."""
    incident = incident_for(request, incident_id, "incident.command")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.command_hand_over(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The hand-over is signed; command passes when it is accepted.")

    lede = _("Running clocks, open tasks and the last decisions are written into it and signed with your name.")
    form = forms.HandOverForm(request.POST or None)
    return ask(
        request, form, act, incident=incident, title=_("Hand command over"), button=_("Sign over the command"), lede=lede, anchor="#people"
    )


@require_GET
def handover(request: HttpRequest, incident_id: int, handover_id: int) -> HttpResponse:
    """Show one hand-over of command as it was signed."""
    incident = incident_for(request, incident_id, "incident.read")
    found = CommandHandover.objects.filter(pk=handover_id, incident=incident).first()
    if found is None:
        raise NotThere(_("There is no hand-over of command %(id)s.") % {"id": handover_id})
    context = {"incident": incident, "handover": found, "sections": handover_sections(found)}
    return render(request, "incidents/handover.html", context)


@require_POST
def handover_accept(request: HttpRequest, incident_id: int, handover_id: int) -> HttpResponse:
    """Take command."""
    services.command_accept(actor=actor_from(request), now=timezone.now(), handover_id=handover_id)
    messages.success(request, _("You are in command."))
    return redirect("incidents:detail", incident_id)


@require_POST
def handover_withdraw(request: HttpRequest, incident_id: int, handover_id: int) -> HttpResponse:
    """Take a hand-over back."""
    services.command_withdraw(actor=actor_from(request), now=timezone.now(), handover_id=handover_id)
    messages.success(request, _("The hand-over of command is withdrawn."))
    return redirect("incidents:detail", incident_id)
