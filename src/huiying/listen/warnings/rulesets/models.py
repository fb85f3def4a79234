"""Rule sets as versioned data, and what they would have done."""

from __future__ import annotations

from django.db import models

from .rules import RULE_LABELS, RULE_TONES, RuleState, TestState


class RuleSet(models.Model):
    """One version of the warning rules. ``authors`` are the people who wrote any of its text; none of them approves it."""

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=[(s.value, RULE_LABELS[s]) for s in RuleState], default=RuleState.DRAFT.value)
    note = models.TextField(blank=True)
    author = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    authors = models.JSONField(default=list)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state=RuleState.IN_FORCE.value), name="one_rule_set_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return str(RULE_LABELS[RuleState(self.state)])

    @property
    def state_tone(self) -> str:
        """The tone of the state's chip."""
        return RULE_TONES[RuleState(self.state)]


class BackTest(models.Model):
    """Past weeks replayed under the rules in force and under one exact text; never of another text than ``digest`` names.

    ``matters`` are those still to be replayed, ``found`` the alarms of those done, ``result`` what they add up to.
    """

    ruleset = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="tests")
    digest = models.CharField(max_length=64)
    text = models.TextField()
    against = models.CharField(max_length=90)
    against_text = models.TextField()
    state = models.CharField(max_length=8, default=TestState.RUNNING.value)
    days = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    matters = models.JSONField(default=list)
    found = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    @property
    def done(self) -> int:
        """How many matters are replayed."""
        return self.total - len(self.matters)

    @property
    def is_done(self) -> bool:
        """Whether the result is there."""
        return self.state == TestState.DONE
