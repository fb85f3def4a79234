"""Reads of the outbox."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from .models import Message, WebhookTarget
from .rules import TO_SEND, Channel, MessageState


def messages_of(person_id: int) -> QuerySet[Message]:
    """Return a person's in-app messages, newest first."""
    return Message.objects.filter(person_id=person_id, channel=Channel.IN_APP).order_by("-created_at", "-pk")


def message_counts(person_id: int) -> tuple[int, int]:
    """Return how many in-app messages a person has, and how many of them are unread."""
    counts = messages_of(person_id).order_by().aggregate(all=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return counts["all"], counts["unread"]


def unread_count(person_id: int) -> int:
    """Return how many in-app messages a person has not read."""
    return messages_of(person_id).filter(read_at=None).count()


def outbox_troubled() -> QuerySet[Message]:
    """Return messages that were given up or failed at least once, newest first."""
    states = (MessageState.FAILED.value, MessageState.DEAD.value)
    return Message.objects.filter(state__in=states).select_related("person", "webhook").order_by("-created_at", "-pk")


def outbox_waiting_count() -> int:
    """Return how many messages are still to be sent."""
    return Message.objects.filter(state__in=TO_SEND).count()


def webhooks() -> QuerySet[WebhookTarget]:
    """Return the addresses that are told, by name."""
    return WebhookTarget.objects.order_by("name", "pk")
