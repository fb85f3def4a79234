"""Every read about incidents; other rooms import from here."""

from .assessments import AssessmentLine, assessment_line, assessment_lines, possible_evidence
from .briefing import points_of
from .conditions import ClosingLine, closing_lines, unmet_conditions
from .dossier import Dossier, dossier_of
from .figures import figures_of
from .grade_reviews import grade_figures, grade_rows, graded_and_closed
from .grading import factors_of_incident, grade_hold, grade_proposal, latest_assessment
from .papers import report_paper, situation_paper
from .reading import (
    graded_between,
    hidden_incidents,
    impending_move,
    incident,
    incidents_list,
    incidents_of_story,
    incidents_open,
    is_incident,
    open_incidents,
    readable,
    readers_of,
    relatives_of,
    story_ids_of,
    tasks_of_incident,
    watchable,
)
from .timeline import timeline_of, trend_of

__all__ = [
    "AssessmentLine",
    "ClosingLine",
    "Dossier",
    "assessment_line",
    "assessment_lines",
    "closing_lines",
    "dossier_of",
    "factors_of_incident",
    "figures_of",
    "grade_figures",
    "grade_hold",
    "grade_proposal",
    "grade_rows",
    "graded_and_closed",
    "graded_between",
    "hidden_incidents",
    "impending_move",
    "incident",
    "incidents_list",
    "incidents_of_story",
    "incidents_open",
    "is_incident",
    "latest_assessment",
    "open_incidents",
    "points_of",
    "possible_evidence",
    "readable",
    "readers_of",
    "relatives_of",
    "report_paper",
    "situation_paper",
    "story_ids_of",
    "tasks_of_incident",
    "timeline_of",
    "trend_of",
    "unmet_conditions",
    "watchable",
]
