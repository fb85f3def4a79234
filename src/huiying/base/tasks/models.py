"""One piece of human work, whoever asked for it, and what became of an order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from huiying.base.accounts.rules import GROUP_LABELS, ROLE_LABELS
from huiying.base.accounts.selectors import unit_name
from huiying.core.formats.localised import localise

from .rules import (
    IMPORTANCE_LABELS,
    IMPORTANCE_TONES,
    OPEN_STATES,
    ORDER_ACT_LABELS,
    ORDER_STATE_LABELS,
    ORDER_TONES,
    ORDER_WORK_STATES,
    TASK_MOVE_LABELS,
    TASK_MOVES,
    TASK_STATE_LABELS,
    TASK_TONES,
    WORKED_STATES,
    Importance,
    OrderAct,
    OrderState,
    TaskState,
    needs_reason,
)

#: Kept by the database, so that an index leads to what is open and nothing forgets to say so. A number, since for a truth value
#: Django asks "WHERE still_open" without "= 1", and SQLite takes no index for that.
_IS_OPEN = models.Case(models.When(state__in=sorted(state.value for state in OPEN_STATES), then=models.Value(1)), default=models.Value(0))


def _here(text: Mapping[str, str] | str) -> str:
    return localise(text, get_language() or "zh-hans")


def group_words(kind: str) -> str:
    """Return a group in words; a plan may name one of its own."""
    return str({str(key): label for key, label in GROUP_LABELS.items()}.get(kind, kind))


class Task(models.Model):
    """Work with an owner (a person, or a role, group or department until somebody takes it), a due time and an expected result.

    An order is a task with an ``order_state``: it must be signed for, answered, and the answer accepted.
    ``late_at`` is when it counts as late: the receipt's time while nobody signed, else the due time, and never once it is answered.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    title = models.JSONField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner_role = models.CharField(max_length=60, blank=True)
    group = models.CharField(max_length=60, blank=True)
    unit = models.ForeignKey("accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    importance = models.PositiveSmallIntegerField(default=Importance.NORMAL.value)
    resources = models.JSONField(default=str, blank=True)
    expected_result = models.JSONField(default=str, blank=True)
    source = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    root = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    blocked_by = models.ManyToManyField("self", symmetrical=False, related_name="blocks", blank=True)
    state = models.CharField(max_length=10, default=TaskState.TODO.value)
    still_open = models.GeneratedField(expression=_IS_OPEN, output_field=models.PositiveSmallIntegerField(), db_persist=True)
    state_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    climb_at = models.DateTimeField(null=True, db_index=True)
    climb_step = models.PositiveSmallIntegerField(default=0)
    order_state = models.CharField(max_length=10, blank=True)
    issuer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receipt_due_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    receipt_missed = models.BooleanField(default=False)
    answer_missed = models.BooleanField(default=False)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "due_at"], name="task_subject"),
            models.Index(fields=["state", "due_at", "id"], name="task_state_due"),
            models.Index(fields=["state", "-done_at", "-id"], name="task_state_done"),
            models.Index(fields=["-created_at", "-id"], name="task_newest"),
            models.Index(fields=["still_open", "due_at", "id"], name="task_open_due"),
            models.Index(fields=["still_open", "late_at"], name="task_open_late"),
            models.Index(fields=["owner", "still_open", "due_at", "id"], name="task_open_owner"),
            models.Index(fields=["group", "still_open", "due_at", "id"], name="task_open_group"),
            models.Index(fields=["order_state", "created_at"], name="task_orders"),
        ]

    @property
    def title_text(self) -> str:
        """The title in the reader's language."""
        return _here(self.title)

    @property
    def resources_text(self) -> str:
        """What the task needs, in the reader's language."""
        return _here(self.resources)

    @property
    def expected_text(self) -> str:
        """What must be there at the end, in the reader's language."""
        return _here(self.expected_result)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN_STATES

    @property
    def is_order(self) -> bool:
        """Whether it is an order: signed for, answered, accepted."""
        return bool(self.order_state)

    def is_overdue(self, at: datetime) -> bool:
        """Return whether the task is open and late for what is owed next."""
        return self.is_open and self.late_at is not None and self.late_at < at

    @property
    def is_late_now(self) -> bool:
        """Whether it is late at this moment, for a card."""
        return self.is_overdue(timezone.now())

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return TASK_STATE_LABELS[TaskState(self.state)]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return TASK_TONES[TaskState(self.state)]

    @property
    def order_label(self) -> str | Promise:
        """Where the order stands, in words."""
        return ORDER_STATE_LABELS[OrderState(self.order_state)] if self.order_state else ""

    @property
    def order_tone(self) -> str:
        """The tone of the order's chip."""
        return ORDER_TONES[OrderState(self.order_state)] if self.order_state else "plain"

    @property
    def importance_label(self) -> str | Promise:
        """How much hangs on it, in words."""
        return IMPORTANCE_LABELS[Importance(self.importance)]

    @property
    def importance_tone(self) -> str:
        """The tone of the importance."""
        return IMPORTANCE_TONES[Importance(self.importance)]

    @property
    def is_important(self) -> bool:
        """Whether its importance is worth a word in a list."""
        return self.importance > Importance.NORMAL

    @property
    def owner_words(self) -> str:
        """Whom it waits for while no person has it: the role, the group or the department, in words."""
        role = str({str(key): label for key, label in ROLE_LABELS.items()}.get(self.owner_role, self.owner_role))
        named = [role, group_words(self.group) if self.group else "", unit_name(self.unit.name_zh, self.unit.name_en) if self.unit else ""]
        return " · ".join(word for word in named if word) or "–"

    @property
    def moves(self) -> list[TaskState]:
        """The states it can go to now by hand, in the order of the enum; an order only while its receivers work on it."""
        allowed = TASK_MOVES[TaskState(self.state)]
        if self.order_state:
            allowed = allowed & ORDER_WORK_STATES if self.order_state in WORKED_STATES else frozenset()
        return [state for state in TaskState if state in allowed]

    @property
    def all_moves(self) -> list[dict[str, str | Promise]]:
        """The moves with their words."""
        return [{"to": state.value, "label": TASK_MOVE_LABELS[state]} for state in self.moves]

    @property
    def quick_moves(self) -> list[dict[str, str | Promise]]:
        """The moves that need no reason."""
        return [
            {"to": state.value, "label": TASK_MOVE_LABELS[state]} for state in self.moves if not needs_reason(TaskState(self.state), state)
        ]


class OrderEntry(models.Model):
    """One act about an order: who did it, when, in which words and with what to show; never changed."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="order_entries")
    act = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["task", "at"], name="order_entry_task")]

    @property
    def act_label(self) -> str | Promise:
        """The act in words."""
        return ORDER_ACT_LABELS[OrderAct(self.act)]

    @property
    def state_label(self) -> str | Promise:
        """Where the order stood after it."""
        return ORDER_STATE_LABELS[OrderState(self.state)]
