"""Rotations, single shifts, overrides, and how a shift passed on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import get_language

from huiying.base.accounts.rules import ROLE_LABELS, Role

from .calendars import DAYS_LABELS, Days
from .rotation import PATTERN_LABELS, Pattern
from .rules import HANDOVER_LABELS, HANDOVER_TONES, HandoverState

_ROLES = [(role.value, ROLE_LABELS[role]) for role in Role]


class Rotation(models.Model):
    """People who take turns in a role. What it said of the past never changes: another order is another rotation that follows it."""

    name = models.CharField(max_length=80)
    role = models.CharField(max_length=30, choices=_ROLES)
    pattern = models.CharField(max_length=10, choices=list(PATTERN_LABELS.items()), default=Pattern.HOURS.value)
    slots = models.CharField(max_length=200)
    days = models.CharField(max_length=10, choices=list(DAYS_LABELS.items()), default=Days.ALL.value)
    zone = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    is_gapless = models.BooleanField(default=True)
    is_standby = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["role", "starts_on", "pk"]

    @property
    def role_label(self) -> str | Promise:
        """The role in words."""
        return ROLE_LABELS[Role(self.role)]


class Seat(models.Model):
    """One person's place in a rotation's order, or in the order of its deputies."""

    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    position = models.PositiveSmallIntegerField()
    is_deputy = models.BooleanField(default=False)

    class Meta:
        ordering = ["rotation", "is_deputy", "position"]
        constraints = [models.UniqueConstraint(fields=["rotation", "is_deputy", "position"], name="one_person_a_seat")]


class Override(models.Model):
    """Somebody is away from their shifts for a while; who stands in, why, and who said so."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="overrides")
    role = models.CharField(max_length=30, choices=_ROLES, blank=True)
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="stand_ins")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="override_span")]


class CalendarLink(models.Model):
    """A person's private address of their own shifts as a calendar; only the hash of its secret is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_link")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()


class Shift(models.Model):
    """One span of one person's duty."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    role = models.CharField(max_length=30, choices=_ROLES)
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

    role = models.CharField(max_length=30, choices=_ROLES)
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
