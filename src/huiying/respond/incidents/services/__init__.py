"""Every write about incidents; other rooms import from here.

For the rooms above:
- plans calls ``incident_activate`` when a plan is put into force (moves graded -> responding).
- statements stops the clocks ``holding_statement``, ``authoritative_information``, ``reply`` and
  ``public_update`` of subject ``("incident", id)`` when it publishes.
- reviews answers ``rules.register_check("review_opened" | "review_approved", check)`` and calls
  ``incident_move(actor=SYSTEM, to=State.REVIEWING)`` once its review exists.
"""

from .closing import retention_except, survey_schedule
from .commanding import command_accept, command_hand_over, command_withdraw
from .confiding import circle_set
from .consulting import consultation_record
from .duties import duties_select, duty_done, duty_waive
from .grade_reviews import grade_review_save
from .joining import incident_follow_up, incident_merge, incident_split
from .judging import grade_accept, grade_refuse, incident_assess, incident_confirm, incident_grade
from .moving import incident_activate, incident_command_set, incident_move
from .noting import crisis_time_set, incident_purge, log_decision
from .opening import incident_open, incident_story_link
from .people import expert_invite, expert_save, invitation_answer, task_force_form, task_force_join, task_force_leave
from .reporting import duty_report_file

__all__ = [
    "circle_set",
    "command_accept",
    "command_hand_over",
    "command_withdraw",
    "consultation_record",
    "crisis_time_set",
    "duties_select",
    "duty_done",
    "duty_report_file",
    "duty_waive",
    "expert_invite",
    "expert_save",
    "grade_accept",
    "grade_refuse",
    "grade_review_save",
    "incident_activate",
    "incident_assess",
    "incident_command_set",
    "incident_confirm",
    "incident_follow_up",
    "incident_grade",
    "incident_merge",
    "incident_move",
    "incident_open",
    "incident_purge",
    "incident_split",
    "incident_story_link",
    "invitation_answer",
    "log_decision",
    "retention_except",
    "survey_schedule",
    "task_force_form",
    "task_force_join",
    "task_force_leave",
]
