"""Pages of the incident rooms."""

from .acts import assess, command, confirm, crisis_time, grade, grade_accept, grade_refuse, merge, move, open_
from .pages import detail, incident_list, situation_report, timeline
from .papers import clock_waive, comment, duty_done, duty_report, file, log, purge, story, task

__all__ = [
    "assess",
    "clock_waive",
    "command",
    "comment",
    "confirm",
    "crisis_time",
    "detail",
    "duty_done",
    "duty_report",
    "file",
    "grade",
    "grade_accept",
    "grade_refuse",
    "incident_list",
    "log",
    "merge",
    "move",
    "open_",
    "purge",
    "situation_report",
    "story",
    "task",
    "timeline",
]
