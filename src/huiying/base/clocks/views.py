"""The list of deadlines."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.sharing.selectors import url_of_subject

from .selectors import all_clocks, live_cadences, open_clocks
from .services import clock_waive

PAGE_ROWS = 50


@require_safe
def clock_list(request: HttpRequest) -> HttpResponse:
    """Show the open deadlines, or all of them."""
    actor = actor_of(request.user)
    require(actor, "board.read")
    shows_all = request.GET.get("show") == "all"
    page = Paginator(all_clocks() if shows_all else open_clocks(), PAGE_ROWS).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [
        {"clock": clock, "url": url_of_subject(clock.subject_kind, clock.subject_id), "used": clock.used_percent(now)} for clock in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "shows_all": shows_all,
        "cadences": live_cadences(),
        "may_waive": may(actor.roles, "incident.waive_clock"),
    }
    return render(request, "clocks/list.html", context)


@require_POST
def clock_waive_one(request: HttpRequest, clock_id: int) -> HttpResponse:
    """Waive a clock with its reason."""
    clock_waive(actor=actor_of(request.user), now=timezone.now(), clock_id=clock_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("The clock is waived; the reason is in the log."))
    following = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(following if is_safe else "clocks:list")
