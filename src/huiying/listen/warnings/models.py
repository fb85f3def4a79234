"""Warnings: one live one a story, kept up to date in place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language

from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.wording import counterfactual_text, factor_label, reason_text, value_label

from .notices.models import Notice, NoticeEdition
from .rules import LIVE, OUTCOME_LABELS, STATE_LABELS, STATE_TONES, WORTH_WORDS, Outcome, WarningState, Worth
from .rulesets.models import BackTest, RuleSet

__all__ = ["BackTest", "Notice", "NoticeEdition", "RuleSet", "Warning"]

_LEVELS = [(level.value, level.value) for level in WarningLevel]


class Warning(models.Model):
    """What the rules propose about a story, why, and what people did with it.

    ``lines`` names every line of the rules that ever carried it, ``worth`` what the alarm was worth to them.
    """

    story = models.ForeignKey("stories.Story", on_delete=models.PROTECT, related_name="warnings")
    state = models.CharField(max_length=12, choices=[(s.value, STATE_LABELS[s]) for s in WarningState], default=WarningState.PROPOSED.value)
    level = models.CharField(max_length=8, choices=_LEVELS)
    level_rank = models.PositiveSmallIntegerField()
    peak_level = models.CharField(max_length=8, choices=_LEVELS)
    reasons = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    counterfactual = models.JSONField(default=list)
    factors = models.JSONField(default=dict)
    rule_key = models.CharField(max_length=60)
    rule_version = models.CharField(max_length=20)
    issued_at = models.DateTimeField()
    evaluated_at = models.DateTimeField()
    below_since = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey("accounts.Person", null=True, on_delete=models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(null=True)
    dismissed_reason = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True)
    incident_id = models.BigIntegerField(null=True, db_index=True)
    outcome = models.CharField(max_length=20, blank=True, choices=[(o.value, OUTCOME_LABELS[o]) for o in Outcome])
    worth = models.CharField(max_length=8, blank=True, choices=[(w.value, WORTH_WORDS[w]) for w in Worth])
    lines = models.JSONField(default=list)
    exercise = models.BooleanField(default=False)

    class Meta:
        ordering = ["-level_rank", "issued_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["story"], condition=models.Q(state__in=LIVE), name="one_live_warning_per_story")]
        indexes = [
            models.Index(fields=["state", "evaluated_at"], name="warning_state_evaluated"),
            models.Index(fields=["-issued_at"], name="warning_issued"),
        ]

    @property
    def title(self) -> str:
        """The story's title, which is also the warning's."""
        return str(self.story.title)

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return str(STATE_LABELS[WarningState(self.state)])

    @property
    def state_tone(self) -> str:
        """The tone of the state's chip."""
        return STATE_TONES[WarningState(self.state)]

    @property
    def outcome_label(self) -> str:
        """The outcome in the reader's language, empty while there is none."""
        return str(OUTCOME_LABELS[Outcome(self.outcome)]) if self.outcome else ""

    @property
    def worth_label(self) -> str:
        """What the alarm was worth in the reader's language, empty while nobody judged it."""
        return str(WORTH_WORDS[Worth(self.worth)]) if self.worth else ""

    @property
    def reason_texts(self) -> list[str]:
        """The reasons as sentences in the reader's language."""
        return [reason_text(reason, _language()) for reason in self.reasons]

    @property
    def counterfactual_texts(self) -> list[str]:
        """What would raise the level, as sentences in the reader's language."""
        return [counterfactual_text(option, _language()) for option in self.counterfactual]

    @property
    def missing_labels(self) -> list[str]:
        """What nobody knows, in the reader's language."""
        return [factor_label(name, _language()) for name in self.missing]

    @property
    def factor_rows(self) -> list[tuple[str, str]]:
        """The factor table as it was judged, in the reader's language."""
        return [(factor_label(name, _language()), value_label(name, value, _language())) for name, value in self.factors.items()]

    @property
    def is_undecided(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state in (WarningState.PROPOSED, WarningState.ACKNOWLEDGED)

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether nobody has taken it yet."""
        return self.state == WarningState.PROPOSED


def _language() -> str:
    return get_language() or "zh-hans"
