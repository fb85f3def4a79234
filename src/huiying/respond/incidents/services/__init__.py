"""Every write about incidents; other rooms import from here.

For the rooms above:
- plans calls ``incident_activate`` when a plan is put into force (moves graded -> responding).
- statements stops the clocks ``holding_statement``, ``authoritative_information``, ``reply`` and
  ``public_update`` of subject ``("incident", id)`` when it publishes.
- reviews answers ``rules.register_check("review_opened" | "review_approved", check)`` and calls
  ``incident_move(actor=SYSTEM, to=State.REVIEWING)`` once its review exists.
"""

from .duties import duties_select, duty_done, duty_waive
from .judging import grade_accept, grade_refuse, incident_assess, incident_confirm, incident_grade
from .moving import incident_activate, incident_command_set, incident_merge, incident_move
from .noting import crisis_time_set, duty_report_file, incident_purge, log_decision
from .opening import incident_open, incident_story_link

__all__ = [
    "crisis_time_set",
    "duties_select",
    "duty_done",
    "duty_report_file",
    "duty_waive",
    "grade_accept",
    "grade_refuse",
    "incident_activate",
    "incident_assess",
    "incident_command_set",
    "incident_confirm",
    "incident_grade",
    "incident_merge",
    "incident_move",
    "incident_open",
    "incident_purge",
    "incident_story_link",
    "log_decision",
]
