"""Every read about incidents; other rooms import from here."""

from .conditions import unmet_conditions
from .grading import decisions_of, factors_of_incident, grade_hold, grade_proposal, latest_assessment
from .reading import (
    StoryLine,
    impending_move,
    incident,
    incidents_list,
    incidents_of_story,
    linked_stories,
    log_of_incident,
    open_count,
    open_incidents,
    reports_of,
    story_ids_of,
)
from .timeline import timeline_of, trend_of

__all__ = [
    "StoryLine",
    "decisions_of",
    "factors_of_incident",
    "grade_hold",
    "grade_proposal",
    "impending_move",
    "incident",
    "incidents_list",
    "incidents_of_story",
    "latest_assessment",
    "linked_stories",
    "log_of_incident",
    "open_count",
    "open_incidents",
    "reports_of",
    "story_ids_of",
    "timeline_of",
    "trend_of",
    "unmet_conditions",
]
