"""How an incident stands to people and to other incidents: its circle, where it came from, who commanded it, what it kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from huiying.base.accounts.rules import ROLE_LABELS, Role

from .standing_rules import HANDOVER_LABELS, TIE_LABELS, CommandHandoverState

PERSON = settings.AUTH_USER_MODEL


class CircleSeat(models.Model):
    """One person or one role that may read a confidential incident."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="circle")
    person = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "person", "role"], name="seat_once_per_circle")]

    def __str__(self) -> str:
        return str(ROLE_LABELS[Role(self.role)]) if self.role else str(self.person)


class IncidentTie(models.Model):
    """A new incident that came out of an older one: a part split off, or what followed after it was over."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="came_from")
    source = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="led_to")
    kind = models.CharField(max_length=10, choices=list(TIE_LABELS.items()))
    reason = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["at", "pk"]


class MovedTask(models.Model):
    """The incident a task belongs to now, where that is not the one it was given in."""

    task_id = models.BigIntegerField(unique=True)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="moved_tasks")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class RetentionException(models.Model):
    """Why personal information of an incident is kept longer, signed by the person in charge of privacy (EFL Art. 85)."""

    incident = models.OneToOneField("incidents.Incident", on_delete=models.CASCADE, related_name="retention_exception")
    kept = models.TextField()
    reason = models.TextField()
    until = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)


class CommandHandover(models.Model):
    """One change of command: what was running, signed by who went and accepted by who came. The text never changes."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="command_handovers")
    outgoing = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    incoming = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    incoming_name = models.CharField(max_length=150)
    outgoing_name = models.CharField(max_length=150)
    summary: models.JSONField[list[dict[str, object]], list[dict[str, object]]] = models.JSONField(default=list)
    note = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=list(HANDOVER_LABELS.items()), default=CommandHandoverState.WRITTEN.value)
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["incident"], condition=models.Q(state="written"), name="one_open_command_handover")]
