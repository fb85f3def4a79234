"""The pages of the sources and their health."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from huiying.base.ui.frame import frame_of

from .. import selectors, services
from ..forms import SourceForm
from ..kinds import kinds
from ..pictures import volume_picture
from ..rules.channels import connectors

if TYPE_CHECKING:
    from ..collector.preview import Preview
    from ..models import Source
    from ..services.manage import Wish

ROWS = 50


@require_GET
def sources_list(request: HttpRequest) -> HttpResponse:
    """Show every source with its health."""
    actor, now = actor_of(request.user), timezone.now()
    require(actor, "source.read")
    rows = selectors.sources_health(now)
    hearing = selectors.hearing_in(frame_of(request), now)
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "hearing": hearing,
        "may_manage": may(actor.roles, "source.manage"),
        "posts_24h": sum(row.posts_24h for row in rows),
    }
    return render(request, "sources/list.html", context)


@require_http_methods(["GET", "POST"])
def source_add(request: HttpRequest) -> HttpResponse:
    """Choose the kind of a source, look at what it brings, add it."""
    actor = actor_of(request.user)
    require(actor, "source.manage")
    kind = connectors().get(request.POST.get("connector") or request.GET.get("kind", ""))
    if kind is None:
        return render(request, "sources/kinds.html", {"kinds": kinds()})
    form, found = SourceForm(kind, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            if "check" in request.POST:
                found = _preview(form.wish(), kind.key)
            else:
                source = services.source_add(actor=actor, now=timezone.now(), connector=kind.key, **vars(form.wish()))
                messages.success(request, _("The source “%(name)s” is added.") % {"name": source.name})
                return redirect("sources:detail", source.pk)
        except BadInput as error:
            form.add_error(None, str(error))
    return _form_page(request, form, found)


@require_http_methods(["GET", "POST"])
def source_edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change what was said about a source."""
    actor = actor_of(request.user)
    require(actor, "source.manage")
    source = selectors.source_of(source_id)
    kind = connectors().get(source.connector) if source else None
    if source is None or kind is None:
        raise NotThere(_("There is no source %(number)s that could be changed.") % {"number": source_id})
    form, found = SourceForm(kind, request.POST or None, initial=vars(source)), None
    if request.method == "POST" and form.is_valid():
        try:
            if "check" in request.POST:
                found = _preview(form.wish(), kind.key, source)
            else:
                services.source_edit(actor=actor, now=timezone.now(), source_id=source_id, wish=form.wish())
                messages.success(request, _("“%(name)s” is changed.") % {"name": source.name})
                return redirect("sources:detail", source_id)
        except BadInput as error:
            form.add_error(None, str(error))
    return _form_page(request, form, found, source)


def _preview(wish: Wish, connector: str, source: Source | None = None) -> Preview:
    from ..collector.preview import preview  # what fetches is large; no other page needs it

    return preview(wish, connector=connector, exercise=source is not None and source.exercise, now=timezone.now())


def _form_page(request: HttpRequest, form: SourceForm, found: Preview | None, source: object = None) -> HttpResponse:
    context = {"form": form, "kind": kinds([form.connector])[0], "found": found, "source": source}
    return render(request, "sources/edit.html", context, status=400 if form.errors else 200)


@require_GET
def source_detail(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show one source: its health, its outages, and what it said last."""
    actor, now = actor_of(request.user), timezone.now()
    require(actor, "source.read")
    row = selectors.source_health(source_id, now)
    if row is None:
        raise NotThere(_("There is no source %(number)s.") % {"number": source_id})
    volumes = selectors.volumes_of(source_id, now)
    context = {
        "row": row,
        "source": row.source,
        "posts": selectors.latest_posts(source_id=source_id, limit=10) if may(actor.roles, "post.read") else [],
        "volumes": volumes,
        "picture": volume_picture(volumes.rows),
        "outages": selectors.outages_of(source_id, limit=20),
        "lease": selectors.lease_of(source_id),
        "may_manage": may(actor.roles, "source.manage"),
        "may_edit": row.source.connector in connectors(),
    }
    return render(request, "sources/detail.html", context)


@require_GET
def outages(request: HttpRequest) -> HttpResponse:
    """Show every outage that is open or was so lately, and the canary."""
    now = timezone.now()
    actor = actor_of(request.user)
    require(actor, "source.read")
    page = Paginator(selectors.outages_recent(now), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "canaries": selectors.canaries(now), "may_manage": may(actor.roles, "source.manage")}
    return render(request, "sources/outages.html", context)


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


@require_POST
def source_follow(request: HttpRequest, source_id: int) -> HttpResponse:
    """Take over the address a source says it has moved to."""
    source = services.source_follow(actor=actor_of(request.user), now=timezone.now(), source_id=source_id)
    messages.success(request, _("“%(name)s” is read at its new address now.") % {"name": source.name})
    return redirect("sources:detail", source_id)
