"""What this room hangs into the incident room."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from huiying.base.ui.rights import may_see

from .rules import INCIDENT_GRADED, IncidentForPlan
from .selectors import activation_of, board_of, matching_plans, slots_of


def _incident(obj: object) -> IncidentForPlan:
    return cast(IncidentForPlan, obj)  # slots carry anything; the incident room fills its own with incidents


def activate_button(request: HttpRequest, obj: object) -> str:
    """Render the way to the activation form, for who may and when it is time."""
    incident = _incident(obj)
    if incident.state != INCIDENT_GRADED or not may_see(request, "plan.activate"):
        return ""
    return render_to_string("plans/_activate_button.html", {"incident": incident}, request)


def plan_panel(request: HttpRequest, obj: object) -> str:
    """Render the plan in force with its board, or which plans would fit and why."""
    incident, now = _incident(obj), timezone.now()
    activation = activation_of(incident.pk)
    if activation:
        board = board_of(activation, incident, now)
        return render_to_string("plans/_panel.html", {"incident": incident, "activation": activation, "board": board}, request)
    if not incident.grade:
        return ""
    context = {"incident": incident, "matches": matching_plans(incident), "is_time": incident.state == INCIDENT_GRADED}
    return render_to_string("plans/_matches.html", context, request)


def posts_card(request: HttpRequest, obj: object) -> str:
    """Render who holds which post."""
    activation = activation_of(_incident(obj).pk)
    if activation is None:
        return ""
    context = {"activation": activation, "slots": slots_of(activation), "may_fill": may_see(request, "plan.activate")}
    return render_to_string("plans/_posts.html", context, request)
