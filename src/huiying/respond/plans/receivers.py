"""What this room hears from incidents."""

from __future__ import annotations

from datetime import datetime

from huiying.respond.incidents.signals import incident_moved

from . import services
from .rules import INCIDENT_OVER, INCIDENT_RESOLVED


def connect() -> None:
    """Listen to incidents; connecting again changes nothing."""
    incident_moved.connect(follow_incident, dispatch_uid="plans.follow_incident")


def follow_incident(sender: object, *, incident_id: int, new: str, now: datetime, **_rest: object) -> None:
    """Take up the aftermath when an incident is resolved; stand down when it is over."""
    if new == INCIDENT_RESOLVED:
        services.aftermath_start(now=now, incident_id=incident_id)
    elif new in INCIDENT_OVER:
        services.activation_stand_down(now=now, incident_id=incident_id)
