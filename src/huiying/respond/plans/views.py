"""The plan library, one plan, its text, activation, and filling a post."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput, NotNow
from huiying.respond.incidents import selectors as incidents

from . import services
from .forms import ActivationForm, PostForm
from .rules import IncidentForPlan
from .selectors import findings_of, here, matching_plans, page, plan_library, plan_of, plan_version, post_to_fill, versions_of


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """Show the library."""
    actor = actor_of(request.user)
    require(actor, "plan.read")
    context = {"versions": list(plan_library()), "may_load": may(actor.roles, "plan.activate")}
    return render(request, "plans/list.html", context)


@require_POST
def builtin_load(request: HttpRequest) -> HttpResponse:
    """Store the plans that come with the program."""
    found = services.load_builtin_plans(actor=actor_of(request.user), now=timezone.now())
    messages.success(request, _("%(count)s plans are in the library.") % {"count": len(found)})
    return redirect("plans:list")


@require_safe
def plan_detail(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show one plan whole."""
    require(actor_of(request.user), "plan.read")
    version = plan_version(version_id)
    plan = plan_of(version)
    context = {
        "version": version,
        "versions": versions_of(version.key),
        "plan": page.plan_words(plan),
        "matrix": page.matrix(plan),
        "findings": [
            {"severity": found.severity.value, "place": found.place, "text": here(found.message)} for found in findings_of(version)
        ],
    }
    return render(request, "plans/detail.html", context)


@require_safe
def plan_text(request: HttpRequest, version_id: int) -> HttpResponse:
    """Give the plan's text as a file."""
    require(actor_of(request.user), "plan.read")
    version = plan_version(version_id)
    response = HttpResponse(version.source, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{version.key}-{version.version}.yaml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Choose a plan and a level, and put it into force."""
    actor = actor_of(request.user)
    require(actor, "plan.activate")
    incident: IncidentForPlan = incidents.incident(incident_id)
    matches = matching_plans(incident)
    form = ActivationForm(matches, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data, now = form.cleaned_data, timezone.now()
            try:
                services.plan_activate(
                    actor=actor,
                    now=now,
                    incident_id=incident_id,
                    plan_version_id=data["plan"],
                    response_level=data["response_level"],
                    level_reason=data["level_reason"],
                )
            except (BadInput, NotNow) as error:
                form.add_error(None, str(error))
                status = error.status_code
            else:
                messages.success(request, _("The plan is in force: its steps are tasks, its limits are clocks."))
                return redirect("incidents:detail", incident_id)
    return render(request, "plans/activate.html", {"incident": incident, "matches": matches, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def post_fill(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Put somebody into a post."""
    actor = actor_of(request.user)
    require(actor, "plan.activate")
    slot = post_to_fill(slot_id)
    form = PostForm(request.POST if request.method == "POST" else None, slot.person_id)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                services.role_slot_fill(actor=actor, now=timezone.now(), slot_id=slot_id, person_id=form.cleaned_data["person_id"])
            except (BadInput, NotNow) as error:
                form.add_error(None, str(error))
                status = error.status_code
            else:
                messages.success(request, _("The post is filled."))
                return redirect("incidents:detail", slot.activation.incident_id)
    return render(request, "plans/post.html", {"slot": slot, "form": form}, status=status)
