"""The outbox: what is to be told to whom, by which way, and whether it arrived."""

from __future__ import annotations

from django.db import models

from .rules import Channel, MessageState

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


class Message(models.Model):
    """One message to one person or address over one channel."""

    person = models.ForeignKey("accounts.Person", null=True, on_delete=models.CASCADE, related_name="messages")
    webhook = models.ForeignKey(WebhookTarget, null=True, on_delete=models.PROTECT, related_name="messages")
    address = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    key = models.CharField(max_length=200)
    text = models.TextField()
    url = models.CharField(max_length=500, blank=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=MessageState.PENDING.value)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "person", "channel"], name="one_message_per_person"),
            models.UniqueConstraint(fields=["key", "address", "channel"], condition=models.Q(person=None), name="one_message_per_address"),
        ]
        indexes = [
            models.Index(fields=["state", "next_at"], name="message_due"),
            models.Index(fields=["person", "channel", "read_at"], name="message_unread"),
        ]
