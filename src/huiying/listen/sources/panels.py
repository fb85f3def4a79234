"""What this room hangs into the frame: whether we hear anything."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from huiying.base.ui.rights import may_see

from . import selectors


def hearing_status(request: HttpRequest, _obj: object) -> SafeString:
    """Show "n / m sources alive", or "blind"."""
    if not may_see(request, "source.read"):
        return SafeString("")
    return mark_safe(render_to_string("sources/_status.html", {"hearing": selectors.hearing(timezone.now())}))
