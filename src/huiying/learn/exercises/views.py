"""Go on as another of the demo's people."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.accounts.services import actor_of
from huiying.base.accounts.views import BACKEND, signed_in
from huiying.base.ui.errors import NotThere

from . import services


@require_POST
def act_as(request: HttpRequest, username: str) -> HttpResponse:
    """Switch the session to another demo person and stay on the page."""
    if not settings.DEMO:
        raise NotThere(_("There is nothing at this address. Check it, or start from the duty board."))
    current = signed_in(request)
    target = services.act_as(actor=actor_of(current), now=timezone.now(), current=current, username=username)
    login(request, target, backend=BACKEND)
    messages.success(request, _("You go on as %(name)s.") % {"name": target})
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
