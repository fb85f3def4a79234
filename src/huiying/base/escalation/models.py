"""Chains as they were edited, runs with whom they told, and what the last preflight found."""

from __future__ import annotations

from typing import Any  # stored steps and reasons are plain JSON

from django.db import models
from django.utils.functional import Promise

from huiying.core.grading.levels import WarningLevel

from .rules import STATE_LABELS, STATE_TONES, RunState

_LEVELS = [(level.value, level.value) for level in WarningLevel]


class StoredChain(models.Model):
    """A chain that was edited here; without one the chain that came with the program holds."""

    subject_kind = models.CharField(max_length=40)
    level = models.CharField(max_length=8, choices=_LEVELS)
    steps: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    last_resort: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)
    hands_to = models.CharField(max_length=8, blank=True)
    answer_minutes = models.PositiveSmallIntegerField(default=15)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "level"], name="one_chain_per_level")]


class Run(models.Model):
    """One escalation: the steps as they were when it began, and where it stands."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    level = models.CharField(max_length=8, choices=_LEVELS)
    steps: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    answer_minutes = models.PositiveSmallIntegerField(default=15)
    text: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    url = models.CharField(max_length=500)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=12, default=RunState.RUNNING.value, choices=list(STATE_LABELS.items()))
    step = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], condition=models.Q(state="running"), name="one_running_escalation"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="escalation_due"),
            models.Index(fields=["subject_kind", "subject_id"], name="escalation_subject"),
        ]

    @property
    def group(self) -> str:
        """What its messages are taken back by."""
        return f"{self.subject_kind}:{self.subject_id}"

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return STATE_LABELS[RunState(self.state)]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return STATE_TONES[RunState(self.state)]


class Telling(models.Model):
    """One step that was done: whom it told, by what ways, when; nobody (``person`` empty) is written down too."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tellings")
    step = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    to = models.CharField(max_length=60)
    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, blank=True)
    ways = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "step", "turn", "person"], name="one_telling_per_person")]


class Preflight(models.Model):
    """What the coming week looks like: each level at each hour, and the stretches in which a chain brings nobody."""

    at = models.DateTimeField()
    from_at = models.DateTimeField()
    hours = models.PositiveSmallIntegerField()
    cells: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    breaks: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    notes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["is_current"], condition=models.Q(is_current=True), name="one_current_preflight")]
