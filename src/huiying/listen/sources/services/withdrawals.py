"""Carry out deletions that a source signals: what was withdrawn there is erased here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.services import record

from ..models import Post
from .erasure import posts_erase
from .intake import key_of_item
from .retention import held_posts


@transaction.atomic
def items_withdraw(*, source_id: int, item_ids: Iterable[str], now: datetime) -> int:
    """Erase the items that their source has deleted; what is held as evidence stays. Returns how many."""
    keys = [key_of_item(source_id, item_id) for item_id in item_ids]
    found = Post.objects.filter(item_key__in=keys, source_id=source_id, erased_at=None)
    posts = list(found.exclude(Exists(held_posts().filter(seq=OuterRef("seq")))).select_related("source"))
    if not posts:
        return 0
    posts_erase(posts=posts, now=now, reason="deleted at the source")
    exercise = posts[0].source.exercise
    record(actor=SYSTEM, verb="post.withdrawn", subject=("source", source_id), now=now, detail={"posts": len(posts)}, exercise=exercise)
    return len(posts)
