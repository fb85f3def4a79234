"""Keep on an order which of its deadlines was missed, so that they can be counted by group."""

from __future__ import annotations

from typing import Any

from huiying.base.clocks.signals import clock_missed

from .models import Task
from .rules import ANSWER_RULE, RECEIPT_RULE

_COLUMNS = {RECEIPT_RULE: "receipt_missed", ANSWER_RULE: "answer_missed"}


def connect() -> None:
    """Listen to the clocks; called once when the program starts."""
    clock_missed.connect(mark_missed, dispatch_uid="tasks.clock_missed")


def mark_missed(*, clock: Any, **_kwargs: object) -> None:  # Any: a lower room's record, read only by name
    """Mark the order whose clock ran out."""
    if clock.subject_kind == "task" and clock.rule_key in _COLUMNS:
        Task.objects.filter(pk=clock.subject_id).update(**{_COLUMNS[clock.rule_key]: True})
