"""What is said to the house itself, not fetched: it becomes a post of a source of ours at once."""

from __future__ import annotations

import secrets
from datetime import datetime

from huiying.core.collectors.records import Record

from ..models import Post, Source
from ..rules import OwnKind
from .intake import intake


def own_source(kind: OwnKind, *, name: str, channel: str, exercise: bool, now: datetime) -> Source:
    """Return the source of the house of that kind, made when it is first needed."""
    made = {"channel": channel, "created_at": now}
    return Source.objects.get_or_create(connector=kind.value, name=name, exercise=exercise, defaults=made)[0]


def take_own(source: Source, *, title: str, text: str, now: datetime) -> Post | None:
    """Take in one text in the caller's transaction and return its post; None when nothing in it can be read."""
    outcome = intake(source=source, records=[Record(secrets.token_hex(16), now, title, text)], now=now)
    if outcome.stored != 1:
        return None
    Source.objects.filter(pk=source.pk).update(last_success_at=now, last_attempt_at=now)
    return Post.objects.filter(source=source).latest("seq")
