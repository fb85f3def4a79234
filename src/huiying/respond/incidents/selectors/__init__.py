"""Every read about incidents; other rooms import from here."""

from .conditions import unmet_conditions
from .dossier import Dossier, dossier_of
from .grading import factors_of_incident, grade_hold, grade_proposal, latest_assessment
from .reading import (
    impending_move,
    incident,
    incidents_list,
    incidents_of_story,
    incidents_open,
    is_incident,
    open_incidents,
    story_ids_of,
)
from .timeline import timeline_of, trend_of

__all__ = [
    "Dossier",
    "dossier_of",
    "factors_of_incident",
    "grade_hold",
    "grade_proposal",
    "impending_move",
    "incident",
    "incidents_list",
    "incidents_of_story",
    "incidents_open",
    "is_incident",
    "latest_assessment",
    "open_incidents",
    "story_ids_of",
    "timeline_of",
    "trend_of",
    "unmet_conditions",
]
