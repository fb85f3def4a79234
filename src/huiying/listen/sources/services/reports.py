"""The staff first report of R71 and R72: it becomes a post like any other, at once."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput
from huiying.core.collectors.records import Record
from huiying.core.formats.cleaning import clean, mask

from ..models import FirstReport, Post, Source
from ..rules import OwnKind
from .intake import intake

CHANNEL = "staff_report"


@transaction.atomic
def report_file(*, actor: Actor, now: datetime, facts: str, origin: str, reaction: str, exercise: bool = False) -> Post:
    """File a first report: basic facts, where the opinion comes from, how the public reacts."""
    require(actor, "report.file")
    parts = {_("facts"): facts.strip(), _("source"): origin.strip(), _("public reaction"): reaction.strip()}
    missing = [name for name, text in parts.items() if not text]
    if missing:
        raise BadInput(_("A first report says three things; still missing: %(missing)s.") % {"missing": ", ".join(missing)})
    source, _created = Source.objects.get_or_create(
        connector=OwnKind.REPORT.value, name="staff first reports", exercise=exercise, defaults={"channel": CHANNEL, "created_at": now}
    )
    item_id = secrets.token_hex(16)
    text = "\n".join(parts.values())
    outcome = intake(source=source, records=[Record(item_id, now, facts.strip().split("\n", 1)[0][:80], text)], now=now)
    if outcome.stored != 1:
        raise BadInput(_("The first report has no readable text."))
    Source.objects.filter(pk=source.pk).update(last_success_at=now, last_attempt_at=now)
    post = Post.objects.filter(source=source).latest("seq")
    FirstReport.objects.create(
        post=post,
        person_id=actor.id,
        person_name=actor.name,
        facts=mask(clean(facts)),
        origin=mask(clean(origin)),
        reaction=mask(clean(reaction)),
    )
    record(actor=actor, verb="report.file", subject=("post", post.seq), now=now, detail={"title": post.title}, exercise=exercise)
    return post
