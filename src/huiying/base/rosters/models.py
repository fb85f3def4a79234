"""Who is on, in what role, from when to when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise

from huiying.base.accounts.rules import ROLE_LABELS, Role


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
