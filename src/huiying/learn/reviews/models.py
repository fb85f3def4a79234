"""What was learned from an incident, and what is done about it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from .rules import (
    ACTION_LABELS,
    ACTION_MOVE_LABELS,
    ACTION_MOVES,
    ACTION_TONES,
    FINDING_LABELS,
    REVIEW_LABELS,
    REVIEW_TONES,
    UNDONE_STATES,
    ActionState,
    FindingKind,
    ReviewState,
    asks_for,
)

PERSON = settings.AUTH_USER_MODEL


class Review(models.Model):
    """The after-action review of one incident; whoever wrote in it is an author and cannot approve it."""

    incident = models.OneToOneField("incidents.Incident", on_delete=models.PROTECT, related_name="review")
    state = models.CharField(max_length=10, choices=list(REVIEW_LABELS.items()), default=ReviewState.DRAFT.value)
    exercise = models.BooleanField(default=False)
    summary = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    causes = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    returned_reason = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-opened_at", "-pk"]

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return REVIEW_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return REVIEW_TONES[ReviewState(self.state)]


class Finding(models.Model):
    """One thing that went well or fell short, with what shows it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=list(FINDING_LABELS.items()))
    text = models.TextField()
    cause = models.TextField(blank=True)
    evidence = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="finding_number_once")]

    @property
    def kind_label(self) -> str | Promise:
        """The kind in words."""
        return FINDING_LABELS[self.kind]

    @property
    def is_shortfall(self) -> bool:
        """Whether it asks for a corrective action."""
        return self.kind == FindingKind.SHORTFALL


class CorrectiveAction(models.Model):
    """A tracked improvement with an owner and a date, verified by somebody else."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="actions")
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="corrective_actions")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=list(ACTION_LABELS.items()), default=ActionState.PROPOSED.value)
    state_reason = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    verify_evidence = models.TextField(blank=True)
    times_reopened = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="action_state_due")]

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return ACTION_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return ACTION_TONES[ActionState(self.state)]

    @property
    def is_undone(self) -> bool:
        """Whether the owner still owes work."""
        return self.state in UNDONE_STATES

    def is_overdue(self, at: datetime) -> bool:
        """Return whether the due time passed and the work is not done: a flag, not a state."""
        return self.is_undone and self.due_at < at

    @property
    def moves(self) -> list[dict[str, str | Promise]]:
        """The moves it can make now, with their words and what each must bring."""
        old = ActionState(self.state)
        allowed = [state for state in ActionState if state in ACTION_MOVES[old]]
        return [{"to": state.value, "label": ACTION_MOVE_LABELS[state], "asks": asks_for(old, state)} for state in allowed]
