"""The canary: its source, and what becomes of each of its posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from huiying.base.jobs.services import heartbeat

from ..models import Canary, Source
from ..rules.source import OwnKind
from ..selectors.posts import search_posts

#: Runs are kept this long, for the chart of delays.
KEEP = timedelta(days=30)


@transaction.atomic
def canary_source(*, url: str, now: datetime) -> Source:
    """Return the canary's source, which lives at another address of this machine each time."""
    source, _created = Source.objects.get_or_create(
        connector=OwnKind.CANARY.value,
        exercise=False,
        defaults={"name": "canary", "channel": "canary", "created_at": now, "poll_seconds": 60, "retention_days": 1},
    )
    source.url, source.cursor = url, {}
    source.save(update_fields=["url", "cursor"])
    return source


def canary_found(*, word: str) -> bool:
    """Return whether a search finds the canary's word, as a person's search would."""
    return bool(search_posts(f'"{word}"', limit=1, with_canary=True))


@transaction.atomic
def canary_ended(*, word: str, sent_at: datetime, stored_at: datetime, now: datetime, error: str) -> Canary:
    """Write down how a run went, and say in the sign of life whether the way is open."""
    ok = not error
    row = Canary.objects.create(sent_at=sent_at, stored_at=stored_at if ok else None, found_at=now if ok else None, error=error[:500])
    seconds = (now - sent_at).total_seconds()
    heartbeat("canary", now, f"ok {seconds:.2f}" if ok else f"failed {error}"[:200])
    Canary.objects.filter(sent_at__lt=now - KEEP).delete()
    return row
