"""How often a message is tried, what it may become, and which ways there are (pure)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(StrEnum):
    """The ways a message reaches somebody."""

    IN_APP = "in_app"
    EMAIL = "email"
    WEBHOOK = "webhook"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    SMS = "sms"
    TELEGRAM = "telegram"
    APPRISE = "apprise"


CHANNEL_LABELS: dict[Channel, Promise] = {
    Channel.IN_APP: _("inside Huiying"),
    Channel.EMAIL: _("e-mail"),
    Channel.WEBHOOK: _("webhook"),
    Channel.WECOM: _("WeCom group robot"),
    Channel.DINGTALK: _("DingTalk group robot"),
    Channel.FEISHU: _("Feishu or Lark group robot"),
    Channel.SMS: _("text message (SMS)"),
    Channel.TELEGRAM: _("Telegram"),
    Channel.APPRISE: _("another service, by its Apprise address"),
}
#: What ``notify`` takes besides channels: every proven way of the person, and every group robot and channel of the organisation.
PERSONAL, ORGANISATION = "personal", "organisation"


class Owner(StrEnum):
    """Whose a way is: one person's, the organisation's for all, or the gateway that carries text messages."""

    PERSON = "person"
    ORGANISATION = "organisation"
    GATEWAY = "gateway"


#: Which channels each owner may have.
CHANNELS_OF: dict[Owner, tuple[Channel, ...]] = {
    Owner.PERSON: (
        Channel.SMS,
        Channel.WECOM,
        Channel.DINGTALK,
        Channel.FEISHU,
        Channel.TELEGRAM,
        Channel.EMAIL,
        Channel.APPRISE,
    ),
    Owner.ORGANISATION: (Channel.WECOM, Channel.DINGTALK, Channel.FEISHU, Channel.TELEGRAM, Channel.APPRISE),
    Owner.GATEWAY: (Channel.SMS,),
}
#: Messages a minute that the far side takes from one robot or gateway; 0 is no limit of ours.
#: Sources: WeCom "group robot" 20/min, DingTalk "custom robot" 20/min, Feishu "custom bot" 100/min, Telegram bot FAQ 20/min to a group.
PER_MINUTE: dict[Channel, int] = {
    Channel.WECOM: 20,
    Channel.DINGTALK: 20,
    Channel.FEISHU: 100,
    Channel.SMS: 60,
    Channel.TELEGRAM: 20,
    Channel.APPRISE: 20,
    Channel.EMAIL: 0,
}
#: Robots and gateways that know no message id: after a crash in the middle a message may arrive a second time.
MINUTE = timedelta(seconds=60)


class MessageState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENDING = "sending"
    FAILED = "failed"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


STATE_LABELS: dict[MessageState, Promise] = {
    MessageState.PENDING: pgettext_lazy("message", "waits"),
    MessageState.SENDING: pgettext_lazy("message", "on its way"),
    MessageState.FAILED: pgettext_lazy("message", "tried, will be tried again"),
    MessageState.SENT: pgettext_lazy("message", "handed over"),
    MessageState.DEAD: pgettext_lazy("message", "given up"),
    MessageState.CANCELLED: pgettext_lazy("message", "no longer needed"),
}

_S = MessageState
MOVES: dict[MessageState, frozenset[MessageState]] = {
    _S.PENDING: frozenset({_S.SENDING, _S.CANCELLED}),
    _S.FAILED: frozenset({_S.SENDING, _S.CANCELLED}),
    _S.SENDING: frozenset({_S.SENT, _S.FAILED, _S.DEAD, _S.CANCELLED}),
    _S.SENT: frozenset(),
    _S.DEAD: frozenset({_S.PENDING}),
    _S.CANCELLED: frozenset(),
}
TO_SEND = (_S.PENDING.value, _S.FAILED.value)

#: Tries before a person must look: 10 s, 40 s, 160 s ... the last about three hours after the first.
MAX_ATTEMPTS = 7
#: A sender that says nothing for this long is taken for dead and the message is tried again.
CLAIM = timedelta(seconds=60)
#: The whole of one delivery, in seconds; a receiver slower than this is treated as away.
SEND_SECONDS = 10.0
LONGEST_BACK_OFF = timedelta(hours=2)
#: A way that proved itself longer ago than this counts as unproven: people change phones, robots are removed.
PROOF_LASTS = timedelta(days=90)
#: A test's number is good for this long, and for so many guesses.
TEST_LASTS = timedelta(hours=24)
TEST_GUESSES = 5


def back_off(attempts: int) -> timedelta:
    """Return the wait after the given number of failed tries.

    >>> [int(back_off(n).total_seconds()) for n in (1, 2, 3)]
    [10, 40, 160]
    """
    wait: timedelta = timedelta(seconds=10) * (4 ** min(max(attempts, 1) - 1, 10))
    return min(wait, LONGEST_BACK_OFF)


def next_slot(recent: list[float], per_minute: int, now: datetime) -> datetime | None:
    """Return when a way with this rate may take the next message; None is now.

    ``recent`` holds the moments of the last hand-overs, in seconds, oldest first.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    >>> next_slot([noon.timestamp() - 50, noon.timestamp() - 1], 2, noon).second
    10
    >>> next_slot([noon.timestamp() - 61, noon.timestamp() - 1], 2, noon) is None
    True
    """
    if per_minute <= 0 or len(recent) < per_minute:
        return None
    free_at = datetime.fromtimestamp(recent[-per_minute], now.tzinfo) + MINUTE
    return free_at if free_at > now else None


def test_number(installation_secret: str, address_id: int, at: datetime) -> str:
    """Return the six digits of one test of one way; derived, so that they lie nowhere.

    >>> from datetime import UTC
    >>> len(test_number("secret", 1, datetime(2026, 11, 24, tzinfo=UTC)))
    6
    """
    digest = hmac.new(installation_secret.encode(), f"way-test:{address_id}:{at.isoformat()}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**6:06d}"


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
