"""The guided strip of the demo: which step the newcomer stands at, and who may do it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from .guide import steps_now
from .people import PEOPLE


def render_strip(request: HttpRequest, obj: object) -> str:
    """Return the strip for a signed-in demo person, nothing for anybody else."""
    if not settings.DEMO or not getattr(request.user, "is_demo", False):
        return ""
    steps = steps_now()
    current = next((step for step in steps if step.is_now), steps[-1])
    context = {"steps": steps, "current": current, "people": PEOPLE, "user": request.user, "here": request.get_full_path()}
    return render_to_string("exercises/_strip.html", context, request=request)
