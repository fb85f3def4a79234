"""Other systems that want to be told."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotThere

from ..models import WebhookTarget
from ..rules import webhook_secret, webhook_secret_text


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
