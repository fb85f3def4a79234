"""Every write about objectives, meetings and risks."""

from .decisions import decision_add
from .meetings import meeting_agenda, meeting_cancel, meeting_miss, meeting_record, meetings_sweep
from .objectives import objective_add, objective_change, objective_move, reading_add
from .risks import risk_add, risk_change, risk_move, risk_review, risks_load_known
from .series import series_add, series_change, series_end

__all__ = [
    "decision_add",
    "meeting_agenda",
    "meeting_cancel",
    "meeting_miss",
    "meeting_record",
    "meetings_sweep",
    "objective_add",
    "objective_change",
    "objective_move",
    "reading_add",
    "risk_add",
    "risk_change",
    "risk_move",
    "risk_review",
    "risks_load_known",
    "series_add",
    "series_change",
    "series_end",
]
