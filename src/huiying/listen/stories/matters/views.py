"""What a person says about a matter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiying.base.accounts.services import actor_of, require
from huiying.base.ui.errors import BadInput

from . import services


@require_POST
def join(request: HttpRequest, story_id: int) -> HttpResponse:
    """Say that a story and another one are the same matter."""
    actor = actor_of(request.user)
    require(actor, services.RIGHT)
    other = request.POST.get("other", "").strip()
    if not (other.isascii() and other.isdigit()) or len(other) > 18:
        raise BadInput(_("Write the number of the other story, as it stands in the address of its page."))
    services.matter_join(actor=actor, now=timezone.now(), story_id=story_id, main_id=int(other))
    messages.success(request, _("The two are one matter now."))
    return redirect("stories:detail", story_id)


@require_POST
def leave(request: HttpRequest, story_id: int) -> HttpResponse:
    """Say that a story is not of the matter it is linked to."""
    services.matter_leave(actor=actor_of(request.user), now=timezone.now(), story_id=story_id)
    messages.success(request, _("The story stands alone now and is judged by itself."))
    return redirect("stories:detail", story_id)
