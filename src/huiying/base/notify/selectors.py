"""Reads of the outbox, and of the ways by which people are reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PersonLine, people

from .models import Address, Message, WebhookTarget
from .rules import CHANNEL_LABELS, PROOF_LASTS, TO_SEND, Channel, MessageState, Owner


@dataclass(frozen=True)
class Way:
    """One way to reach a person, as other rooms see it."""

    channel: str
    label: str
    verified: bool
    last_ok_at: datetime | None
    last_error: str
    last_failed_at: datetime | None = None
    shown: str = ""
    after_minutes: int = 0
    tested_at: datetime | None = None
    id: int = 0

    @property
    def channel_label(self) -> str:
        """The kind of way, in the reader's language."""
        return str(CHANNEL_LABELS[Channel(self.channel)])

    @property
    def is_failing(self) -> bool:
        """Whether the last hand-over by this way went wrong."""
        return self.last_failed_at is not None and (self.last_ok_at is None or self.last_ok_at < self.last_failed_at)

    def trouble(self, at: datetime) -> str:
        """Return why this way cannot be relied on at a moment; empty when it can."""
        named = {"way": f"{self.label} {self.shown}".strip()}
        if not self.verified:
            return _("%(way)s was never proven by a test message.") % named
        if self.is_failing:
            return _("%(way)s failed last: %(reason)s") % (named | {"reason": self.last_error})
        if self.last_ok_at is not None and at - self.last_ok_at > PROOF_LASTS:
            return _("%(way)s took its last message more than %(days)s days before.") % (named | {"days": PROOF_LASTS.days})
        return ""


def ways_of(person_ids: Iterable[int]) -> dict[int, list[Way]]:
    """Return how each of these active people can be reached, in the order they want; two queries for any number."""
    people = get_user_model().objects.filter(pk__in=set(person_ids), is_active=True).values_list("pk", flat=True)
    found: dict[int, list[Way]] = {person_id: [] for person_id in people}
    for address in addresses_of(found):
        found[address.person_id or 0].append(_way(address))
    return found


def reachable(person_id: int, at: datetime) -> tuple[bool, str]:
    """Return whether a proven way reaches a person at a moment, and the reason in the reader's language when none does.

    Messages inside Huiying do not count: they wake nobody.
    """
    found = ways_of([person_id])
    if person_id not in found:
        return False, _("There is no such person, or they have left.")
    return verdict(found[person_id], at)


def verdict(ways: list[Way], at: datetime) -> tuple[bool, str]:
    """Return whether one of these ways can be relied on, and why not."""
    if not ways:
        return False, _("No way to be reached is entered.")
    troubles = [way.trouble(at) for way in ways]
    if not all(troubles):
        return True, ""
    return False, " ".join(troubles)


def addresses_of(person_ids: Iterable[int]) -> QuerySet[Address]:
    """Return the ways these people entered themselves, in the order they want."""
    rows = Address.objects.filter(owner=Owner.PERSON, person_id__in=list(person_ids), removed_at=None, is_active=True)
    return rows.order_by("after_minutes", "pk")


def _way(address: Address) -> Way:
    return Way(
        channel=address.channel,
        label=address.label,
        verified=address.verified_at is not None,
        last_ok_at=address.last_ok_at,
        last_error=address.last_error,
        last_failed_at=address.last_failed_at,
        shown=address.shown,
        after_minutes=address.after_minutes,
        tested_at=address.tested_at,
        id=address.pk,
    )


def organisation_ways() -> QuerySet[Address]:
    """Return the robots and gateways of the organisation, also those that rest."""
    return Address.objects.exclude(owner=Owner.PERSON).filter(removed_at=None).order_by("owner", "pk")


@dataclass(frozen=True)
class Reach:
    """Whether one person can be reached, as the list of all shows it."""

    person: PersonLine
    ways: list[Way]
    is_reached: bool
    reason: str


def reaches(at: datetime) -> list[Reach]:
    """Return everybody who can sign in, those first whom no proven way reaches."""
    everybody = people()
    found = ways_of(person.id for person in everybody)
    rows = [Reach(person, found.get(person.id, []), *verdict(found.get(person.id, []), at)) for person in everybody]
    return sorted(rows, key=lambda row: row.is_reached)


def deliveries_of(group: str) -> QuerySet[Message]:
    """Return who was told what, when, by which way and with what outcome, in the order of telling."""
    return deliveries().filter(group=group).order_by("created_at", "pk")


def deliveries() -> QuerySet[Message]:
    """Return all messages with those they are for, newest first."""
    return Message.objects.select_related("person", "way", "webhook").order_by("-created_at", "-pk")


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
    return Message.objects.filter(state__in=states).select_related("person", "webhook", "way").order_by("-created_at", "-pk")


def outbox_waiting_count() -> int:
    """Return how many messages are still to be sent."""
    return Message.objects.filter(state__in=TO_SEND).count()


def webhooks() -> QuerySet[WebhookTarget]:
    """Return the addresses that are told, by name."""
    return WebhookTarget.objects.order_by("name", "pk")


def way(way_id: int) -> Address | None:
    """Return one way, also a removed one."""
    return Address.objects.filter(pk=way_id).first()
