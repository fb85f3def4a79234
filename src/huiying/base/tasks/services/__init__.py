"""Every write about tasks and orders."""

from .bulk import BULK_ACTS, MOST_AT_ONCE, Outcome, task_remind, tasks_bulk
from .climbing import tasks_sweep
from .making import TaskTerms, order_issue, subtask_create, task_create
from .moving import task_assign, task_move, task_set_due, task_take
from .ordering import order_acts, order_do
from .waiting import task_wait_for, task_wait_no_more

__all__ = [
    "BULK_ACTS",
    "MOST_AT_ONCE",
    "Outcome",
    "TaskTerms",
    "order_acts",
    "order_do",
    "order_issue",
    "subtask_create",
    "task_assign",
    "task_create",
    "task_move",
    "task_remind",
    "task_set_due",
    "task_take",
    "task_wait_for",
    "task_wait_no_more",
    "tasks_bulk",
    "tasks_sweep",
]
