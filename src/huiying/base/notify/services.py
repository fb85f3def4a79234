"""Put messages into the outbox, in the caller's transaction, and deliver them outside of any."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.formats.localised import localise

from .models import Message, WebhookTarget
from .rules import CLAIM, MAX_ATTEMPTS, MOVES, TO_SEND, Channel, MessageState, back_off, webhook_secret, webhook_secret_text
from .sending import NotDelivered, send

log = logging.getLogger(__name__)
Text = str | Mapping[str, str]


class Recipient(Protocol):
    """What a message needs to know about a person."""

    pk: int
    email: str


def notify(
    *, now: datetime, person_ids: Iterable[int], text: Text, url: str, key: str, exercise: bool, channels: Iterable[str] = ("in_app",)
) -> int:
    """Tell people something; the same key, person and channel again is told once. Returns new messages.

    ``text`` may be a mapping language -> sentence; each person gets their own language. People
    without an e-mail address get no e-mail. Messages of an exercise stay inside the house.
    """
    wanted = [Channel(channel) for channel in channels]
    people = list(get_user_model().objects.filter(pk__in=set(person_ids), is_active=True).order_by("pk"))
    rows = []
    for person in people:
        sentence = localise(text, person.language)
        for channel in wanted:
            row = _row(person, channel, sentence=sentence, url=url, key=key, exercise=exercise, now=now)
            rows.extend([row] if row else [])
    if Channel.WEBHOOK in wanted and not exercise:
        sentence = localise(text, settings.LANGUAGE_CODE)
        rows += [
            Message(
                webhook=target, address=target.url, channel=Channel.WEBHOOK, key=key, text=sentence, url=url, next_at=now, created_at=now
            )
            for target in WebhookTarget.objects.filter(is_active=True)
        ]
    before = Message.objects.filter(key=key).count()
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return Message.objects.filter(key=key).count() - before


def _row(person: Recipient, channel: Channel, *, sentence: str, url: str, key: str, exercise: bool, now: datetime) -> Message | None:
    message = Message(person_id=person.pk, channel=channel, key=key, text=sentence, url=url, exercise=exercise, next_at=now, created_at=now)
    if channel == Channel.IN_APP:
        message.state, message.delivered_at = MessageState.SENT.value, now
        return message
    if channel == Channel.EMAIL and person.email and not exercise:
        message.address = person.email
        return message
    return None


def outbox_deliver(*, now: datetime, limit: int = 50) -> int:
    """Send what is due, oldest first; returns how many arrived. Must not run inside a transaction.

    Each message is claimed before it is sent, so two senders never send one at the same moment; a
    sender that dies leaves its message to be tried again, with the same message id.
    """
    due = Message.objects.filter(state__in=TO_SEND, next_at__lte=now).order_by("next_at", "pk").values_list("pk", flat=True)[:limit]
    return sum(_deliver(pk, now) for pk in list(due))


def _deliver(pk: int, now: datetime) -> bool:
    claimed = Message.objects.filter(pk=pk, state__in=TO_SEND, next_at__lte=now).update(next_at=now + CLAIM, attempts=F("attempts") + 1)
    if claimed != 1:
        return False
    message = Message.objects.select_related("webhook", "person").get(pk=pk)
    try:
        send(message, now)
    except NotDelivered as error:
        to = MessageState.DEAD if error.is_final or message.attempts >= MAX_ATTEMPTS else MessageState.FAILED
        _move(message, to, last_error=str(error)[:300], next_at=now + back_off(message.attempts))
        log.warning("Message %s (%s) was not delivered: %s", message.pk, message.channel, error)
        return False
    _move(message, MessageState.SENT, delivered_at=now, last_error="")
    return True


def _move(message: Message, to: MessageState, **changes: object) -> None:
    """Change the state of a message; the only place that does."""
    if to not in MOVES[MessageState(message.state)]:
        raise NotNow(_("Message %(id)s cannot go from %(old)s to %(new)s.") % {"id": message.pk, "old": message.state, "new": to.value})
    if Message.objects.filter(pk=message.pk, state=message.state).update(state=to.value, **changes) != 1:
        raise NotNow(_("Message %(id)s was changed by somebody else meanwhile. Load the page again.") % {"id": message.pk})
    message.refresh_from_db()


@transaction.atomic
def message_retry(*, actor: Actor, now: datetime, message_id: int) -> Message:
    """Give a message that was given up its tries back."""
    require(actor, "job.manage")
    message = Message.objects.filter(pk=message_id).first()
    if message is None:
        raise NotThere(_("There is no message %(id)s.") % {"id": message_id})
    _move(message, MessageState.PENDING, attempts=0, next_at=now)
    record(actor=actor, verb="message.retry", subject=("message", message.pk), now=now, exercise=message.exercise)
    return message


def messages_mark_read(*, person_id: int, now: datetime, message_id: int | None = None) -> int:
    """Mark one or all of a person's own in-app messages as read; returns how many changed."""
    rows = Message.objects.filter(person_id=person_id, channel=Channel.IN_APP, read_at=None)
    chosen = rows if message_id is None else rows.filter(Q(pk=message_id))
    return chosen.update(read_at=now)


@transaction.atomic
def webhook_add(*, actor: Actor, now: datetime, name: str, url: str) -> tuple[WebhookTarget, str]:
    """Add an address to be told; returns it with the signing key to hand to its owner."""
    require(actor, "job.manage")
    if not url.startswith(("https://", "http://")):
        raise BadInput(_("“%(url)s” is not a web address: it must begin with https:// or http://.") % {"url": url})
    target = WebhookTarget(name=name.strip() or url, url=url, public_id=secrets.token_hex(16), created_at=now)
    try:
        with transaction.atomic():
            target.save()
    except IntegrityError as error:
        raise BadInput(_("“%(url)s” is in the list already.") % {"url": url}) from error
    record(actor=actor, verb="webhook.add", subject=("webhook", target.pk), now=now, detail={"name": target.name, "url": url})
    return target, webhook_key(target)


@transaction.atomic
def webhook_set_active(*, actor: Actor, now: datetime, webhook_id: int, is_active: bool) -> None:
    """Stop or resume telling an address."""
    require(actor, "job.manage")
    if WebhookTarget.objects.filter(pk=webhook_id).update(is_active=is_active) != 1:
        raise NotThere(_("There is no webhook %(id)s.") % {"id": webhook_id})
    record(actor=actor, verb="webhook.set_active", subject=("webhook", webhook_id), now=now, detail={"active": is_active})


def webhook_key(target: WebhookTarget) -> str:
    """Return the signing key of an address as its owner enters it."""
    return webhook_secret_text(webhook_secret(str(settings.SECRET_KEY), target.public_id))
