"""Getting an incident to write on, and the one way this room writes the log."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.utils.translation import gettext as _

from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Incident
from ..report_rules import rejected_options
from ..rules import SUBJECT


def incident_of(incident_id: int) -> Incident:
    """Return the incident; raises NotThere."""
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None:
        raise NotThere(_("There is no incident %(id)s.") % {"id": incident_id})
    return incident


def incident_to_change(incident_id: int) -> Incident:
    """Return an incident that is not over; raises NotThere or NotNow."""
    incident = incident_of(incident_id)
    if incident.has_ended:
        shown = {"number": incident.number, "state": incident.get_state_display()}
        raise NotNow(_("Incident %(number)s is %(state)s: nothing about it changes any more.") % shown)
    return incident


def needed(text: str, message: str) -> str:
    """Return the text without surrounding space; raises BadInput with the message when it is empty."""
    said = text.replace("\x00", "").strip()
    if not said:
        raise BadInput(message)
    return said


def options_of(text: str) -> list[dict[str, str]]:
    """Return the options set aside as they are kept; raises BadInput naming the line that says no reason."""
    try:
        return [asdict(each) for each in rejected_options(text.replace("\x00", ""))]
    except ValueError as fault:
        raise BadInput(_("Say why the option was set aside, as “option: reason”: %(line)s") % {"line": str(fault)}) from None


def write(incident: Incident, verb: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    """Log one act on the incident."""
    record(actor=actor, verb=verb, subject=(SUBJECT, incident.pk), now=now, detail=detail, exercise=incident.exercise)
