"""Machine work that must survive a crash, and signs of life of the processes."""

from __future__ import annotations

from django.db import models

from .rules import JobState


class Job(models.Model):
    """One piece of work; whoever holds the lease may do it."""

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=200, null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=JobState.WAITING.value)
    run_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_by = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "key"], name="one_job_per_key")]
        indexes = [models.Index(fields=["state", "run_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class Heartbeat(models.Model):
    """When a process last said that it is alive."""

    role = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)
