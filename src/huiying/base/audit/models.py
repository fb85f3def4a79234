"""The append-only log: one row an act, each chained to the row before it."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One act. ``body`` is canonical JSON; the columns beside it only make it findable."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    verb = models.CharField(max_length=80, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    exercise = models.BooleanField(default=False)
    body = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "seq"], name="audit_subject")]
