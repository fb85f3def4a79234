"""Pages of the objectives."""

from __future__ import annotations

from dataclasses import asdict, fields

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require

from .. import selectors, services
from ..forms import ObjectiveForm, ReadingForm, ReasonForm
from ..models import Objective
from ..terms import ObjectiveTerms
from .asking import cleaned, form_page

PAGE_ROWS = 50


@require_safe
def objective_list(request: HttpRequest) -> HttpResponse:
    """Show the objectives that are worked on, or all."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    show = "all" if request.GET.get("show") == "all" else "active"
    page = Paginator(selectors.objectives_list(show), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": selectors.rows_of(page, timezone.now()),
        "show": show,
        "may_manage": may(actor.roles, "objective.manage"),
    }
    return render(request, "programme/objectives.html", context)


def objective_create(request: HttpRequest) -> HttpResponse:
    """Set an objective."""
    actor = actor_of(request.user)
    require(actor, "objective.manage")
    now = timezone.now()
    form = ObjectiveForm(request.POST if request.method == "POST" else None, initial={"starts_at": timezone.localtime(now)})
    if request.method == "POST" and form.is_valid():
        objective = services.objective_add(actor=actor, now=now, terms=ObjectiveTerms(**form.cleaned_data))
        messages.success(request, _("The objective is set; its owner is asked for readings in its rhythm."))
        return redirect("programme:objective", objective.pk)
    return form_page(request, form, title=_("Set an objective"), button=_("Set the objective"), back=reverse("programme:list"))


@require_safe
def objective_detail(request: HttpRequest, objective_id: int) -> HttpResponse:
    """Show one objective, its readings and its moves."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    now = timezone.now()
    objective = selectors.objective(objective_id)
    readings = selectors.readings_of(objective_id)
    may_measure = objective.is_active and (objective.owner_id == actor.id or may(actor.roles, "objective.measure"))
    context = {
        "objective": objective,
        "row": selectors.row_of(objective, now, selectors.turns_of("objective").get(objective_id)),
        "readings": readings[::-1],
        "chart": selectors.chart_of(objective, readings),
        "form": ReadingForm(initial={"at": timezone.localtime(now)}) if may_measure else None,
        "may_manage": may(actor.roles, "objective.manage"),
    }
    return render(request, "programme/objective.html", context)


def objective_edit(request: HttpRequest, objective_id: int) -> HttpResponse:
    """Change an objective, with a reason."""
    actor = actor_of(request.user)
    require(actor, "objective.manage")
    objective = selectors.objective(objective_id)
    data = request.POST if request.method == "POST" else None
    form, reason = ObjectiveForm(data, initial=asdict(_terms_of(objective))), ReasonForm(data)
    if request.method == "POST" and form.is_valid() and reason.is_valid():
        terms = ObjectiveTerms(**form.cleaned_data)
        services.objective_change(actor=actor, now=timezone.now(), objective_id=objective_id, terms=terms, **reason.cleaned_data)
        messages.success(request, _("The objective is changed; the log keeps what it was."))
        return redirect("programme:objective", objective_id)
    back = reverse("programme:objective", args=[objective_id])
    return form_page(request, form, reason, title=_("Change the objective"), button=_("Save"), back=back)


def _terms_of(objective: Objective) -> ObjectiveTerms:
    return ObjectiveTerms(**{field.name: getattr(objective, field.name) for field in fields(ObjectiveTerms)})


@require_POST
def reading_create(request: HttpRequest, objective_id: int) -> HttpResponse:
    """Note a reading."""
    actor = actor_of(request.user)
    services.reading_add(actor=actor, now=timezone.now(), objective_id=objective_id, **cleaned(ReadingForm(request.POST)))
    messages.success(request, _("The reading is noted."))
    return redirect("programme:objective", objective_id)


@require_POST
def objective_move_one(request: HttpRequest, objective_id: int) -> HttpResponse:
    """Say what became of an objective."""
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    services.objective_move(actor=actor_of(request.user), now=timezone.now(), objective_id=objective_id, to=to, reason=reason)
    messages.success(request, _("The objective is moved."))
    return redirect("programme:objective", objective_id)
