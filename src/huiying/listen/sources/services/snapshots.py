"""Keep the page behind an important post: its bytes as a WARC file, its hashes, its readable text.

The bytes are stored as a WARC ``resource`` record (ISO 28500, 6.3), because what is kept is the page after decompression
and not the conversation with the server.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.jobs.services import enqueue
from huiying.base.sharing.services import file_add, file_destroy, path_of_content
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.fetched import USER_AGENT, Fetched
from huiying.core.formats.cleaning import clean, mask

from ..models import PageSnapshot, Post
from ..rules import TEXT_LIMIT
from ..rules.archive import SNAPSHOT_MOVES, SnapshotState
from .manage import allowed_networks


@transaction.atomic
def snapshot_ask(*, actor: Actor, now: datetime, seq: int) -> PageSnapshot:
    """Have the page behind a post fetched and kept; the same post may be kept again later."""
    require(actor, "evidence.hold")
    post = Post.objects.filter(pk=seq, erased_at=None).first()
    if post is None:
        raise NotThere(_("There is no post %(number)s.") % {"number": seq})
    if not post.url.startswith(("https://", "http://")):
        raise BadInput(_("Post %(number)s names no web address, so there is no page to keep.") % {"number": seq})
    if PageSnapshot.objects.filter(seq=seq, state=SnapshotState.ASKED).exists():
        raise NotNow(_("The page of post %(number)s is being fetched already.") % {"number": seq})
    snapshot = PageSnapshot.objects.create(
        seq=seq, url=post.url, asked_by_id=actor.id, asked_by_name=actor.name, asked_at=now, exercise=post.exercise
    )
    enqueue(name="sources.snapshot", payload={"snapshot": snapshot.pk}, key=f"snapshot:{snapshot.pk}", run_at=now, now=now)
    detail: dict[str, object] = {"post": seq, "url": post.url}
    record(actor=actor, verb="snapshot.ask", subject=("page_snapshot", snapshot.pk), now=now, detail=detail, exercise=post.exercise)
    return snapshot


def snapshot_fetch(*, snapshot_id: int, now: datetime) -> PageSnapshot:
    """Fetch a page through the safe fetcher and keep it, or keep why it could not be; running twice keeps it once."""
    snapshot = page_snapshot(snapshot_id)
    if snapshot.state != SnapshotState.ASKED:
        return snapshot
    from huiying.core.collectors.fetch import fetch  # the collector's libraries are large: only the job that fetches needs them

    try:
        fetched = asyncio.run(fetch(snapshot.url, allow=allowed_networks(exercise=snapshot.exercise)))
    except FetchError as error:
        return _move(snapshot, SnapshotState.FAILED, error=f"{error.code} {error.detail}".strip()[:500])
    if not fetched.body:
        return _move(snapshot, SnapshotState.FAILED, error="empty")
    return _keep(snapshot, fetched, fetched.body, now)


@transaction.atomic
def _keep(snapshot: PageSnapshot, fetched: Fetched, body: bytes, now: datetime) -> PageSnapshot:
    content = _warc(fetched, body, now)
    kept = file_add(
        actor=SYSTEM,
        now=now,
        subject=("page_snapshot", snapshot.pk),
        name=f"page-{snapshot.seq}-{snapshot.pk}.warc",
        content=content,
        exercise=snapshot.exercise,
    )
    return _move(
        snapshot,
        SnapshotState.KEPT,
        fetched_at=now,
        final_url=fetched.url[:2000],
        content_type=fetched.content_type[:200],
        size=len(body),
        page_sha256=hashlib.sha256(body).hexdigest(),
        file_sha256=kept.sha256,
        file_id=kept.pk,
        text=_readable(body),
    )


def is_snapshot_whole(snapshot: PageSnapshot) -> bool:
    """Return whether the kept file still holds exactly the page that was fetched: file hash and page hash."""
    path = path_of_content(snapshot.file_sha256) if snapshot.file_sha256 else None
    if path is None or not path.is_file():
        return False
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != snapshot.file_sha256:
        return False
    from warcio.archiveiterator import ArchiveIterator

    pages = [entry.content_stream().read() for entry in ArchiveIterator(io.BytesIO(content)) if entry.rec_type == "resource"]
    return [hashlib.sha256(page).hexdigest() for page in pages] == [snapshot.page_sha256]


def snapshots_destroy(*, seqs: Iterable[int], now: datetime, reason: str) -> None:
    """Destroy the kept pages of posts that go; call inside the transaction that purges or erases them."""
    for snapshot in PageSnapshot.objects.filter(seq__in=list(seqs)):
        if snapshot.file_id is not None:
            file_destroy(actor=SYSTEM, now=now, file_id=snapshot.file_id, reason=reason)
        snapshot.delete()


def page_snapshot(snapshot_id: int) -> PageSnapshot:
    """Return a kept page; raises NotThere."""
    snapshot = PageSnapshot.objects.filter(pk=snapshot_id).first()
    if snapshot is None:
        raise NotThere(_("There is no kept page %(number)s.") % {"number": snapshot_id})
    return snapshot


def _warc(fetched: Fetched, body: bytes, now: datetime) -> bytes:
    from warcio.warcwriter import WARCWriter

    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=False, warc_version="1.1")
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {"software": USER_AGENT, "format": "WARC File Format 1.1", "description": "page as kept after decompression"}
    head = writer.create_warcinfo_record(None, about)
    head.rec_headers.replace_header("WARC-Date", at)
    writer.write_record(head)
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    page = writer.create_warc_record(
        fetched.url,
        "resource",
        payload=io.BytesIO(body),
        warc_content_type=fetched.content_type or "application/octet-stream",
        warc_headers_dict={"WARC-Date": at, "WARC-Block-Digest": digest},
    )
    writer.write_record(page)
    return sink.getvalue()


def _readable(body: bytes) -> str:
    """Return the main text of a page, masked as posts are; empty where nothing can be read."""
    from trafilatura import extract

    found = extract(body) or ""
    return mask(clean(str(found)[:TEXT_LIMIT]))


def _move(snapshot: PageSnapshot, to: SnapshotState, **changes: object) -> PageSnapshot:
    froms = [state.value for state, targets in SNAPSHOT_MOVES.items() if to in targets]
    if PageSnapshot.objects.filter(pk=snapshot.pk, state__in=froms).update(state=to.value, **changes) != 1:
        raise NotNow(_("The page of post %(number)s was kept by somebody else a moment ago.") % {"number": snapshot.seq})
    snapshot.refresh_from_db()
    return snapshot
