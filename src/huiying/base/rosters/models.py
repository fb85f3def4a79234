"""Who is on, in what role, from when to when, and how a shift passed on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language

from huiying.base.accounts.rules import ROLE_LABELS, Role

from .rules import HANDOVER_LABELS, HANDOVER_TONES, HandoverState


class Shift(models.Model):
    """One span of one person's duty."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    role = models.CharField(max_length=30, choices=[(role.value, ROLE_LABELS[role]) for role in Role])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "role", "pk"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shift_span")]

    @property
    def role_label(self) -> str | Promise:
        """The role in words."""
        return ROLE_LABELS[Role(self.role)]


class Handover(models.Model):
    """One change of shift: what was running, signed by who went and accepted by who came. The text never changes."""

    role = models.CharField(max_length=30, choices=[(role.value, ROLE_LABELS[role]) for role in Role])
    outgoing = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_written")
    incoming = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handovers_received")
    written_at = models.DateTimeField()
    summary = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=list(HANDOVER_LABELS.items()), default=HandoverState.WRITTEN.value)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing", "role"], condition=models.Q(state="written"), name="one_open_handover_per_role")
        ]

    @property
    def sections(self) -> list[dict[str, object]]:
        """What was running, in the reader's language."""
        return self.summary.get(get_language() or "zh-hans") or self.summary.get("zh-hans") or []

    @property
    def role_label(self) -> str | Promise:
        """The role in words."""
        return ROLE_LABELS[Role(self.role)]

    @property
    def state_label(self) -> str | Promise:
        """The state in words."""
        return HANDOVER_LABELS[self.state]

    @property
    def tone(self) -> str:
        """The chip's tone."""
        return HANDOVER_TONES[HandoverState(self.state)]
