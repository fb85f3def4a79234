"""Take results of a search out of the house: with their sources, without authors, in the log."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.core.formats.keywords import Node

from ..selectors.results import EXPORT_LIMIT
from ..selectors.search import Filters, find


@transaction.atomic
def posts_export(*, actor: Actor, now: datetime, query: str, tree: Node | None, filters: Filters, ending: str) -> int:
    """Write down that somebody takes posts out, and return how many rows there will be at most."""
    require(actor, "post.export")
    found = find(tree, filters, limit=EXPORT_LIMIT)
    narrowed = {name: str(value) for name in ("channel", "language", "since", "until", "source_ids") if (value := getattr(filters, name))}
    detail: dict[str, object] = {"query": query, "rows": len(found.seqs), "is_capped": found.is_more, "format": ending, **narrowed}
    record(actor=actor, verb="post.export", subject=("search", ending), now=now, detail=detail)
    return len(found.seqs)
