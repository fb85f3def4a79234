"""Who works on an incident, who was called in and told, and what was judged together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.notify.selectors import deliveries_of
from huiying.base.ui.errors import BadInput

from .. import paper_forms, services
from ..people_rules import InvitationState
from ..rules import told_group
from ..selectors import people as found
from ..services.consulting import Minutes
from ..services.people import ExpertEntry
from .asking import Text, actor_from, ask, incident_for

TOLD_ROWS = 50


def people(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show the four groups with their gaps, who was called in, and the task force."""
    incident, actor = incident_for(request, incident_id, "incident.read"), actor_from(request)
    context = {
        "incident": incident,
        "groups": found.groups_now(timezone.now()),
        "invitations": list(found.invitations_of(incident_id)),
        "force": found.task_force_of(incident_id),
        "asked": InvitationState.ASKED.value,
        "may_invite": may(actor.roles, "incident.move") and not incident.has_ended,
        "may_command": may(actor.roles, "incident.command") and not incident.has_ended,
    }
    return render(request, "incidents/people.html", context)


def invite(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Call somebody of the directory in."""
    incident = incident_for(request, incident_id, "incident.move")
    today = timezone.localdate()
    form = paper_forms.InviteForm(request.POST or None, experts=[each for each in found.experts() if each.can_be_called(today)])

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.expert_invite(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("Called in. Who has an account is told; others must be telephoned, and their answer written down.")

    return ask(request, form, act, incident=incident, title=_("Call in an expert or a care role"), button=_("Call in"), back="people")


def invitation(request: HttpRequest, incident_id: int, invitation_id: int) -> HttpResponse:
    """Answer an invitation, or write down what was answered by telephone."""
    incident = incident_for(request, incident_id, "incident.read")
    asked = found.invitation(incident_id, invitation_id)
    if asked.state != InvitationState.ASKED:
        return redirect("incidents:people", incident_id)

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.invitation_answer(actor=actor, now=timezone.now(), invitation_id=invitation_id, **data)
        return _("The answer is on record.")

    title = _("%(name)s: called in by %(by)s") % {"name": asked.expert.name, "by": asked.asked_by_name}
    form = paper_forms.AnswerForm(request.POST or None)
    return ask(request, form, act, incident=incident, title=title, button=_("Answer"), lede=asked.purpose, back="people")


def task_force(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Form the task force, or change its name and mission."""
    incident, force = incident_for(request, incident_id, "incident.command"), found.task_force_of(incident_id)
    form = paper_forms.TaskForceForm(request.POST or None, initial={"name": force.name, "mission": force.mission} if force else {})

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.task_force_form(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The task force is formed. Now name its members.")

    return ask(request, form, act, incident=incident, title=_("Task force"), button=_("Form it"), back="people")


def task_force_join(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Take somebody into the task force."""
    incident = incident_for(request, incident_id, "incident.command")

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.task_force_join(actor=actor, now=timezone.now(), incident_id=incident_id, **data)
        return _("The member is named and told.")

    form = paper_forms.SeatForm(request.POST or None)
    return ask(request, form, act, incident=incident, title=_("Name a member"), button=_("Name"), back="people")


@require_POST
def task_force_leave(request: HttpRequest, incident_id: int, seat_id: int) -> HttpResponse:
    """Let a member go."""
    incident_for(request, incident_id, "incident.command")
    services.task_force_leave(actor=actor_from(request), now=timezone.now(), incident_id=incident_id, seat_id=seat_id)
    return redirect("incidents:people", incident_id)


def told(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show who was told what about this incident, when, by which way, and with what outcome."""
    incident = incident_for(request, incident_id, "incident.read")
    page = Paginator(deliveries_of(told_group(incident_id)), TOLD_ROWS).get_page(request.GET.get("page"))
    return render(request, "incidents/told.html", {"incident": incident, "page": page})


def consultation_list(request: HttpRequest, incident_id: int) -> HttpResponse:
    """List the consultations of an incident, newest first."""
    incident = incident_for(request, incident_id, "incident.read")
    return render(request, "incidents/consultations.html", {"incident": incident, "rows": list(found.consultations_of(incident_id))})


def consult(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Record a consultation."""
    incident = incident_for(request, incident_id, "incident.log")
    known: dict[str, Any] = {"assessments": list(incident.assessments.all()), "experts": list(found.experts())}
    form = paper_forms.ConsultationForm(request.POST or None, initial={"held_at": timezone.localtime()}, **known)

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        several = {name: tuple(data[name]) for name in ("person_ids", "expert_ids")}
        held_at = data["held_at"]
        minutes = Minutes(**{name: value for name, value in {**data, **several}.items() if name != "held_at"})
        services.consultation_record(actor=actor, now=timezone.now(), incident_id=incident_id, held_at=held_at, minutes=minutes)
        return _("The consultation is on record.")

    return ask(request, form, act, incident=incident, title=_("Record a consultation"), button=_("Record"), back="consultations")


def expert_list(request: HttpRequest) -> HttpResponse:
    """Show the experts and care roles that can be called in, with what they were called in for before."""
    actor = actor_from(request)
    require(actor, "incident.read")
    context = {"lines": found.expert_lines(timezone.localdate()), "may_manage": may(actor.roles, "incident.move")}
    return render(request, "incidents/experts.html", context)


def expert_edit(request: HttpRequest, expert_id: int | None = None) -> HttpResponse:
    """Enter somebody into the directory, or change the entry."""
    actor = actor_from(request)
    require(actor, "incident.move")
    initial: dict[str, Any] = {}
    if expert_id is not None:
        kept = found.expert(expert_id)
        initial = {name: getattr(kept, name) for name in paper_forms.ExpertForm.base_fields if name != "skills"} | {"skills": kept.fields}
    form, status = paper_forms.ExpertForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.expert_save(actor=actor, now=timezone.now(), expert_id=expert_id, entry=ExpertEntry(**form.cleaned_data))
            except BadInput as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, _("The entry is saved."))
                return redirect("incidents:experts")
    return render(request, "incidents/expert.html", {"form": form}, status=status)
