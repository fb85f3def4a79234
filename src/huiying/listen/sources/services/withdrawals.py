"""Carry out deletions that a source signals: what was withdrawn there is erased here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.services import record

from ..models import Post, Quarantine, Source
from .erasure import posts_erase
from .intake import key_of_item
from .pseudonyms import pseudonyms_in_force
from .quarantine import held_erase
from .retention import held_posts


@transaction.atomic
def items_withdraw(*, source_id: int, item_ids: Iterable[str], now: datetime) -> int:
    """Erase the items that their source has deleted; what is held as evidence stays. Returns how many."""
    keys = [key_of_item(source_id, item_id) for item_id in item_ids]
    return _withdraw(Post.objects.filter(item_key__in=keys), source_id, "deleted at the source", now)


@transaction.atomic
def accounts_withdraw(*, source_id: int, handles: Iterable[str], now: datetime) -> int:
    """Erase what accounts wrote that their source has deleted, as far as the salt in force knows them. Returns how many.

    Only posts of that source: what one source says about accounts must not reach what others brought.
    """
    channel = Source.objects.values_list("channel", flat=True).get(pk=source_id)
    pseudonyms = pseudonyms_in_force(channel, handles)
    held_erase(Quarantine.objects.filter(source_id=source_id, record__author_handle__in=pseudonyms))
    return _withdraw(Post.objects.filter(author__in=pseudonyms), source_id, "account deleted at the source", now)


def _withdraw(found: QuerySet[Post], source_id: int, reason: str, now: datetime) -> int:
    found = found.filter(source_id=source_id, erased_at=None)
    posts = list(found.exclude(Exists(held_posts().filter(seq=OuterRef("seq")))).select_related("source"))
    if not posts:
        return 0
    posts_erase(posts=posts, now=now, reason=reason)
    exercise = posts[0].source.exercise
    record(actor=SYSTEM, verb="post.withdrawn", subject=("source", source_id), now=now, detail={"posts": len(posts)}, exercise=exercise)
    return len(posts)
