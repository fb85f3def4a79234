"""Seal the addresses of people and robots: they hold tokens, and whoever has the token can write there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

#: Parts of an address shorter than this, in characters, are words ("bot", "send"), not secrets.
SHORTEST_SECRET = 6
_PARTS = re.compile(r"[^/:@?&=,;\s]+")


class SealBroken(ValueError):
    """The address was sealed with another secret key than the installation has now."""


@lru_cache(maxsize=4)
def _key(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"notify:{purpose}".encode(), hashlib.sha256).digest()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(str(settings.SECRET_KEY), "address")))


def sealed(address: Mapping[str, str]) -> str:
    """Return an address as text that only this installation can open."""
    return _box().encrypt(json.dumps(dict(address), ensure_ascii=False).encode()).decode("ascii")


def opened(text: str) -> dict[str, str]:
    """Return the address of a sealed text; raises SealBroken."""
    try:
        found: dict[str, str] = json.loads(_box().decrypt(text.encode("ascii")))
    except InvalidToken as error:
        raise SealBroken("The installation's secret key is not the one that sealed this address.") from error
    return found


def digest_of(owner: str, person_id: int | None, channel: str, address: Mapping[str, str]) -> str:
    """Return what tells the same address apart from another without opening it."""
    plain = json.dumps([owner, person_id, channel, sorted(address.items())], ensure_ascii=False)
    return hmac.new(_key(str(settings.SECRET_KEY), "digest"), plain.encode(), hashlib.sha256).hexdigest()


def redacted(text: str, address: Mapping[str, str]) -> str:
    """Return a text without any part of an address that could be a secret.

    >>> redacted("POST /bot123456:AAbbCC failed", {"url": "tgram://123456:AAbbCC/99"})
    'POST /bot…:… failed'
    """
    parts = {part for value in address.values() for part in _PARTS.findall(value) if len(part) >= SHORTEST_SECRET}
    whole = {value for value in address.values() if len(value) >= SHORTEST_SECRET}
    for part in sorted(parts | whole, key=len, reverse=True):
        text = text.replace(part, "…")
    return text
