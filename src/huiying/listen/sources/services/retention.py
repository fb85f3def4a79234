"""Purge posts whose time is over, in small transactions; what a hold keeps stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.services import record

from ..keepers import last_needless_tick
from ..models import FirstReport, HeldPost, IntakeTick, Post, PurgeRun, Quarantine, Source
from ..rules.archive import PURGE_POSTS, HoldState, kept_since
from ..words import unindex_posts
from .snapshots import snapshots_destroy
from .ticks import ticks_without

#: Transactions of one run; the next run goes on.
ROUNDS = 400


@dataclass
class _Counts:
    posts: int = 0
    ticks: int = 0
    quarantined: int = 0
    rounds: int = 0


def posts_purge(*, now: datetime, rounds: int = ROUNDS) -> PurgeRun | None:
    """Purge what the retention of each source does not cover any more; return the run, or None when nothing was due.

    Posts go with their words in the index, their rows in the ticks, their snapshots and first reports; stories, series
    and hours keep their figures. A tick that an analysis may still read again stays until it has gone on.
    """
    counts = _Counts()
    for source in Source.objects.order_by("pk"):
        cutoff = kept_since(now, source.retention_days, settings.RETENTION_DAYS)
        last = _last_seq_before(source.stream, cutoff)
        while counts.rounds < rounds and _purge_some(source, cutoff, last, counts, now):
            counts.rounds += 1
        while counts.rounds < rounds and _purge_quarantine(source, cutoff, counts):
            counts.rounds += 1
    return _noted(counts, now) if counts.posts or counts.quarantined else None


def held_posts() -> QuerySet[HeldPost]:
    """Return the rows of holds that keep their posts."""
    return HeldPost.objects.filter(hold__state=HoldState.HELD)


def _last_seq_before(stream: str, cutoff: datetime) -> int:
    """Return the newest number that may go: of a tick closed before the cutoff and needed by nobody."""
    ticks = IntakeTick.objects.filter(stream=stream, at__lt=cutoff)
    needless = last_needless_tick(stream)
    if needless is not None:
        ticks = ticks.filter(number__lte=needless)
    return ticks.order_by("-at", "-number").values_list("last_seq", flat=True).first() or 0


@transaction.atomic
def _purge_some(source: Source, cutoff: datetime, last: int, counts: _Counts, now: datetime) -> bool:
    due = Post.objects.filter(source=source, seq__lte=last, received_at__lt=cutoff)
    posts = list(due.exclude(Exists(held_posts().filter(seq=OuterRef("seq")))).order_by("seq")[:PURGE_POSTS])
    if not posts:
        return False
    seqs = [post.seq for post in posts]
    unindex_posts([post for post in posts if post.erased_at is None])
    snapshots_destroy(seqs=seqs, now=now, reason="retention")
    FirstReport.objects.filter(post__in=seqs).delete()
    Post.objects.filter(pk__in=seqs).delete()
    counts.ticks += ticks_without(seqs)
    counts.posts += len(posts)
    return True


@transaction.atomic
def _purge_quarantine(source: Source, cutoff: datetime, counts: _Counts) -> bool:
    due = list(Quarantine.objects.filter(source=source, at__lt=cutoff).values_list("pk", flat=True)[:PURGE_POSTS])
    counts.quarantined += len(due)
    Quarantine.objects.filter(pk__in=due).delete()
    return bool(due)


@transaction.atomic
def _noted(counts: _Counts, now: datetime) -> PurgeRun:
    held = held_posts().values("seq").distinct().count()
    run = PurgeRun.objects.create(at=now, posts=counts.posts, ticks=counts.ticks, quarantined=counts.quarantined, held=held)
    detail: dict[str, object] = {"posts": counts.posts, "ticks": counts.ticks, "quarantined": counts.quarantined, "held": held}
    record(actor=SYSTEM, verb="post.purge", subject=("purge_run", run.pk), now=now, detail=detail)
    return run
