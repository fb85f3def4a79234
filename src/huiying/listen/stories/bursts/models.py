"""What is told of bursts, the hours of a stream, and how far they are counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from .rules import KIND_LABELS, BurstKind


class Burst(models.Model):
    """A series had more voices than usual: ``seen`` in the ``hours`` that ended at ``at``, where ``expected`` were usual.

    ``key`` is the channel, or the number of the watch, empty for the whole stream. ``score`` counts spreads, ``surprise`` is -log10 of
    the chance; ``n`` five-minute counts taught what is usual. ``found_at`` is when the program saw it, ``told_at`` when the owner heard.
    """

    stream = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=[(kind.value, KIND_LABELS[kind]) for kind in BurstKind])
    key = models.CharField(max_length=60, blank=True)
    watch = models.ForeignKey("stories.Watch", null=True, on_delete=models.CASCADE, related_name="bursts")
    at = models.DateTimeField()
    seen = models.PositiveIntegerField()
    expected = models.FloatField()
    hours = models.FloatField()
    score = models.FloatField()
    surprise = models.FloatField()
    n = models.PositiveIntegerField()
    found_at = models.DateTimeField(db_index=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "kind", "key", "at"], name="one_burst_per_series_and_time")]
        indexes = [models.Index(fields=["stream", "at"], name="burst_stream_at")]

    @property
    def since(self) -> datetime:
        """Return when the span began in which it was seen."""
        return self.at - timedelta(hours=self.hours)


class StreamHour(models.Model):
    """Voices of one hour of a stream, and how many were usual for it by the hours before."""

    stream = models.CharField(max_length=10)
    start = models.DateTimeField()
    voices = models.PositiveIntegerField()
    usual = models.FloatField()
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "start"], name="one_row_per_stream_hour")]


class BurstState(models.Model):
    """How far the bursts of a stream are counted: up to which tick of the log, and up to which moment of the stream's own clock.

    ``steps`` five-minute counts were taken, ``late`` posts were left out because they came in too late. ``ledger`` is the rest, in bytes.
    """

    stream = models.CharField(max_length=10, unique=True)
    tick = models.BigIntegerField(default=0)
    counted_to = models.DateTimeField(null=True)
    steps = models.PositiveIntegerField(default=0)
    posts = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)
    ledger = models.BinaryField(null=True)
