"""What this room hangs into the pages of the rooms below: open an incident, see the linked ones."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from huiying.base.ui.rights import may_see

from . import selectors


def open_from_warning(request: HttpRequest, obj: object) -> str:
    """Return the form that opens an incident from a warning somebody still has to decide on."""
    warning: Any = obj  # a Warning of the room below, whose model is not imported here
    if warning.state not in {"proposed", "acknowledged"} or not may_see(request, "incident.open"):
        return ""
    return render_to_string("incidents/_open_from_warning.html", {"warning": warning}, request=request)


def open_from_story(request: HttpRequest, obj: object) -> str:
    """Return the link that opens an incident for a story."""
    story: Any = obj  # a Story of the room below
    return (
        render_to_string("incidents/_open_from_story.html", {"story": story}, request=request) if may_see(request, "incident.open") else ""
    )


def linked_incidents(request: HttpRequest, obj: object) -> str:
    """Return the card with the incidents of a story."""
    story: Any = obj  # a Story of the room below
    found = selectors.incidents_of_story(story.pk) if may_see(request, "incident.read") else []
    return render_to_string("incidents/_linked.html", {"incidents": found}, request=request) if found else ""
