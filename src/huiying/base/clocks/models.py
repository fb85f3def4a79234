"""Deadlines, and the periodic things that open one each time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.utils.translation import get_language

from huiying.core.formats.localised import localise

from .rules import ClockState, Every


def _here(text: Mapping[str, str] | str) -> str:
    return localise(text, get_language() or "zh-hans")


class Clock(models.Model):
    """One deadline of one subject: a start with its evidence, a due time, a stop with its record."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    rule_key = models.CharField(max_length=80)
    label = models.JSONField(default=dict)
    citation = models.JSONField(default=str, blank=True)
    started_at = models.DateTimeField()
    start_evidence = models.TextField(blank=True)
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_evidence = models.TextField(blank=True)
    state = models.CharField(max_length=10, default=ClockState.RUNNING.value)
    waived_reason = models.TextField(blank=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule_key"], condition=models.Q(state="running"), name="one_running_clock_per_rule"
            )
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "due_at"], name="clock_subject"),
            models.Index(fields=["state", "due_at"], name="clock_state_due"),
        ]

    @property
    def label_text(self) -> str:
        """The label in the reader's language."""
        return _here(self.label)

    @property
    def citation_text(self) -> str:
        """The rule it rests on, in the reader's language."""
        return _here(self.citation)

    @property
    def total_seconds(self) -> int:
        """How long the clock runs in all, in seconds."""
        return int((self.due_at - self.started_at).total_seconds())

    def used_percent(self, at: datetime) -> int:
        """Return how much of the time is used at a moment, 0..100."""
        end = self.stopped_at or at
        return max(0, min(100, round(100 * (end - self.started_at).total_seconds() / max(1, self.total_seconds))))


class Cadence(models.Model):
    """A periodic duty of a subject; opens a clock of ``seconds`` each time it falls due."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    label = models.JSONField(default=dict)
    citation = models.JSONField(default=str, blank=True)
    every = models.CharField(max_length=10, choices=[(every.value, every.value) for every in Every])
    seconds = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    opened = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, db_index=True)
    ends_at = models.DateTimeField(null=True)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["next_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "key"], condition=models.Q(next_at__isnull=False), name="one_live_cadence_per_key"
            )
        ]

    @property
    def label_text(self) -> str:
        """The label in the reader's language."""
        return _here(self.label)

    @property
    def citation_text(self) -> str:
        """The rule it rests on, in the reader's language."""
        return _here(self.citation)
