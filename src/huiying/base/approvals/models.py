"""A person's signature under the hash of one exact version."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Approval(models.Model):
    """One signature; a voided one stays readable and no longer counts."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=150)
    role = models.CharField(max_length=30)
    given_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "digest", "person"],
                condition=models.Q(voided_at=None),
                name="one_approval_per_person",
            )
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "given_at"], name="approval_subject")]
