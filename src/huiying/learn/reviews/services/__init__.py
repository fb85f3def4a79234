"""Every write about reviews and corrective actions."""

from .actions import action_create, action_move, actions_sweep
from .reviewing import (
    REVIEWED_STATES,
    finding_add,
    missing_for_submission,
    review_approve,
    review_open,
    review_return,
    review_submit,
    review_write,
)

__all__ = [
    "REVIEWED_STATES",
    "action_create",
    "action_move",
    "actions_sweep",
    "finding_add",
    "missing_for_submission",
    "review_approve",
    "review_open",
    "review_return",
    "review_submit",
    "review_write",
]
