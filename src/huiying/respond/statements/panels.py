"""What this room hangs into the incident room."""

from __future__ import annotations

from typing import Protocol, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from huiying.base.ui.rights import may_see
from huiying.base.ui.together import once

from .pages import line_of
from .papers import Papers, affected_statements, papers_of


class IncidentLike(Protocol):
    """What a panel needs to know about an incident."""

    pk: int
    has_ended: bool


def _papers(incident: IncidentLike) -> Papers:
    """Return facts, texts and promises; the panels of one page share them."""
    return once(incident, "papers", lambda: papers_of(incident.pk))


def facts_panel(request: HttpRequest, obj: object) -> str:
    """Show the facts of an incident, who verified them, and the texts a withdrawn one touches."""
    incident = cast(IncidentLike, obj)  # the slot's contract: incidents hands over its Incident
    if not may_see(request, "statement.read"):
        return ""
    papers = _papers(incident)
    affected = affected_statements(papers.statements)
    lines = [(fact, affected.get(fact.pk, [])) for fact in papers.facts]
    context = {
        "incident": incident,
        "lines": lines,
        "may_add": may_see(request, "fact.add") and not incident.has_ended,
        "may_verify": may_see(request, "fact.verify"),
        "person_id": request.user.pk,
    }
    return render_to_string("statements/_facts.html", context, request)


def statements_panel(request: HttpRequest, obj: object) -> str:
    """Show the statements of an incident with every sentence, and the promises made."""
    incident = cast(IncidentLike, obj)  # the slot's contract: incidents hands over its Incident
    if not may_see(request, "statement.read"):
        return ""
    papers = _papers(incident)
    lines = [line_of(found) for found in papers.statements]
    context = {
        "incident": incident,
        "lines": lines,
        "commitments": papers.commitments,
        "may_write": may_see(request, "statement.write"),
        "may_publish": may_see(request, "statement.publish"),
        "now": timezone.now(),
    }
    return render_to_string("statements/_statements.html", context, request)


def begin_action(request: HttpRequest, obj: object) -> str:
    """Show the button that begins a statement."""
    incident = cast(IncidentLike, obj)  # the slot's contract: incidents hands over its Incident
    if incident.has_ended or not may_see(request, "statement.write"):
        return ""
    return render_to_string("statements/_begin_action.html", {"incident": incident}, request)
