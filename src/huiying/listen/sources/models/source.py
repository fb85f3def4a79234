"""Sources: what is listened to, and how it goes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..rules import (
    KIND_LABELS,
    MEDIA_TIER_LABELS,
    SOURCE_STATE_LABELS,
    MediaTier,
    SourceKind,
    SourceState,
)


class Source(models.Model):
    """One place that posts come from, with its health."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(k.value, KIND_LABELS[k]) for k in SourceKind])
    url = models.TextField(blank=True)
    channel = models.CharField(max_length=60)
    media_tier = models.SmallIntegerField(default=0, choices=[(t.value, MEDIA_TIER_LABELS[t]) for t in MediaTier])
    poll_seconds = models.PositiveIntegerField(default=300)
    state = models.CharField(
        max_length=10, choices=[(s.value, SOURCE_STATE_LABELS[s]) for s in SourceState], default=SourceState.ACTIVE.value
    )
    exercise = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    next_poll_at = models.DateTimeField(null=True, db_index=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_post_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["url", "exercise"], condition=Q(kind="feed"), name="one_source_per_feed"),
            models.UniqueConstraint(fields=["name", "exercise"], condition=~Q(kind="feed"), name="one_source_per_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """Which of the two logs the posts of this source go to."""
        return "exercise" if self.exercise else "live"
