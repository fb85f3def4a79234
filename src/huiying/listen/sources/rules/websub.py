"""WebSub: what a lease may be, when it is renewed, and whether a delivery is the hub's (pure).

Source: W3C Recommendation WebSub, 23 January 2018, sections 5 to 7.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import pgettext_lazy

#: How long we ask to be told (seconds); hubs may grant less.
LEASE_SECONDS = 10 * 86_400
#: The longest lease believed (seconds): a hub that grants for ever would never be asked again.
LONGEST_LEASE = 30 * 86_400
#: A lease is renewed this long before its end.
RENEW_BEFORE = timedelta(hours=24)
#: A hub that did not answer or verify is asked again after this.
ASK_AGAIN = timedelta(minutes=15)
#: A hub that denied is asked again after this.
ASK_DENIED = timedelta(days=1)
_ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")


class LeaseState(StrEnum):
    """Where a subscription stands."""

    WANTED = "wanted"
    ASKED = "asked"
    VERIFIED = "verified"
    DENIED = "denied"
    LEAVING = "leaving"
    ENDED = "ended"


LEASE_STATE_LABELS = {
    LeaseState.WANTED: pgettext_lazy("subscription", "to be asked"),
    LeaseState.ASKED: pgettext_lazy("subscription", "asked"),
    LeaseState.VERIFIED: pgettext_lazy("subscription", "pushes to us"),
    LeaseState.DENIED: pgettext_lazy("subscription", "denied"),
    LeaseState.LEAVING: pgettext_lazy("subscription", "being ended"),
    LeaseState.ENDED: pgettext_lazy("subscription", "ended"),
}
LEASE_MOVES: dict[LeaseState, frozenset[LeaseState]] = {
    LeaseState.WANTED: frozenset({LeaseState.ASKED, LeaseState.ENDED}),
    LeaseState.ASKED: frozenset({LeaseState.ASKED, LeaseState.VERIFIED, LeaseState.DENIED, LeaseState.LEAVING}),
    LeaseState.VERIFIED: frozenset({LeaseState.ASKED, LeaseState.VERIFIED, LeaseState.DENIED, LeaseState.LEAVING}),
    LeaseState.DENIED: frozenset({LeaseState.ASKED, LeaseState.DENIED, LeaseState.ENDED}),
    LeaseState.LEAVING: frozenset({LeaseState.LEAVING, LeaseState.ENDED, LeaseState.WANTED}),
    LeaseState.ENDED: frozenset({LeaseState.WANTED}),
}


def renew_at(expires_at: datetime, granted_at: datetime) -> datetime:
    """Return when to ask again: a day before the end, or halfway through a lease shorter than two days.

    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 1, tzinfo=UTC)
    >>> renew_at(start + timedelta(days=10), start) - start
    datetime.timedelta(days=9)
    >>> renew_at(start + timedelta(hours=4), start) - start
    datetime.timedelta(seconds=7200)
    """
    return expires_at - min(RENEW_BEFORE, (expires_at - granted_at) / 2)


def is_signed_by(header: str, body: bytes, secret: str) -> bool:
    """Return whether an X-Hub-Signature header fits the body and our secret.

    >>> is_signed_by("sha256=" + hmac.new(b"s", b"x", "sha256").hexdigest(), b"x", "s"), is_signed_by("sha256=00", b"x", "s")
    (True, False)
    """
    algorithm, _equals, given = header.strip().partition("=")
    if algorithm.lower() not in _ALGORITHMS or not given:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, algorithm.lower())).hexdigest()
    return hmac.compare_digest(expected, given.strip().lower())
