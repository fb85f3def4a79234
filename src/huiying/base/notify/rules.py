"""How often a message is tried, and what it may become (pure)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """The ways a message reaches somebody."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"


class MessageState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    FAILED = "failed"
    SENT = "sent"
    DEAD = "dead"


_S = MessageState
MOVES: dict[MessageState, frozenset[MessageState]] = {
    _S.PENDING: frozenset({_S.SENT, _S.FAILED, _S.DEAD}),
    _S.FAILED: frozenset({_S.SENT, _S.FAILED, _S.DEAD}),
    _S.SENT: frozenset(),
    _S.DEAD: frozenset({_S.PENDING}),
}
TO_SEND = (_S.PENDING.value, _S.FAILED.value)

#: Tries before a person must look: 10 s, 40 s, 160 s ... the last about three hours after the first.
MAX_ATTEMPTS = 7
#: A sender that says nothing for this long is taken for dead and the message is tried again.
CLAIM = timedelta(seconds=60)
#: The whole of one delivery, in seconds; a receiver slower than this is treated as away.
SEND_SECONDS = 10.0
LONGEST_BACK_OFF = timedelta(hours=2)


def back_off(attempts: int) -> timedelta:
    """Return the wait after the given number of failed tries.

    >>> [int(back_off(n).total_seconds()) for n in (1, 2, 3)]
    [10, 40, 160]
    """
    wait: timedelta = timedelta(seconds=10) * (4 ** min(max(attempts, 1) - 1, 10))
    return min(wait, LONGEST_BACK_OFF)


def webhook_secret(installation_secret: str, public_id: str) -> bytes:
    """Return the signing key of one webhook; derived, so that no copy lies in the database."""
    return hmac.new(installation_secret.encode(), f"webhook:{public_id}".encode(), hashlib.sha256).digest()


def webhook_secret_text(secret: bytes) -> str:
    """Return the key as the receiver enters it.

    >>> webhook_secret_text(b"abc")
    'whsec_YWJj'
    """
    return "whsec_" + base64.b64encode(secret).decode()


def webhook_signature(secret: bytes, message_id: str, at: datetime, body: bytes) -> str:
    """Return the ``webhook-signature`` header value. Source: Standard Webhooks 1.0, "Signature scheme"."""
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
