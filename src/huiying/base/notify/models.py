"""The outbox: what is to be told to whom, by which way, and whether it arrived."""

from __future__ import annotations

from typing import Any  # the parts of a reason are of any kind JSON knows

from django.db import models

from .reasons import sentence_of
from .rules import CHANNEL_LABELS, STATE_LABELS, Channel, MessageState, Owner

CHANNELS = [(channel.value, channel.value) for channel in Channel]


class WebhookTarget(models.Model):
    """An address of another system that wants to be told; its signing key is derived, not stored."""

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500, unique=True)
    public_id = models.CharField(max_length=32, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """One way to reach a person, or all at once; what must stay secret is sealed and shown only in part."""

    owner = models.CharField(max_length=20, default=Owner.PERSON.value)
    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.CASCADE, related_name="ways")
    channel = models.CharField(max_length=10, choices=CHANNELS)
    label = models.CharField(max_length=80)
    sealed = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    shown = models.CharField(max_length=120)
    after_minutes = models.PositiveSmallIntegerField(default=0)
    per_minute = models.PositiveSmallIntegerField(default=0)
    recent: models.JSONField[list[float], list[float]] = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    verified_at = models.DateTimeField(null=True)
    tested_at = models.DateTimeField(null=True)
    guesses = models.PositiveSmallIntegerField(default=0)
    last_ok_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    failure: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.label} {self.shown}"

    @property
    def channel_label(self) -> str:
        """The kind of way, in words."""
        return str(CHANNEL_LABELS[Channel(self.channel)])

    @property
    def is_failing(self) -> bool:
        """Whether the last hand-over by this way went wrong."""
        return self.last_failed_at is not None and (self.last_ok_at is None or self.last_ok_at < self.last_failed_at)

    @property
    def last_error(self) -> str:
        """Why the last hand-over failed, in the reader's language; empty when it did not."""
        return sentence_of(self.failure)


class Message(models.Model):
    """One message to one person or address over one channel."""

    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.CASCADE, related_name="messages")
    webhook = models.ForeignKey(WebhookTarget, null=True, on_delete=models.PROTECT, related_name="messages")
    way = models.ForeignKey(Address, null=True, on_delete=models.RESTRICT, related_name="messages")
    address = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    key = models.CharField(max_length=200)
    group = models.CharField(max_length=80, blank=True)
    priority = models.SmallIntegerField(default=0)
    text = models.TextField()
    url = models.CharField(max_length=500, blank=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=MessageState.PENDING.value)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    failure: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    perhaps_twice = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "person", "channel"], condition=models.Q(way=None), name="one_message_per_person"),
            models.UniqueConstraint(
                fields=["key", "address", "channel"], condition=models.Q(person=None, way=None), name="one_message_per_address"
            ),
            models.UniqueConstraint(fields=["key", "way"], name="one_message_per_way"),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="message_due"),
            models.Index(fields=["person", "channel", "read_at"], name="message_unread"),
            models.Index(fields=["group", "state"], name="message_group"),
        ]

    @property
    def last_error(self) -> str:
        """Why the last try failed, in the reader's language; empty when it did not."""
        return sentence_of(self.failure)

    @property
    def channel_label(self) -> str:
        """By what kind of way, in words."""
        return str(CHANNEL_LABELS[Channel(self.channel)])

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return str(STATE_LABELS[MessageState(self.state)])
