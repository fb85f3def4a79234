"""The salt of author pseudonyms: one an epoch, the one before destroyed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings

from ..models import AuthorSalt
from ..rules import epoch_of


def salt_rotate(*, now: datetime) -> AuthorSalt:
    """Return the salt in force, beginning a new epoch and destroying older salts when it is time.

    Time never runs backwards here: an old record gets the salt in force, because the salt of its
    own epoch no longer exists. Call inside a transaction.
    """
    epoch = epoch_of(now, settings.SALT_DAYS)
    current = AuthorSalt.objects.order_by("-epoch").first()
    if current is None or current.epoch < epoch:
        current = AuthorSalt.objects.create(epoch=epoch, salt=secrets.token_bytes(32), created_at=now)
        AuthorSalt.objects.exclude(pk=current.pk).delete()
    return current


def pseudonymiser(*, now: datetime) -> Callable[[str, str], str]:
    """Return a function ``(platform, handle) -> pseudonym`` for the epoch in force."""
    inner = hmac.new(bytes(salt_rotate(now=now).salt), digestmod=hashlib.sha256)

    def pseudonym(platform: str, handle: str) -> str:
        return _pseudonym(inner.copy(), platform, handle)

    return pseudonym


def pseudonyms_in_force(platform: str, names: Iterable[str]) -> list[str]:
    """Return the pseudonyms of names under every salt that still exists: one, but for the moment of a change."""
    keyed = [(bytes(salt.salt), name) for salt in AuthorSalt.objects.order_by("epoch") for name in sorted(set(names))]
    return [_pseudonym(hmac.new(salt, digestmod=hashlib.sha256), platform, name) for salt, name in keyed]


def _pseudonym(keyed: hmac.HMAC, platform: str, handle: str) -> str:
    keyed.update(f"{platform}\0{handle}".encode("utf-8", "surrogatepass"))
    return keyed.hexdigest()[:24]
