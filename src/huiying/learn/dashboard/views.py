"""The duty board, and the same for the wall."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from huiying.base.ui.errors import NotYou
from huiying.base.ui.frame import frame_of
from huiying.base.ui.rights import may_see

from .rules import what_changes
from .selectors import board as read_board


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Show what is rising, what is unanswered and which deadline runs out next."""
    return _show(request, "dashboard/board.html", is_wall=False)


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Show the board dark and large, for a screen everybody sees; it offers no buttons."""
    return _show(request, "dashboard/wall.html", is_wall=True)


def _show(request: HttpRequest, template: str, *, is_wall: bool) -> HttpResponse:
    if not may_see(request, "board.read"):
        raise NotYou(_("The duty board is for people who hold a role. Ask an administrator for one."))
    context = {
        "board": read_board(timezone.now(), frame_of(request)),
        "is_wall": is_wall,
        "may_acknowledge": not is_wall and may_see(request, "warning.acknowledge"),
    }
    inner = render_to_string("dashboard/_inner.html", context, request=request)
    digest = hashlib.sha256(what_changes(inner).encode()).hexdigest()[:16]
    is_fragment = bool(request.headers.get("HX-Request"))
    if is_fragment and request.GET.get("seen") == digest:
        return HttpResponse(status=204)  # nothing happened: keep the page, and the reader's place in it
    parts = {"inner": inner, "digest": digest, "is_wall": is_wall}
    response = render(request, "dashboard/_board.html" if is_fragment else template, parts)
    response["Cache-Control"] = "private, no-store"
    return response
