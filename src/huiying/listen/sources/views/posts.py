"""The pages of what came in: search, first report, quarantine."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput

from .. import selectors, services
from ..forms import ReportForm

ROWS = 50


@require_GET
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show what could not be taken in, with the reason."""
    actor = actor_of(request.user)
    require(actor, "source.read")
    page = Paginator(selectors.quarantine_list(), ROWS).get_page(request.GET.get("page"))
    return render(request, "sources/quarantine.html", {"page": page, "may_manage": may(actor.roles, "quarantine.manage")})


@require_POST
def quarantine_replay(request: HttpRequest, quarantine_id: int) -> HttpResponse:
    """Try to take a held-back record in."""
    try:
        services.quarantine_replay(actor=actor_of(request.user), now=timezone.now(), quarantine_id=quarantine_id)
    except BadInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Record %(number)s was taken in.") % {"number": quarantine_id})
    return redirect("sources:quarantine")


@require_POST
def quarantine_discard(request: HttpRequest, quarantine_id: int) -> HttpResponse:
    """Give a held-back record up."""
    services.quarantine_discard(actor=actor_of(request.user), now=timezone.now(), quarantine_id=quarantine_id)
    messages.success(request, _("Record %(number)s was discarded.") % {"number": quarantine_id})
    return redirect("sources:quarantine")


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """File a first report."""
    actor = actor_of(request.user)
    require(actor, "report.file")
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.report_file(actor=actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your first report is in. The analysis group sees it with the next count."))
        return redirect("sources:report")
    return render(request, "sources/report.html", {"form": form}, status=400 if form.errors else 200)
