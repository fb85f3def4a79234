"""People called in for an incident: experts and care roles, and its task force."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from . import people_rules, rules
from .people_rules import Availability, InvitationState

PERSON = settings.AUTH_USER_MODEL


def _choices(labels: dict[str, rules.Label]) -> list[tuple[str, rules.Label]]:
    return [(str(key), label) for key, label in labels.items()]


class Expert(models.Model):
    """Somebody the organisation may call in; with an account here they are told and answer themselves."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=30, choices=_choices(people_rules.EXPERT_LABELS))
    fields = models.CharField(max_length=300)
    works_at = models.CharField(max_length=150, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    availability = models.CharField(max_length=20, choices=_choices(people_rules.AVAILABILITY_LABELS), default=Availability.AVAILABLE.value)
    away_until = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def can_be_called(self, on: date) -> bool:
        """Return whether they may be called in on a day."""
        return self.availability != Availability.AWAY or bool(self.away_until and self.away_until < on)


class Invitation(models.Model):
    """An expert was asked to help with an incident, and what they answered."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="invitations")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="invitations")
    purpose = models.TextField()
    state = models.CharField(max_length=10, choices=_choices(people_rules.INVITATION_LABELS), default=InvitationState.ASKED.value)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=150)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "expert"], condition=models.Q(state="asked"), name="one_open_invitation")
        ]


class TaskForce(models.Model):
    """A group made for one incident (专班)."""

    incident = models.OneToOneField("incidents.Incident", on_delete=models.CASCADE, related_name="task_force")
    name = models.CharField(max_length=120)
    mission = models.TextField()
    formed_at = models.DateTimeField()
    formed_by_name = models.CharField(max_length=150)


class TaskForceSeat(models.Model):
    """One member with what they look after, from when to when."""

    force = models.ForeignKey(TaskForce, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=200)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["force", "person"], condition=models.Q(left_at=None), name="one_seat_in_the_force")]
