"""What is kept longer, what is erased, and what was seen behind a post."""

from __future__ import annotations

from django.db import models

from ..rules.archive import (
    HOLD_STATE_LABELS,
    REQUEST_STATE_LABELS,
    SNAPSHOT_STATE_LABELS,
    HoldState,
    RequestState,
    SnapshotState,
)


class EvidenceHold(models.Model):
    """Posts that retention must not purge, for one matter, with a reason and a second person."""

    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=[(s.value, HOLD_STATE_LABELS[s]) for s in HoldState], default=HoldState.ASKED.value)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    posts = models.PositiveIntegerField()
    exercise = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="hold_subject")]


class HeldPost(models.Model):
    """One post of a hold, by its number."""

    hold = models.ForeignKey(EvidenceHold, on_delete=models.CASCADE, related_name="held")
    seq = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hold", "seq"], name="one_row_per_held_post")]


class SubjectRequest(models.Model):
    """Somebody asks that what they wrote is deleted. Pseudonyms stay only until it is decided; the name is never kept."""

    channel = models.CharField(max_length=60)
    reference = models.CharField(max_length=100)
    pseudonyms = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=[(s.value, REQUEST_STATE_LABELS[s]) for s in RequestState], default=RequestState.COUNTING.value
    )
    posts = models.PositiveIntegerField(null=True)
    held = models.PositiveIntegerField(default=0)
    erased = models.PositiveIntegerField(default=0)
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)


class PageSnapshot(models.Model):
    """The page behind a post as it was fetched at one moment: bytes in a WARC file, hashes and readable text here."""

    seq = models.BigIntegerField(db_index=True)
    url = models.TextField()
    state = models.CharField(
        max_length=10, choices=[(s.value, SNAPSHOT_STATE_LABELS[s]) for s in SnapshotState], default=SnapshotState.ASKED.value
    )
    asked_by_id = models.BigIntegerField(null=True)
    asked_by_name = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    final_url = models.TextField(blank=True)
    content_type = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField(default=0)
    page_sha256 = models.CharField(max_length=64, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_id = models.BigIntegerField(null=True)
    text = models.TextField(blank=True)
    error = models.TextField(blank=True)
    exercise = models.BooleanField(default=False)


class PurgeRun(models.Model):
    """One run of the retention: what went, by source, and what a hold kept."""

    at = models.DateTimeField(db_index=True)
    posts = models.PositiveIntegerField(default=0)
    ticks = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
