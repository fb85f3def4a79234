"""Pages of the hand-over of a shift."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.services import actor_of, require

from . import services
from .forms import HandoverForm
from .registry import handover_sections
from .rules import HandoverState
from .selectors import handover, handovers

PAGE_ROWS = 30


@require_safe
def handover_list(request: HttpRequest) -> HttpResponse:
    """Show the hand-overs, newest first."""
    require(actor_of(request.user), "roster.read")
    page = Paginator(handovers(), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "rosters/handovers.html", {"page": page})


def handover_create(request: HttpRequest) -> HttpResponse:
    """Show what is running, and sign it over."""
    actor, now = actor_of(request.user), timezone.now()
    require(actor, "roster.hand_over")
    form = HandoverForm(actor.id, actor.roles, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        written = services.handover_write(actor=actor, now=now, **form.cleaned_data)
        messages.success(request, _("The shift is handed over; it counts once it is accepted."))
        return redirect("rosters:handover", written.pk)
    context = {"form": form, "sections": handover_sections(now)}
    return render(request, "rosters/handover_write.html", context, status=400 if request.method == "POST" else 200)


@require_safe
def handover_detail(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Show one hand-over with its signatures."""
    actor = actor_of(request.user)
    require(actor, "roster.read")
    found = handover(handover_id)
    is_open = found.state == HandoverState.WRITTEN
    context = {
        "handover": found,
        "may_accept": is_open and found.incoming_id == actor.id,
        "may_withdraw": is_open and found.outgoing_id == actor.id,
    }
    return render(request, "rosters/handover.html", context)


@require_POST
def handover_accept_one(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Take the shift over."""
    services.handover_accept(actor=actor_of(request.user), now=timezone.now(), handover_id=handover_id)
    messages.success(request, _("The shift is yours."))
    return redirect("rosters:handover", handover_id)


@require_POST
def handover_withdraw_one(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Take a hand-over back."""
    services.handover_withdraw(actor=actor_of(request.user), now=timezone.now(), handover_id=handover_id)
    messages.success(request, _("The hand-over is withdrawn."))
    return redirect("rosters:handovers")
