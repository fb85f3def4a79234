"""One piece of human work, whoever asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language

from huiying.base.accounts.rules import GROUP_LABELS, ROLE_LABELS
from huiying.core.formats.localised import localise

from .rules import OPEN_STATES, TASK_MOVE_LABELS, TASK_MOVES, TASK_STATE_LABELS, TASK_TONES, TaskState, needs_reason


def _here(text: Mapping[str, str] | str) -> str:
    return localise(text, get_language() or "zh-hans")


class Task(models.Model):
    """Work with an owner (a person, or a role until somebody takes it), a due time and an expected result."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    title = models.JSONField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    owner_role = models.CharField(max_length=60, blank=True)
    group = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True)
    resources = models.JSONField(default=str, blank=True)
    expected_result = models.JSONField(default=str, blank=True)
    source = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, default=TaskState.TODO.value)
    state_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "due_at"], name="task_subject"),
            models.Index(fields=["state", "due_at"], name="task_state_due"),
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

    def is_overdue(self, at: datetime) -> bool:
        """Return whether the task is open and past its due time."""
        return self.is_open and self.due_at is not None and self.due_at < at

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return TASK_STATE_LABELS[TaskState(self.state)]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return TASK_TONES[TaskState(self.state)]

    @property
    def owner_words(self) -> str:
        """Whom it waits for while no person has it: the role or the group, in words."""
        words: dict[str, str | Promise] = {str(key): label for key, label in (*ROLE_LABELS.items(), *GROUP_LABELS.items())}
        named = [str(words.get(key, key)) for key in (self.owner_role, self.group) if key]
        return " · ".join(named) or "–"

    @property
    def moves(self) -> list[TaskState]:
        """The states it can go to now, in the order of the enum."""
        allowed = TASK_MOVES[TaskState(self.state)]
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
