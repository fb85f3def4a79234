"""Files that were uploaded or put into the drop folder."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..rules.files import FILE_STATE_LABELS, ORIGIN_LABELS, FileOrigin, FileState
from .posts import IntakeCursor
from .source import Source


class TakenFile(models.Model):
    """One file of rows on its way into the log; how far it is read stands in the cursor."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    cursor = models.ForeignKey(IntakeCursor, on_delete=models.PROTECT, related_name="files")
    origin = models.CharField(max_length=10, choices=[(o.value, ORIGIN_LABELS[o]) for o in FileOrigin])
    name = models.CharField(max_length=255)
    path = models.TextField()
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    options = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, FILE_STATE_LABELS[s]) for s in FileState], default=FileState.WAITING.value, db_index=True
    )
    reason = models.TextField(blank=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path"], condition=Q(state__in=("waiting", "reading")), name="one_open_file_per_path"),
        ]
        indexes = [models.Index(fields=["-at"], name="taken_file_at")]

    def __str__(self) -> str:
        return self.name
