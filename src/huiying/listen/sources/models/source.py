"""Sources: what is listened to, how it is asked, on which legal basis, and how it goes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ..rules import LEGAL_BASIS_LABELS, MEDIA_TIER_LABELS, SOURCE_STATE_LABELS, LegalBasis, MediaTier, SourceState, stream_of
from ..rules.channels import connector_label
from ..rules.websub import LEASE_STATE_LABELS, LeaseState
from ..wording import error_words


class Source(models.Model):
    """One place that posts come from: its connector and options, its legal ground, its health."""

    name = models.CharField(max_length=200)
    connector = models.CharField(max_length=20)
    url = models.TextField(blank=True)
    options = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)
    cursor = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=32, blank=True)
    public_key = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=60)
    region = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    media_tier = models.SmallIntegerField(default=0, choices=[(t.value, MEDIA_TIER_LABELS[t]) for t in MediaTier])
    poll_seconds = models.PositiveIntegerField(default=300)
    rhythm_seconds = models.PositiveIntegerField(null=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, SOURCE_STATE_LABELS[s]) for s in SourceState], default=SourceState.ACTIVE.value
    )
    exercise = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    legal_basis = models.CharField(max_length=20, blank=True, choices=[(b.value, LEGAL_BASIS_LABELS[b]) for b in LegalBasis])
    purpose = models.TextField(blank=True)
    terms_url = models.TextField(blank=True)
    terms_checked_at = models.DateTimeField(null=True)
    retention_days = models.PositiveIntegerField(null=True)

    next_poll_at = models.DateTimeField(null=True, db_index=True)
    last_attempt_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_post_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)
    moved_to = models.TextField(blank=True)
    moved_times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "fingerprint", "exercise"], condition=~Q(fingerprint=""), name="one_source_per_place"
            ),
            models.UniqueConstraint(fields=["name", "exercise"], condition=Q(url="", fingerprint=""), name="one_source_per_name"),
            models.UniqueConstraint(fields=["public_key"], condition=~Q(public_key=""), name="one_source_per_public_key"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """Which of the logs the posts of this source go to."""
        return stream_of(self.connector, exercise=self.exercise)

    def get_connector_display(self) -> str:
        """Return the connector's name in the reader's language."""
        return connector_label(self.connector)


class SourceHour(models.Model):
    """What one source brought in one hour: the ground of expected volumes and of the coverage report."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="hours")
    start = models.DateTimeField()
    polls = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    items = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    lag_p50 = models.PositiveIntegerField(null=True)
    lag_p90 = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "start"], name="one_row_per_source_hour")]
        indexes = [models.Index(fields=["start"], name="source_hour_start")]


class Outage(models.Model):
    """A time in which a source did not answer or its volume was not believable; open while ``ended_at`` is empty."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="outages")
    code = models.CharField(max_length=40)
    detail = models.TextField(blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], condition=Q(ended_at=None), name="one_open_outage_per_code"),
        ]
        indexes = [models.Index(fields=["source", "-began_at"], name="outage_of_source")]

    @property
    def words(self) -> str:
        """What is wrong, as a sentence in the reader's language."""
        return error_words(f"{self.code} {self.detail}".strip())


class HubLease(models.Model):
    """A WebSub subscription: the hub pushes until the lease ends, so it is renewed before."""

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="lease")
    hub = models.TextField()
    topic = models.TextField()
    callback_key = models.CharField(max_length=64, unique=True)
    secret = models.TextField()
    state = models.CharField(max_length=10, default=LeaseState.WANTED.value, choices=[(s.value, LEASE_STATE_LABELS[s]) for s in LeaseState])
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_delivery_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)


class Delivery(models.Model):
    """A message that a webhook delivered, by the sender's own id: the same one again is answered, not stored."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "message_id"], name="one_delivery_per_message")]
        indexes = [models.Index(fields=["at"], name="delivery_at")]


class Canary(models.Model):
    """One post of our own sent through the whole way, and how long each part of it took."""

    sent_at = models.DateTimeField(db_index=True)
    stored_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    @property
    def words(self) -> str:
        """What went wrong, as a sentence in the reader's language."""
        return error_words(self.error)

    @property
    def seconds(self) -> float | None:
        """How long the whole way took; None when it ended somewhere."""
        return (self.found_at - self.sent_at).total_seconds() if self.found_at else None
