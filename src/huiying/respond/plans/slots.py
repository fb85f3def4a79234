"""What this room hangs into the incident room."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from huiying.base.tasks.selectors import tasks_of
from huiying.base.ui.rights import may_see
from huiying.base.ui.together import once

from .models import Activation, RoleSlot
from .rules import INCIDENT_GRADED, SUBJECT, IncidentForPlan
from .selectors import activation_with_slots, board_of, matching_plans


def _incident(obj: object) -> IncidentForPlan:
    return cast(IncidentForPlan, obj)  # slots carry anything; the incident room fills its own with incidents


def _in_force(incident: IncidentForPlan) -> tuple[Activation, list[RoleSlot]] | None:
    """Return the activation with its posts; the panels of one page share it."""
    return once(incident, "activation", lambda: activation_with_slots(incident.pk))


def activate_button(request: HttpRequest, obj: object) -> str:
    """Render the way to the activation form, for who may and when it is time."""
    incident = _incident(obj)
    if incident.state != INCIDENT_GRADED or not may_see(request, "plan.activate"):
        return ""
    return render_to_string("plans/_activate_button.html", {"incident": incident}, request)


def plan_panel(request: HttpRequest, obj: object) -> str:
    """Render the plan in force with its board, or which plans would fit and why."""
    incident, now = _incident(obj), timezone.now()
    found = _in_force(incident)
    if found:
        activation, _posts = found
        board = board_of(activation, incident, now, once(incident, "tasks", lambda: tasks_of((SUBJECT, incident.pk))))
        return render_to_string("plans/_panel.html", {"incident": incident, "activation": activation, "board": board}, request)
    if not incident.grade:
        return ""
    context = {"incident": incident, "matches": matching_plans(incident), "is_time": incident.state == INCIDENT_GRADED}
    return render_to_string("plans/_matches.html", context, request)


def posts_card(request: HttpRequest, obj: object) -> str:
    """Render who holds which post."""
    found = _in_force(_incident(obj))
    if found is None:
        return ""
    context = {"activation": found[0], "slots": found[1], "may_fill": may_see(request, "plan.activate")}
    return render_to_string("plans/_posts.html", context, request)
