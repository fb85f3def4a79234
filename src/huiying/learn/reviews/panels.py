"""What this room shows in the incident room."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from .selectors import review_of_incident


def review_panel(request: HttpRequest, incident: object) -> str:
    """Render the incident's review, once there is one."""
    review = review_of_incident(incident.pk)  # type: ignore[attr-defined]  # an Incident, by the slot's contract
    return render_to_string("reviews/_panel.html", {"review": review}, request=request) if review else ""
