"""The pages of the sources and their health."""

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
from huiying.base.ui.errors import BadInput, NotThere

from .. import selectors, services
from ..forms import SourceForm

ROWS = 50


@require_GET
def sources_list(request: HttpRequest) -> HttpResponse:
    """Show every source with its health."""
    actor, now = actor_of(request.user), timezone.now()
    require(actor, "source.read")
    rows = selectors.sources_health(now)
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "hearing": selectors.hearing_of([row.source for row in rows], now),
        "may_manage": may(actor.roles, "source.manage"),
        "posts_24h": sum(row.posts_24h for row in rows),
        "held": sum(row.held for row in rows),
    }
    return render(request, "sources/list.html", context)


@require_http_methods(["GET", "POST"])
def source_add(request: HttpRequest) -> HttpResponse:
    """Add a feed."""
    actor = actor_of(request.user)
    require(actor, "source.manage")
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            source = services.source_add(actor=actor, now=timezone.now(), **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The source “%(name)s” will be read at once.") % {"name": source.name})
            return redirect("sources:detail", source.pk)
    return render(request, "sources/add.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
def source_detail(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show one source: its health and what it said last."""
    actor = actor_of(request.user)
    require(actor, "source.read")
    row = selectors.source_health(source_id, timezone.now())
    if row is None:
        raise NotThere(_("There is no source %(number)s.") % {"number": source_id})
    posts = selectors.latest_posts(source_id=source_id) if may(actor.roles, "post.read") else []
    return render(
        request, "sources/detail.html", {"row": row, "source": row.source, "posts": posts, "may_manage": may(actor.roles, "source.manage")}
    )


@require_POST
def source_pause(request: HttpRequest, source_id: int) -> HttpResponse:
    """Stop reading a source."""
    source = services.source_pause(actor=actor_of(request.user), now=timezone.now(), source_id=source_id)
    messages.success(request, _("“%(name)s” is paused: its silence proves nothing until it is resumed.") % {"name": source.name})
    return redirect("sources:detail", source_id)


@require_POST
def source_resume(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read a paused source again."""
    source = services.source_resume(actor=actor_of(request.user), now=timezone.now(), source_id=source_id)
    messages.success(request, _("“%(name)s” is read again.") % {"name": source.name})
    return redirect("sources:detail", source_id)
