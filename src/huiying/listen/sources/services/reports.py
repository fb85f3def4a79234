"""The staff first report of R71 and R72: it becomes a post like any other, at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput
from huiying.core.formats.cleaning import clean, mask

from ..models import FirstReport, Post
from ..rules import OwnKind
from .own import own_source, take_own

CHANNEL = "staff_report"


@transaction.atomic
def report_file(*, actor: Actor, now: datetime, facts: str, origin: str, reaction: str, exercise: bool = False) -> Post:
    """File a first report: basic facts, where the opinion comes from, how the public reacts."""
    require(actor, "report.file")
    parts = {_("facts"): facts.strip(), _("source"): origin.strip(), _("public reaction"): reaction.strip()}
    missing = [name for name, text in parts.items() if not text]
    if missing:
        raise BadInput(_("A first report says three things; still missing: %(missing)s.") % {"missing": ", ".join(missing)})
    source = own_source(OwnKind.REPORT, name="staff first reports", channel=CHANNEL, exercise=exercise, now=now)
    post = take_own(source, title=facts.strip().split("\n", 1)[0][:80], text="\n".join(parts.values()), now=now)
    if post is None:
        raise BadInput(_("The first report has no readable text."))
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
