"""What this room tells the rooms above, always inside the transaction of the act."""

from __future__ import annotations

from django.dispatch import Signal

#: incident_id, now, actor
incident_opened = Signal()
#: incident_id, old, new (state values), actor, now
incident_moved = Signal()
#: incident_id, grade, actor, now
incident_graded = Signal()
