"""The pages of tasks and orders."""

from .acts import order_act, task_assign_one, task_comment, task_due_one, task_file, task_move_one, task_take_one, task_wait_one
from .lists import department_list, task_board, task_bulk, task_list
from .papers import task_add, task_detail, task_part

__all__ = [
    "department_list",
    "order_act",
    "task_add",
    "task_assign_one",
    "task_board",
    "task_bulk",
    "task_comment",
    "task_detail",
    "task_due_one",
    "task_file",
    "task_list",
    "task_move_one",
    "task_part",
    "task_take_one",
    "task_wait_one",
]
