"""Put messages into the outbox, and take back those that are answered, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import NotNow, NotThere
from huiying.core.formats.localised import localise

from ..models import Address, Message, WebhookTarget
from ..rules import ORGANISATION, PERSONAL, TO_SEND, Channel, MessageState, Owner
from ..selectors import addresses_of
from .moves import move

Text = str | Mapping[str, str]


class Recipient(Protocol):
    """What a message needs to know about a person."""

    pk: int
    email: str
    language: str


@dataclass(frozen=True)
class _Telling:
    """What is told, the same to everybody."""

    text: Text
    url: str
    key: str
    group: str
    priority: int
    exercise: bool
    now: datetime

    def row(self, channel: Channel, language: str, after_minutes: int = 0, **to: object) -> Message:
        """Return one message of it, not stored yet."""
        return Message(
            channel=channel,
            key=self.key,
            group=self.group,
            priority=self.priority,
            text=localise(self.text, language),
            url=self.url,
            exercise=self.exercise,
            next_at=self.now + timedelta(minutes=after_minutes),
            created_at=self.now,
            **to,
        )


def notify(
    *,
    now: datetime,
    person_ids: Iterable[int],
    text: Text,
    url: str,
    key: str,
    exercise: bool,
    channels: Iterable[str] = ("in_app",),
    group: str = "",
    priority: int = 0,
) -> int:
    """Tell people something; the same key, person and way again is told once. Returns new messages.

    ``text`` may be a mapping language -> sentence; each person gets their own language. Besides channels
    ``channels`` takes "personal" (every proven way of each person, each after the minutes the person set)
    and "organisation" (every robot and channel that is told for all). People without an e-mail address get
    no e-mail. Messages of an exercise stay inside the house. Higher ``priority`` leaves first;
    ``messages_cancel`` takes back what still waits in a ``group``.
    """
    wanted = set(channels)
    unknown = wanted - {Channel.IN_APP, Channel.EMAIL, Channel.WEBHOOK, PERSONAL, ORGANISATION}
    if unknown:
        raise ValueError(f"Nobody is told by {sorted(unknown)}: use in_app, email, webhook, personal or organisation.")
    telling = _Telling(text, url, key, group, priority, exercise, now)
    people = list(get_user_model().objects.filter(pk__in=set(person_ids), is_active=True).order_by("pk"))
    rows = [row for person in people for row in _account_rows(telling, person, wanted)]
    if not exercise:
        rows += _way_rows(telling, people, wanted)
    if not rows:
        return 0
    before = Message.objects.filter(key=key).count()
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return Message.objects.filter(key=key).count() - before


def _account_rows(telling: _Telling, person: Recipient, wanted: set[str]) -> list[Message]:
    rows = []
    if Channel.IN_APP in wanted:
        rows.append(
            telling.row(Channel.IN_APP, person.language, person_id=person.pk, state=MessageState.SENT.value, delivered_at=telling.now)
        )
    if Channel.EMAIL in wanted and person.email and not telling.exercise:
        rows.append(telling.row(Channel.EMAIL, person.language, person_id=person.pk, address=person.email))
    return rows


def _way_rows(telling: _Telling, people: Iterable[Recipient], wanted: set[str]) -> list[Message]:
    rows = []
    house = settings.LANGUAGE_CODE
    if PERSONAL in wanted:
        languages = {person.pk: person.language for person in people}
        for way in addresses_of(languages).exclude(verified_at=None):
            language = languages[way.person_id or 0]
            to = {"way": way, "person_id": way.person_id, "address": way.shown}
            rows.append(telling.row(Channel(way.channel), language, way.after_minutes, **to))
    if ORGANISATION in wanted:
        told = Address.objects.filter(owner=Owner.ORGANISATION, is_active=True, removed_at=None).exclude(verified_at=None)
        rows += [telling.row(Channel(way.channel), house, way=way, address=way.shown) for way in told.order_by("pk")]
    if Channel.WEBHOOK in wanted:
        targets = WebhookTarget.objects.filter(is_active=True)
        rows += [telling.row(Channel.WEBHOOK, house, webhook=target, address=target.url) for target in targets]
    return rows


def messages_cancel(*, now: datetime, group: str, by: str = "") -> int:
    """Take back every message of a group that has not begun to leave, and note the answer on all; returns how many.

    Belongs into the transaction of the answer. A message that is being handed over at this moment is not
    tried again when that fails.
    """
    if not group:
        raise ValueError("Messages without a group cannot be taken back together.")
    answer = {"answered_at": now, "answered_by": by[:80]}
    with transaction.atomic():
        taken = Message.objects.filter(group=group, state__in=TO_SEND).update(state=MessageState.CANCELLED.value, **answer)
        Message.objects.filter(group=group, answered_at=None).update(**answer)
    return taken


@transaction.atomic
def message_retry(*, actor: Actor, now: datetime, message_id: int) -> Message:
    """Give a message that was given up its tries back."""
    require(actor, "job.manage")
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise NotThere(_("There is no message %(id)s.") % {"id": message_id})
    if message.answered_at is not None:
        raise NotNow(_("Message %(id)s was answered already: nobody needs it any more.") % {"id": message_id})
    move(message, MessageState.PENDING, attempts=0, next_at=now)
    record(actor=actor, verb="message.retry", subject=("message", message.pk), now=now, exercise=message.exercise)
    return message


def messages_mark_read(*, person_id: int, now: datetime, message_id: int | None = None) -> int:
    """Mark one or all of a person's own in-app messages as read; returns how many changed."""
    rows = Message.objects.filter(person_id=person_id, channel=Channel.IN_APP, read_at=None)
    chosen = rows if message_id is None else rows.filter(Q(pk=message_id))
    return chosen.update(read_at=now)
