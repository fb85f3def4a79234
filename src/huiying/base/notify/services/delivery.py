"""Deliver the outbox: claim, look again whether it is still wanted, hand over, write down what came of it.

Nothing here runs inside a transaction that is open while the network is waited for.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from huiying.base.ui.errors import NotNow

from ..models import Address, Message
from ..reasons import NotDelivered
from ..rules import CLAIM, MAX_ATTEMPTS, TO_SEND, Channel, MessageState, Owner, back_off, next_slot
from ..sending import send
from .moves import move

log = logging.getLogger(__name__)
_S = MessageState


def outbox_deliver(*, now: datetime, limit: int = 50) -> int:
    """Send what is due, most urgent first; returns how many arrived. Must not run inside a transaction."""
    arrived = 0
    for _message in range(limit):
        outcome = deliver_next(now=now)
        if outcome is None:
            break
        arrived += outcome
    return arrived


def deliver_next(*, now: datetime) -> bool | None:
    """Send the most urgent message that is due; True when it arrived, None when nothing is due.

    Each message is claimed before it is sent, so two senders never send one at the same moment. A
    sender that dies before the hand-over leaves its message as it was; one that dies in the middle
    leaves it marked: it is tried again when the claim ends, and perhaps arrives twice.
    """
    message = claim_next(now)
    if message is None:
        return None
    if not leave(message, now):
        return False
    return hand_over(message, now)


def claim_next(now: datetime) -> Message | None:
    """Reserve the most urgent message that is due for this sender until the claim ends."""
    while True:
        due = Message.objects.filter(state__in=(*TO_SEND, _S.SENDING.value), next_at__lte=now)
        pk = due.order_by("-priority", "next_at", "pk").values_list("pk", flat=True).first()
        if pk is None:
            return None
        if due.filter(pk=pk).update(next_at=now + CLAIM) == 1:
            return Message.objects.select_related("webhook", "way", "person").get(pk=pk)


def leave(message: Message, now: datetime) -> bool:
    """Look whether a claimed message is still wanted and its way free, and mark it as leaving; all at once.

    From here on an answer comes too late for this message; one that came before keeps it here.
    """
    with transaction.atomic():
        carrier = _carrier(message)
        if message.state == _S.SENDING:  # whoever sent it died on the way
            return _again(message, carrier, now)
        slot = next_slot(carrier.recent, carrier.per_minute, now) if carrier else None
        if slot is not None:
            _wait(message, now, slot)
            return False
        left = Message.objects.filter(pk=message.pk, state=message.state, answered_at=None)
        if left.update(state=_S.SENDING.value, attempts=F("attempts") + 1, next_at=now + CLAIM) != 1:
            return False
        _spend(carrier, now)
    message.refresh_from_db(fields=["state", "attempts", "next_at"])
    return True


def _again(message: Message, carrier: Address | None, now: datetime) -> bool:
    """Take up a message whose sender died in the middle of handing it over."""
    stored = Message.objects.select_for_update().get(pk=message.pk)
    if stored.state != _S.SENDING:
        return False
    if stored.answered_at is not None:
        move(stored, _S.CANCELLED, perhaps_twice=True)
        return False
    if stored.attempts >= MAX_ATTEMPTS:
        move(stored, _S.DEAD, perhaps_twice=True, failure={"code": "senders_died"}, next_at=now)
        return False
    Message.objects.filter(pk=message.pk).update(perhaps_twice=True, attempts=F("attempts") + 1, next_at=now + CLAIM)
    _spend(carrier, now)
    message.refresh_from_db(fields=["perhaps_twice", "attempts", "next_at"])
    return True


def _carrier(message: Message) -> Address | None:
    """Return the robot or gateway whose pace counts, held until the transaction ends."""
    if message.way_id is None:
        return None
    rows = Address.objects.select_for_update()
    if message.channel == Channel.SMS:
        return rows.filter(owner=Owner.GATEWAY, is_active=True, removed_at=None).order_by("pk").first()
    return rows.filter(pk=message.way_id).first()


def _wait(message: Message, now: datetime, slot: datetime) -> None:
    """Let everything that waits for the same full way wait until its next turn; the most urgent then goes first."""
    same = Q(channel=Channel.SMS, way__isnull=False) if message.channel == Channel.SMS else Q(way_id=message.way_id)
    Message.objects.filter(Q(next_at__lte=now) | Q(pk=message.pk), same, state__in=TO_SEND).update(next_at=slot)


def _spend(carrier: Address | None, now: datetime) -> None:
    if carrier is not None and carrier.per_minute:
        carrier.recent = [*carrier.recent, now.timestamp()][-carrier.per_minute :]
        carrier.save(update_fields=["recent"])


def hand_over(message: Message, now: datetime) -> bool:
    """Send a message that is leaving, and write down what came of it."""
    try:
        try:
            send(message, now)
        except NotDelivered as error:
            _failed(message, error, now)
            return False
        move(message, _S.SENT, delivered_at=now, failure={})
    except NotNow:  # this sender took longer than its claim
        log.warning("Message %s was finished by another sender meanwhile.", message.pk)
        return False
    _note(message, last_ok_at=now, failure={})
    return True


def _failed(message: Message, error: NotDelivered, now: datetime) -> None:
    log.warning("Message %s (%s) was not delivered: %s", message.pk, message.channel, error.failure)
    with transaction.atomic():
        stored = Message.objects.select_for_update().get(pk=message.pk)
        if stored.answered_at is not None:
            move(stored, _S.CANCELLED, failure=error.failure)
        elif error.wait_seconds is not None:  # the far side only asks for patience: that was no try
            wait = max(timedelta(seconds=error.wait_seconds), back_off(1))
            move(stored, _S.FAILED, failure=error.failure, next_at=now + wait, attempts=max(stored.attempts - 1, 0))
        elif error.is_final or stored.attempts >= MAX_ATTEMPTS:
            move(stored, _S.DEAD, failure=error.failure, next_at=now)
        else:
            move(stored, _S.FAILED, failure=error.failure, next_at=now + back_off(stored.attempts))
    if error.wait_seconds is None:
        _note(message, last_failed_at=now, failure=error.failure)
    if stored.state == _S.DEAD:
        _hasten(message, now)


def _note(message: Message, **outcome: object) -> None:
    """Write down at the way how it did; apart from the message, so that the two rows are never held together."""
    if message.way_id is None:
        return
    Address.objects.filter(pk=message.way_id).update(**outcome)
    if message.channel == Channel.SMS:
        gateway = Address.objects.filter(owner=Owner.GATEWAY, is_active=True, removed_at=None)
        gateway.update(**outcome)
        if "last_ok_at" in outcome:  # a gateway is proven by the first telephone it reaches
            gateway.filter(verified_at=None).update(verified_at=outcome["last_ok_at"])


def _hasten(message: Message, now: datetime) -> None:
    """A way that is given up must not hold back the person's next ones: they are tried now."""
    if message.person_id is not None:
        later = Message.objects.filter(key=message.key, person_id=message.person_id, state=_S.PENDING, attempts=0, next_at__gt=now)
        later.update(next_at=now)
