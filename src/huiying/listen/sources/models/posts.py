"""What the sources said (the intake log), and what could not be read."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from ..rules import (
    QUARANTINE_STATE_LABELS,
    REASON_LABELS,
    QuarantineState,
    Reason,
)
from .source import Source


class Post(models.Model):
    """One post as taken in: masked text, pseudonymous author; never changed afterwards, but erased when its author asks."""

    seq = models.BigIntegerField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="posts", db_index=False)
    item_key = models.CharField(max_length=32, unique=True)
    published_at = models.DateTimeField()
    received_at = models.DateTimeField()
    title = models.TextField(blank=True)
    text = models.TextField()
    url = models.TextField(blank=True)
    author = models.CharField(max_length=24, null=True)
    language = models.CharField(max_length=12, null=True)
    channel = models.CharField(max_length=60)
    media_tier = models.SmallIntegerField(default=0)
    exercise = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "-seq"], name="post_source_seq")]


class FirstReport(models.Model):
    """What a member of staff reported at once (R71, R72), beside the post it became."""

    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="report")
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=150)
    facts = models.TextField()
    origin = models.TextField()
    reaction = models.TextField()


class IntakeTick(models.Model):
    """One closed slot of the intake log: the posts of one transaction as an Arrow stream."""

    stream = models.CharField(max_length=10)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    posts = models.PositiveIntegerField()
    last_seq = models.BigIntegerField()
    batch = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "number"], name="one_tick_per_number")]
        indexes = [models.Index(fields=["stream", "at"], name="tick_stream_at"), models.Index(fields=["last_seq"], name="tick_last_seq")]


class Quarantine(models.Model):
    """A record that could not be taken in, with the reason and what is left of it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="quarantine")
    reason = models.CharField(max_length=20, choices=[(r.value, REASON_LABELS[r]) for r in Reason])
    detail = models.TextField()
    place = models.CharField(max_length=300)
    raw = models.TextField(blank=True)
    record = models.JSONField(null=True)
    item_key = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[(s.value, QUARANTINE_STATE_LABELS[s]) for s in QuarantineState],
        default=QuarantineState.HELD.value,
        db_index=True,
    )
    exercise = models.BooleanField(default=False)

    @property
    def moment(self) -> datetime | None:
        """The impossible time that a record states, where that is why it is held back."""
        return datetime.fromisoformat(self.detail) if self.reason == Reason.BAD_TIME else None


class AuthorSalt(models.Model):
    """The secret of one epoch of pseudonyms; destroyed when the next epoch begins."""

    epoch = models.IntegerField(unique=True)
    salt = models.BinaryField()
    created_at = models.DateTimeField()


class IntakeCursor(models.Model):
    """How far a file has been replayed: committed together with the posts it produced."""

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=300)
    line = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    stored = models.BigIntegerField(default=0)
    repeated = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
