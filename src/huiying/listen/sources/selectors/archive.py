"""Reads of holds, subject requests, kept pages and purges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere

from ..models import EvidenceHold, FirstReport, IntakeTick, PageSnapshot, Post, PurgeRun, Source, SubjectRequest
from ..rules import OwnKind
from ..rules.archive import HoldState, kept_days


@dataclass(frozen=True)
class Retained:
    """How long a source's posts are kept."""

    source: Source
    days: int
    is_own: bool


def post_shown(seq: int) -> Post:
    """Return a post with its source, without its author; raises NotThere."""
    found = Post.objects.select_related("source").defer("author", "item_key").filter(pk=seq).first()
    if found is None:
        raise NotThere(_("There is no post %(number)s: its time is over, or it never was.") % {"number": seq})
    return found


def snapshots_of_posts(seqs: list[int]) -> list[PageSnapshot]:
    """Return the kept pages of posts, newest first."""
    return list(PageSnapshot.objects.filter(seq__in=seqs).defer("text").order_by("-pk"))


def holds_of_post(seq: int) -> list[EvidenceHold]:
    """Return the holds that keep a post or wait to."""
    return list(EvidenceHold.objects.filter(held__seq=seq, state__in=[HoldState.ASKED, HoldState.HELD]).order_by("pk"))


def holds_list(limit: int = 100) -> list[EvidenceHold]:
    """Return the newest holds, undecided ones first."""
    return sorted(
        EvidenceHold.objects.order_by("-pk")[:limit], key=lambda hold: (hold.state != HoldState.ASKED, hold.state != HoldState.HELD)
    )


def subject_requests(limit: int = 100) -> list[SubjectRequest]:
    """Return the newest subject requests."""
    return list(SubjectRequest.objects.order_by("-pk")[:limit])


def purge_runs(limit: int = 30) -> list[PurgeRun]:
    """Return the newest purges."""
    return list(PurgeRun.objects.order_by("-at", "-pk")[:limit])


def retained(limit: int = 200) -> list[Retained]:
    """Return how long each source's posts are kept, shortest first."""
    rows = [
        Retained(source, kept_days(source.retention_days, settings.RETENTION_DAYS), source.retention_days is not None)
        for source in Source.objects.exclude(connector=OwnKind.CANARY).order_by("name", "pk")[:limit]
    ]
    return sorted(rows, key=lambda row: (row.days, row.source.name))


def oldest_kept() -> datetime | None:
    """Return when the oldest tick of the log came in, or None."""
    return IntakeTick.objects.order_by("pk").values_list("at", flat=True).first()


def channels() -> list[str]:
    """Return the channels of all sources."""
    return sorted(set(Source.objects.exclude(connector=OwnKind.CANARY).values_list("channel", flat=True)))


def first_report_of(seq: int) -> FirstReport | None:
    """Return the first report a post was made from, or None."""
    return FirstReport.objects.filter(post_id=seq).first()
