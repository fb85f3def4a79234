"""What this room says at a change of shift."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from huiying.base.rosters.registry import HandoverLine

from .rules import STATE_LABELS
from .selectors import open_incidents


def incident_lines(_now: datetime) -> list[HandoverLine]:
    """Return the incidents people are working on, newest first; whoever comes need not be in the circle of a confidential one."""
    lines = []
    for incident in open_incidents():
        title = _("Confidential incident %(number)s") % {"number": incident.number} if incident.confidential else incident.title
        text = f"{title}: {STATE_LABELS[incident.state]}"
        marked = _("[exercise] %(text)s") % {"text": text} if incident.exercise else text
        lines.append(HandoverLine(marked, reverse("incidents:detail", args=[incident.pk])))
    return lines
