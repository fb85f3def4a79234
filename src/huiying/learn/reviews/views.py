"""Pages of reviews and corrective actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput

from . import selectors, services
from .forms import ActionForm, FindingForm, ReviewForm
from .models import Review
from .rules import ReviewState

PAGE_ROWS = 50


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Show all reviews."""
    require(actor_of(request.user), "review.read")
    page = Paginator(selectors.reviews_list(), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "reviews/list.html", {"page": page})


def review_detail(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show a review beside what was planned and done; POST saves its text."""
    actor = actor_of(request.user)
    require(actor, "review.read")
    review = selectors.review(review_id)
    form = ReviewForm(request.POST if request.method == "POST" else None, initial=_texts_of(review))
    if request.method == "POST" and form.is_valid():
        services.review_write(actor=actor, now=timezone.now(), review_id=review_id, **form.cleaned_data)
        messages.success(request, _("The review is saved."))
        return redirect("reviews:detail", review_id)
    rows = selectors.planned_vs_actual(review.incident_id)
    is_draft = review.state == ReviewState.DRAFT
    may_write = is_draft and may(actor.roles, "review.write")
    context = {
        "review": review,
        "form": form,
        "rows": rows,
        "counts": selectors.count_planned_vs_actual(rows),
        "findings": selectors.findings_of(review_id),
        "may_write": may_write,
        "may_add_action": review.state != ReviewState.APPROVED and may(actor.roles, "action.manage"),
        "may_approve": review.state == ReviewState.SUBMITTED and may(actor.roles, "review.approve"),
        "is_reopened": review.state != ReviewState.APPROVED and review.incident.state not in services.REVIEWED_STATES,
        "missing": services.missing_for_submission(review) if may_write else [],
        "finding_form": FindingForm(auto_id="finding_%s"),
        "action_form": ActionForm(),
    }
    return render(request, "reviews/detail.html", context, status=400 if request.method == "POST" else 200)


def _texts_of(review: Review) -> dict[str, str]:
    return {"summary": review.summary, "effect": review.effect, "causes": review.causes, "lessons": review.lessons}


@require_POST
def finding_create(request: HttpRequest, review_id: int) -> HttpResponse:
    """Add a finding."""
    actor = actor_of(request.user)
    require(actor, "review.write")
    services.finding_add(actor=actor, now=timezone.now(), review_id=review_id, **_cleaned(FindingForm(request.POST)))
    messages.success(request, _("The finding is added."))
    return redirect("reviews:detail", review_id)


@require_POST
def action_create_one(request: HttpRequest, finding_id: int) -> HttpResponse:
    """File a corrective action for a finding."""
    actor = actor_of(request.user)
    require(actor, "action.manage")
    action = services.action_create(actor=actor, now=timezone.now(), finding_id=finding_id, **_cleaned(ActionForm(request.POST)))
    messages.success(request, _("The corrective action is filed and its owner is told."))
    return redirect("reviews:detail", action.finding.review_id)


def _cleaned(form: forms.Form) -> dict[str, Any]:  # Any: as Django types cleaned data
    """Return what a form holds; raises BadInput naming the first field that is wrong."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise BadInput(_("“%(field)s”: %(error)s") % {"field": str(label), "error": str(errors[0])})


@require_POST
def review_submit_one(request: HttpRequest, review_id: int) -> HttpResponse:
    """Submit a review."""
    services.review_submit(actor=actor_of(request.user), now=timezone.now(), review_id=review_id)
    messages.success(request, _("The review is submitted; a commander who did not write it approves it."))
    return redirect("reviews:detail", review_id)


@require_POST
def review_return_one(request: HttpRequest, review_id: int) -> HttpResponse:
    """Return a review to its authors."""
    reason = request.POST.get("reason", "")
    services.review_return(actor=actor_of(request.user), now=timezone.now(), review_id=review_id, reason=reason)
    messages.success(request, _("The review is back with its authors."))
    return redirect("reviews:detail", review_id)


@require_POST
def review_approve_one(request: HttpRequest, review_id: int) -> HttpResponse:
    """Approve a review."""
    services.review_approve(actor=actor_of(request.user), now=timezone.now(), review_id=review_id)
    messages.success(request, _("The review is approved; the incident can be closed."))
    return redirect("reviews:detail", review_id)


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """Show corrective actions."""
    actor = actor_of(request.user)
    require(actor, "review.read")
    show = request.GET.get("show", "open")
    now = timezone.now()
    page = Paginator(selectors.actions_list(show=show, owner_id=actor.id, at=now), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [{"action": action, "is_overdue": action.is_overdue(now)} for action in page]
    return render(request, "reviews/actions.html", {"page": page, "rows": rows, "show": show})


@require_safe
def action_detail(request: HttpRequest, action_id: int) -> HttpResponse:
    """Show one corrective action and its moves."""
    actor = actor_of(request.user)
    require(actor, "review.read")
    action = selectors.action(action_id)
    may_move = action.owner_id == actor.id or may(actor.roles, "action.manage") or may(actor.roles, "action.verify")
    context = {"action": action, "may_move": may_move, "is_overdue": action.is_overdue(timezone.now())}
    return render(request, "reviews/action.html", context)


@require_POST
def action_move_one(request: HttpRequest, action_id: int) -> HttpResponse:
    """Move a corrective action."""
    to, note = request.POST.get("to", ""), request.POST.get("note", "")
    services.action_move(actor=actor_of(request.user), now=timezone.now(), action_id=action_id, to=to, note=note)
    messages.success(request, _("The corrective action is moved."))
    return redirect("reviews:action", action_id)
