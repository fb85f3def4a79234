"""The page of what was louder than usual."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from huiying.base.accounts.services import actor_of, require

from . import selectors
from .rules import LATE_MINUTES, SHOWN_DAYS


@require_GET
def bursts(request: HttpRequest) -> HttpResponse:
    """Show a stream's voices by the hour against what was usual, and its bursts of the last days."""
    require(actor_of(request.user), "story.read")
    stream = "exercise" if request.GET.get("stream") == "exercise" else "live"
    louder = selectors.loudness([stream], days=SHOWN_DAYS)
    chart = selectors.course_of(stream, louder.counted_to) if louder.counted_to else None
    context = {"stream": stream, "louder": louder, "chart": chart, "days": SHOWN_DAYS, "late_minutes": LATE_MINUTES}
    return render(request, "stories/bursts.html", context)
