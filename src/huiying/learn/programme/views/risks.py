"""Pages of the risk register."""

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
from ..forms import NewRiskForm, OwnerForm, RiskForm, RiskReviewForm
from ..models import Risk
from ..terms import RiskTerms
from .asking import cleaned, form_page

PAGE_ROWS = 50


@require_safe
def risk_list(request: HttpRequest) -> HttpResponse:
    """Show the risks that are watched, or all, heaviest first."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    show = "all" if request.GET.get("show") == "all" else "watched"
    page = Paginator(selectors.risks_list(show), PAGE_ROWS).get_page(request.GET.get("page"))
    turns = selectors.turns_of("risk")
    may_manage = may(actor.roles, "risk.manage")
    context = {
        "page": page,
        "rows": [{"risk": risk, "turn": turns.get(risk.pk)} for risk in page],
        "counts": selectors.risk_counts(),
        "show": show,
        "may_manage": may_manage,
        "owner_form": OwnerForm() if may_manage and not page.object_list and show == "watched" else None,
    }
    return render(request, "programme/risks.html", context)


@require_POST
def known_load(request: HttpRequest) -> HttpResponse:
    """Enter the risks known from the start."""
    data = cleaned(OwnerForm(request.POST))
    added = services.risks_load_known(actor=actor_of(request.user), now=timezone.now(), **data)
    messages.success(request, _("%(n)s risks are entered. Estimate their likelihood and give each its own owner.") % {"n": len(added)})
    return redirect("programme:risks")


def risk_create(request: HttpRequest) -> HttpResponse:
    """Enter a risk."""
    actor = actor_of(request.user)
    require(actor, "risk.manage")
    form = NewRiskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        risk = services.risk_add(actor=actor, now=timezone.now(), terms=RiskTerms(**form.cleaned_data))
        messages.success(request, _("The risk is entered; its owner is asked to review it in its rhythm."))
        return redirect("programme:risk", risk.pk)
    return form_page(request, form, title=_("Enter a risk"), button=_("Enter the risk"), back=reverse("programme:risks"))


@require_safe
def risk_detail(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Show one risk, its reviews and its moves."""
    actor = actor_of(request.user)
    require(actor, "programme.read")
    risk = selectors.risk(risk_id)
    may_manage = may(actor.roles, "risk.manage")
    may_review = not risk.is_closed and (may_manage or risk.owner_id == actor.id)
    weight = {"likelihood": risk.likelihood, "impact": risk.impact}
    context = {
        "risk": risk,
        "turn": selectors.turns_of("risk").get(risk_id),
        "form": RiskReviewForm(initial=weight) if may_review else None,
        "may_manage": may_manage,
    }
    return render(request, "programme/risk.html", context)


def risk_edit(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Change the words, the measure, the owner or the rhythm of a risk."""
    actor = actor_of(request.user)
    require(actor, "risk.manage")
    risk = selectors.risk(risk_id)
    form = RiskForm(request.POST if request.method == "POST" else None, initial=asdict(_terms_of(risk)))
    if request.method == "POST" and form.is_valid():
        terms = RiskTerms(likelihood=risk.likelihood, impact=risk.impact, **form.cleaned_data)
        services.risk_change(actor=actor, now=timezone.now(), risk_id=risk_id, terms=terms)
        messages.success(request, _("The risk is changed."))
        return redirect("programme:risk", risk_id)
    back = reverse("programme:risk", args=[risk_id])
    return form_page(request, form, title=_("Change the risk"), button=_("Save"), back=back)


def _terms_of(risk: Risk) -> RiskTerms:
    return RiskTerms(**{field.name: getattr(risk, field.name) for field in fields(RiskTerms)})


@require_POST
def review_create(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Review a risk."""
    data = cleaned(RiskReviewForm(request.POST))
    services.risk_review(actor=actor_of(request.user), now=timezone.now(), risk_id=risk_id, **data)
    messages.success(request, _("The review is noted."))
    return redirect("programme:risk", risk_id)


@require_POST
def risk_move_one(request: HttpRequest, risk_id: int) -> HttpResponse:
    """Say what became of a risk."""
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")
    services.risk_move(actor=actor_of(request.user), now=timezone.now(), risk_id=risk_id, to=to, reason=reason)
    messages.success(request, _("The risk is moved."))
    return redirect("programme:risk", risk_id)
