"""Tell a genuine call from a forged, altered or repeated one (pure).

Source: Standard Webhooks, https://www.standardwebhooks.com: HMAC-SHA256 over id, timestamp and body.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime

#: How far the clocks of the two sides may lie apart (seconds), as the standard says.
TOLERANCE = 300
#: Shorter secrets and tokens can be guessed (characters of base64 or text).
LEAST_SECRET = 24
#: Ids and lists of signatures longer than this are no sender's (characters).
_ID_LIMIT, _SIGNATURES_LIMIT = 200, 2000


class NotGenuine(ValueError):
    """A call that is not believed; the code says why: no_signature, bad_signature, bad_time, no_token, bad_token."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def verified(body: bytes, headers: Mapping[str, str], options: Mapping[str, object], *, now: datetime) -> str:
    """Return the sender's id of a genuine call (empty when a token-holder gave none); raises NotGenuine.

    ``headers`` has names in small letters. With a secret the signature is required; the one before it
    counts as long as it is kept, so that a sender can change over. Without a secret the token counts.
    """
    message_id = headers.get("webhook-id", "").strip()
    if len(message_id) > _ID_LIMIT or not message_id.isprintable():
        raise NotGenuine("bad_signature")
    secrets = [str(options[name]) for name in ("secret", "previous_secret") if options.get(name)]
    if secrets:
        _check_signature(body, message_id, headers, secrets, now)
    else:
        _check_token(headers.get("authorization", ""), str(options.get("token") or ""))
    return message_id


def _check_signature(body: bytes, message_id: str, headers: Mapping[str, str], secrets: Iterable[str], now: datetime) -> None:
    timestamp, given = headers.get("webhook-timestamp", ""), headers.get("webhook-signature", "")
    if not message_id or not timestamp or not given:
        raise NotGenuine("no_signature")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise NotGenuine("bad_time")
    expected = [signature(secret, message_id, int(timestamp), body) for secret in secrets]
    offered = [part for part in given[:_SIGNATURES_LIMIT].split(" ") if part.startswith("v1,") and part.isascii()]
    matches = [hmac.compare_digest(one, other) for one in expected for other in offered]
    if not any(matches):
        raise NotGenuine("bad_signature")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        raise NotGenuine("bad_time")


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode("ascii")


def _key(secret: str) -> bytes:
    """Return the bytes of a secret: base64 after whsec_, as they stand otherwise."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()


def _check_token(authorization: str, token: str) -> None:
    scheme, _space, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise NotGenuine("no_token")
    if not token or not hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode()):
        raise NotGenuine("bad_token")
