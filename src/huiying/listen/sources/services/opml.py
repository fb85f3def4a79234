"""Take lists of feeds in from other programs, and give ours out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput
from huiying.core.formats.opml import BadOpml, Outline, read_opml, write_opml

from ..models import Source
from .manage import source_add


@dataclass
class Imported:
    """What became of each feed of a list: added, known already, or refused with the reason."""

    added: list[Source] = field(default_factory=list)
    known: list[Outline] = field(default_factory=list)
    refused: list[tuple[Outline, str]] = field(default_factory=list)


@transaction.atomic
def opml_import(
    *, actor: Actor, now: datetime, body: bytes, name: str, channel: str = "", legal_basis: str = "", purpose: str = ""
) -> Imported:
    """Add every feed of a list that can be added; what cannot is told with its reason, the rest goes on."""
    require(actor, "source.manage")
    try:
        outlines = read_opml(body)
    except BadOpml as error:
        raise BadInput(_("“%(name)s” cannot be imported. %(reason)s") % {"name": name, "reason": error}) from error
    known = set(Source.objects.filter(connector="feed", exercise=False).values_list("url", flat=True))
    done = Imported()
    for outline in outlines:
        if outline.url in known:
            done.known.append(outline)
            continue
        try:
            with transaction.atomic():
                added = source_add(
                    actor=actor,
                    now=now,
                    name=outline.title,
                    url=outline.url,
                    channel=channel or outline.folder or "web",
                    legal_basis=legal_basis,
                    purpose=purpose,
                )
        except BadInput as error:
            done.refused.append((outline, str(error)))
        else:
            done.added.append(added)
    detail = {"name": name[:200], "added": len(done.added), "known": len(done.known), "refused": len(done.refused)}
    record(actor=actor, verb="source.import", subject=("source", "opml"), now=now, detail=detail)
    return done


def opml_export(*, actor: Actor, now: datetime) -> bytes:
    """Return every feed that we read, paused ones too, as a list for another program."""
    require(actor, "source.read")
    feeds = Source.objects.filter(connector="feed", exercise=False).order_by("channel", "name", "pk")
    return write_opml([Outline(feed.name, feed.url, feed.channel) for feed in feeds], title="Huiying", at=now)
