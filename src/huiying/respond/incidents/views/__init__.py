"""Pages of the incident rooms."""

from .acts import assess, command, confirm, crisis_time, grade, grade_accept, grade_refuse, merge, move, open_
from .grades import grade_review, grade_reviews
from .pages import detail, incident_list, timeline
from .papers import clock_waive, comment, duty_done, file, log, purge, story, task
from .people import (
    consult,
    consultation_list,
    expert_edit,
    expert_list,
    invitation,
    invite,
    people,
    task_force,
    task_force_join,
    task_force_leave,
    told,
)
from .reports import assessment_list, duty_report, report, report_list, situation_file, situation_report

__all__ = [
    "assess",
    "assessment_list",
    "clock_waive",
    "command",
    "comment",
    "confirm",
    "consult",
    "consultation_list",
    "crisis_time",
    "detail",
    "duty_done",
    "duty_report",
    "expert_edit",
    "expert_list",
    "file",
    "grade",
    "grade_accept",
    "grade_refuse",
    "grade_review",
    "grade_reviews",
    "incident_list",
    "invitation",
    "invite",
    "log",
    "merge",
    "move",
    "open_",
    "people",
    "purge",
    "report",
    "report_list",
    "situation_file",
    "situation_report",
    "story",
    "task",
    "task_force",
    "task_force_join",
    "task_force_leave",
    "timeline",
    "told",
]
