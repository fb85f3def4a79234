"""A person's private calendar address."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import NotYou

from ..models import CalendarLink


def secret_hash(secret: str) -> str:
    """Return what is kept of an address's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def calendar_link_make(*, actor: Actor, now: datetime) -> str:
    """Return the secret of a new private address; the one before stops working."""
    require(actor, "roster.read")
    if actor.id is None:
        raise NotYou(_("Only people have a calendar."))
    secret = secrets.token_urlsafe(32)
    CalendarLink.objects.update_or_create(person_id=actor.id, defaults={"secret_hash": secret_hash(secret), "made_at": now})
    record(actor=actor, verb="calendar.link", subject=("person", actor.id), now=now)
    return secret
