"""Where we listen, on which legal ground, and lists of feeds for other programs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput

from .. import selectors, services
from ..forms import OpmlForm
from ..reports import legal_csv


@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Show channels by regions and topics, and name the gaps."""
    actor = actor_of(request.user)
    require(actor, "source.read")
    context = {"coverage": selectors.coverage(timezone.now()), "may_manage": may(actor.roles, "source.manage")}
    return render(request, "sources/coverage.html", context)


@require_GET
def legal(request: HttpRequest) -> HttpResponse:
    """Show every source with its terms, legal basis, purpose and retention; what is missing comes first."""
    actor = actor_of(request.user)
    require(actor, "source.read")
    rows = selectors.legal_rows()
    if request.GET.get("format") == "csv":
        response = HttpResponse(legal_csv(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="legal-basis-{timezone.localdate():%Y-%m-%d}.csv"'
        return response
    context = {"rows": rows, "lacking": sum(1 for row in rows if row.missing), "may_manage": may(actor.roles, "source.manage")}
    return render(request, "sources/legal.html", context)


@require_http_methods(["GET", "POST"])
def opml(request: HttpRequest) -> HttpResponse:
    """Take a list of feeds in."""
    actor = actor_of(request.user)
    require(actor, "source.manage")
    form, done = OpmlForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("file")
        try:
            done = services.opml_import(actor=actor, now=timezone.now(), body=file.read(), name=file.name, **given)
        except BadInput as error:
            form.add_error("file", str(error))
        else:
            count = len(done.added)
            messages.success(request, ngettext("%(n)s feed added.", "%(n)s feeds added.", count) % {"n": count})
            if not done.refused and not done.known:
                return redirect("sources:list")
    return render(request, "sources/opml.html", {"form": form, "done": done, "may_manage": True}, status=400 if form.errors else 200)


@require_GET
def opml_export(request: HttpRequest) -> HttpResponse:
    """Give our feeds out as a list."""
    now = timezone.now()
    body = services.opml_export(actor=actor_of(request.user), now=now)
    response = HttpResponse(body, content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="huiying-{timezone.localdate(now):%Y-%m-%d}.opml"'
    return response
