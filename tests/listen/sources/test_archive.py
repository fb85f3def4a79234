"""Posts go when their time is over, stay while a hold keeps them, and are erased when their author asks."""

from __future__ import annotations

import hashlib
import io
import itertools
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from huiying.base.audit.rules import SYSTEM
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.collectors.records import Record, Unreadable
from huiying.core.formats.keywords import read_query
from huiying.listen.sources.rules.archive import (
    HOLD_MOVES,
    REQUEST_MOVES,
    SNAPSHOT_MOVES,
    HoldState,
    RequestState,
    SnapshotState,
    kept_since,
)

if TYPE_CHECKING:
    from huiying.listen.sources.models import Source


def take(source: Source, at: datetime, *texts: str, author: str = "anna") -> None:
    """Take posts in at a moment."""
    from huiying.listen.sources.services import intake

    records = [
        Record(f"{at.timestamp()}{author}{number}", at, "", text, url="https://forum.example/1", author_handle=author)
        for number, text in enumerate(texts)
    ]
    intake(source=source, records=records, now=at)


def found(query: str) -> list[int]:
    """Return what a search finds."""
    from huiying.listen.sources.selectors import Filters, find

    return find(read_query(query), Filters()).seqs


def in_ticks() -> list[dict[str, Any]]:
    """Return what the ticks of the log hold."""
    from huiying.listen.sources.models import IntakeTick

    batches = [pa.ipc.open_stream(io.BytesIO(bytes(tick.batch))).read_all() for tick in IntakeTick.objects.order_by("pk")]
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.fixture
def applied(feed: Source) -> Callable[[datetime], None]:
    """Return what folds all ticks into stories and keeps a snapshot after each."""
    from huiying.listen.stories import folding
    from huiying.listen.stories.services import apply_next_tick

    def apply(now: datetime) -> None:
        while apply_next_tick(stream="live", now=now):
            pass

    assert folding
    return apply


def snapshot_all(now: datetime) -> None:
    """Say that the analysis needs no tick any more."""
    from django.db.models import F

    from huiying.listen.stories.models import AnalysisState

    AnalysisState.objects.update(snapshot_tick=F("tick"))


def test_posts_go_when_their_retention_is_over(feed: Source, now: datetime, applied: Callable[[datetime], None]) -> None:
    from huiying.base.audit.models import AuditEntry
    from huiying.listen.sources.models import IntakeTick, Post
    from huiying.listen.sources.services import posts_purge
    from huiying.listen.stories.models import Story

    feed.retention_days = 30
    feed.save()
    for ago in (40, 35, 5):
        take(feed, now - timedelta(days=ago), f"停水 {ago}")
    applied(now)
    snapshot_all(now)
    stories = Story.objects.count()
    run = posts_purge(now=now)
    assert run is not None
    assert run.posts == 2
    assert list(Post.objects.values_list("seq", flat=True)) == [3]
    assert found("停水") == [3]
    assert [row["seq"] for row in in_ticks()] == [3]
    assert IntakeTick.objects.count() == 1
    assert Story.objects.count() == stories
    assert AuditEntry.objects.filter(verb="post.purge").count() == 1
    assert posts_purge(now=now) is None


def test_the_next_number_is_counted_on_after_everything_went(feed: Source, now: datetime, applied: Callable[[datetime], None]) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.services import posts_purge

    take(feed, now - timedelta(days=400), "停水", "停电")
    applied(now)
    snapshot_all(now)
    posts_purge(now=now)
    assert Post.objects.count() == 0
    take(feed, now, "投诉")
    assert Post.objects.get().seq == 3


def test_a_tick_that_the_analysis_may_read_again_stays(feed: Source, now: datetime, applied: Callable[[datetime], None]) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.services import posts_purge
    from huiying.listen.stories import memory

    for ago in (400, 399, 398):
        take(feed, now - timedelta(days=ago), "停水")
    assert posts_purge(now=now) is None  # nothing is folded yet
    applied(now)
    posts_purge(now=now)
    assert Post.objects.count() == 2  # the snapshot stands at the first tick
    memory.forget()
    take(feed, now, "停水")
    applied(now)
    assert found("停水") == [4, 3, 2]


def test_only_expired_posts_leave_a_shared_tick(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.services.ticks import ticks_without

    take(feed, now, "停水", "停电", "投诉")
    assert ticks_without([2]) == 1
    assert [row["text"] for row in in_ticks()] == ["停水", "投诉"]
    assert ticks_without([1, 3]) == 1
    assert in_ticks() == []


def test_quarantine_goes_with_its_source(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.models import Quarantine
    from huiying.listen.sources.services import intake, posts_purge

    intake(source=feed, records=[Unreadable("x", "line 1", "{")], now=now - timedelta(days=400))
    intake(source=feed, records=[Unreadable("x", "line 2", "}")], now=now)
    run = posts_purge(now=now)
    assert run is not None
    assert run.quarantined == 1
    assert Quarantine.objects.count() == 1


def test_a_source_may_not_keep_for_ever(now: datetime) -> None:
    assert kept_since(now, 100_000, 180) == kept_since(now, 1096, 180) == kept_since(now, None, 5000)
    assert now - kept_since(now, None, 180) == timedelta(days=180)


@pytest.fixture
def held(feed: Source, now: datetime, cast: Any, applied: Callable[[datetime], None]) -> Any:
    """Return a hold that an analyst asked for, on an old post."""
    from huiying.listen.sources.services import hold_ask

    take(feed, now - timedelta(days=400), "停水", "停电")
    applied(now)
    snapshot_all(now)
    return hold_ask(actor=cast.actor("analyst"), now=now, subject=("incident", 7), seqs=[1, 99], reason="evidence", exercise=False)


def test_a_hold_keeps_posts_once_a_second_person_agrees(held: Any, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import hold_confirm, holds_release, posts_purge

    assert held.posts == 1
    hold_confirm(actor=cast.actor("commander"), now=now, hold_id=held.pk)
    run = posts_purge(now=now)
    assert run is not None
    assert (run.posts, run.held) == (1, 1)
    assert found("停水") == [1]
    assert holds_release(actor=SYSTEM, now=now, subject=("incident", 7)) == 1
    posts_purge(now=now)
    assert found("停水") == []


def test_a_hold_that_nobody_confirmed_keeps_nothing(held: Any, now: datetime) -> None:
    from huiying.listen.sources.services import posts_purge

    posts_purge(now=now)
    assert found("停水") == []


def test_who_asked_for_a_hold_does_not_confirm_it(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import hold_ask, hold_confirm, hold_refuse, hold_release

    take(feed, now, "停水")
    hold = hold_ask(actor=cast.actor("commander"), now=now, subject=("incident", 7), seqs=[1], reason="x", exercise=False)
    with pytest.raises(NotYou):
        hold_confirm(actor=cast.actor("commander"), now=now, hold_id=hold.pk)
    with pytest.raises(NotYou):
        hold_confirm(actor=cast.actor("analyst"), now=now, hold_id=hold.pk)
    hold_refuse(actor=cast.actor("lawyer"), now=now, hold_id=hold.pk)
    with pytest.raises(NotNow):
        hold_release(actor=cast.actor("analyst"), now=now, hold_id=hold.pk)
    with pytest.raises(NotThere):
        hold_refuse(actor=cast.actor("lawyer"), now=now, hold_id=999)


def test_a_hold_needs_a_reason_and_posts(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import hold_ask

    take(feed, now, "停水")
    for seqs, reason in (([1], " "), ([99], "x"), ([], "x"), (range(30_000), "x")):
        with pytest.raises(BadInput):
            hold_ask(actor=cast.actor("analyst"), now=now, subject=("incident", 7), seqs=seqs, reason=reason, exercise=False)


@pytest.mark.parametrize(("states", "moves"), [(HoldState, HOLD_MOVES), (RequestState, REQUEST_MOVES), (SnapshotState, SNAPSHOT_MOVES)])
def test_every_state_has_its_moves_and_ends_do_not_move(states: Any, moves: Any) -> None:
    assert set(moves) == set(states)
    for start, end in itertools.product(states, states):
        assert (end in moves[start]) in (True, False)
        assert not (start == end and end in moves[start])


def requested(cast: Any, now: datetime, name: str = "anna") -> Any:
    """Return a counted request."""
    from huiying.listen.sources.services import subject_request_count, subject_request_make

    made = subject_request_make(actor=cast.actor("analyst"), now=now, channel="forum", name=name, reference="2026-17")
    return subject_request_count(request_id=made.pk)


def everything_stored() -> str:
    """Return every text that the database holds, as one."""
    from django.apps import apps
    from django.db import connection

    parts = [str(row) for model in apps.get_models() for row in model._base_manager.values_list()]
    parts += [str(row) for row in in_ticks()]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT block FROM sources_post_words_data")
            parts += [bytes(row[0]).decode("utf-8", "replace") for row in cursor.fetchall()]
    return "\n".join(parts)


def test_what_one_person_wrote_is_erased_everywhere(feed: Source, now: datetime, cast: Any, applied: Callable[[datetime], None]) -> None:
    from huiying.base.audit.models import AuditEntry
    from huiying.listen.sources.models import Post, SubjectRequest
    from huiying.listen.sources.services import intake, subject_request_confirm, subject_request_erase

    take(feed, now, "鹦鹉秘密", "孔雀秘密")
    take(feed, now, "停水", author="bob")
    bad = Record("bad", now + timedelta(days=900), "", "鹦鹉未来", author_handle="anna")
    intake(source=feed, records=[bad], now=now)
    applied(now)
    request = requested(cast, now)
    assert (request.posts, request.state) == (2, RequestState.COUNTED)
    subject_request_confirm(actor=cast.actor("lawyer"), now=now, request_id=request.pk)
    done = subject_request_erase(request_id=request.pk, now=now)
    assert (done.state, done.erased, done.pseudonyms) == (RequestState.DONE, 2, [])
    assert found("秘密") == []
    assert found("停水") == [3]
    assert [(post.seq, post.text, post.author, post.url) for post in Post.objects.order_by("seq")][:2] == [
        (1, "", None, ""),
        (2, "", None, ""),
    ]
    assert [row["text"] for row in in_ticks()] == ["", "", "停水"]
    stored = everything_stored()
    for word in ("鹦鹉", "秘密", "孔雀", "anna"):
        assert word not in stored
    assert not any("anna" in entry.body for entry in AuditEntry.objects.all())
    assert SubjectRequest.objects.count() == 1


def test_an_erased_post_is_not_taken_in_again(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import subject_request_confirm, subject_request_erase

    take(feed, now, "鹦鹉秘密")
    request = requested(cast, now)
    subject_request_confirm(actor=cast.actor("lawyer"), now=now, request_id=request.pk)
    subject_request_erase(request_id=request.pk, now=now)
    take(feed, now, "鹦鹉秘密")
    assert found("鹦鹉") == []


def test_erased_posts_do_not_stop_the_analysis(feed: Source, now: datetime, cast: Any, applied: Callable[[datetime], None]) -> None:
    from huiying.listen.sources.services import subject_request_confirm, subject_request_erase
    from huiying.listen.stories import memory

    take(feed, now, "鹦鹉秘密")
    request = requested(cast, now)
    subject_request_confirm(actor=cast.actor("lawyer"), now=now, request_id=request.pk)
    subject_request_erase(request_id=request.pk, now=now)
    applied(now)
    memory.forget()
    take(feed, now + timedelta(hours=1), "停水")
    applied(now)
    assert found("停水") == [2]


def test_held_posts_are_erased_after_their_release(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import (
        hold_ask,
        hold_confirm,
        hold_release,
        subject_request_confirm,
        subject_request_erase,
        subject_requests_go_on,
    )

    take(feed, now, "鹦鹉秘密", "停水")
    hold = hold_ask(actor=cast.actor("analyst"), now=now, subject=("incident", 7), seqs=[1], reason="x", exercise=False)
    hold_confirm(actor=cast.actor("commander"), now=now, hold_id=hold.pk)
    request = requested(cast, now)
    assert (request.posts, request.held) == (2, 1)
    subject_request_confirm(actor=cast.actor("lawyer"), now=now, request_id=request.pk)
    waiting = subject_request_erase(request_id=request.pk, now=now)
    assert (waiting.state, waiting.held, waiting.erased) == (RequestState.CONFIRMED, 1, 1)
    assert found("鹦鹉") == [1]
    hold_release(actor=cast.actor("analyst"), now=now, hold_id=hold.pk)
    subject_requests_go_on(now=now)
    request.refresh_from_db()
    assert (request.state, request.pseudonyms) == (RequestState.DONE, [])
    assert found("鹦鹉") == []


def test_a_request_needs_a_second_person_and_can_be_refused(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import subject_request_confirm, subject_request_erase, subject_request_make, subject_request_refuse

    take(feed, now, "鹦鹉秘密")
    request = requested(cast, now)
    with pytest.raises(NotYou):
        subject_request_confirm(actor=cast.actor("analyst"), now=now, request_id=request.pk)
    assert subject_request_erase(request_id=request.pk, now=now).state == RequestState.COUNTED
    refused = subject_request_refuse(actor=cast.actor("lawyer"), now=now, request_id=request.pk)
    assert refused.pseudonyms == []
    with pytest.raises(NotNow):
        subject_request_confirm(actor=cast.actor("lawyer"), now=now, request_id=request.pk)
    for channel, name, reference in (("forum", " ", "1"), ("", "anna", "1"), ("forum", "anna", " ")):
        with pytest.raises(BadInput):
            subject_request_make(actor=cast.actor("analyst"), now=now, channel=channel, name=name, reference=reference)
    with pytest.raises(NotYou):
        subject_request_make(actor=cast.actor("writer"), now=now, channel="forum", name="anna", reference="1")


def test_who_wrote_as_jointly_lawyer_does_not_confirm_the_own_request(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import subject_request_confirm, subject_request_count, subject_request_make

    take(feed, now, "鹦鹉秘密")
    made = subject_request_make(actor=cast.actor("lawyer"), now=now, channel="forum", name="@anna", reference="1")
    assert subject_request_count(request_id=made.pk).posts == 1
    with pytest.raises(NotYou):
        subject_request_confirm(actor=cast.actor("lawyer"), now=now, request_id=made.pk)


PAGE = "<html><head><title>停水</title></head><body><article><p>{}</p></article></body></html>".format(
    "小区停水三天，电话13812345678。" * 8
).encode()


@pytest.fixture
def site() -> Iterator[str]:
    """Serve one page on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/post" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def snapshot_of(feed: Source, now: datetime, cast: Any, url: str) -> Any:
    """Return the kept page of a post with that address."""
    from huiying.listen.sources.services import intake, snapshot_ask, snapshot_fetch

    intake(source=feed, records=[Record("1", now, "", "停水", url=url)], now=now)
    asked = snapshot_ask(actor=cast.actor("analyst"), now=now, seq=1)
    with pytest.raises(NotNow):
        snapshot_ask(actor=cast.actor("analyst"), now=now, seq=1)
    snapshot_fetch(snapshot_id=asked.pk, now=now)
    return snapshot_fetch(snapshot_id=asked.pk, now=now)


def test_a_page_is_kept_and_verifies_by_its_hash(feed: Source, now: datetime, cast: Any, site: str, settings: Any, tmp_path: Any) -> None:
    from huiying.base.sharing.models import SharedFile
    from huiying.base.sharing.services import path_of_content
    from huiying.listen.sources.services import is_snapshot_whole

    settings.FETCH_ALLOW, settings.MEDIA_ROOT = ("127.0.0.0/8",), tmp_path
    kept = snapshot_of(feed, now, cast, f"{site}/post")
    assert (kept.state, kept.size, kept.page_sha256) == (SnapshotState.KEPT, len(PAGE), hashlib.sha256(PAGE).hexdigest())
    assert "小区停水三天" in kept.text
    assert "13812345678" not in kept.text
    assert is_snapshot_whole(kept)
    assert SharedFile.objects.get().media_type == "application/warc"
    path = path_of_content(kept.file_sha256)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes().replace("三天".encode(), "五天".encode()))
    assert not is_snapshot_whole(kept)
    path.unlink()
    assert not is_snapshot_whole(kept)


def test_a_page_that_cannot_be_fetched_says_why(feed: Source, now: datetime, cast: Any, site: str, settings: Any) -> None:
    assert snapshot_of(feed, now, cast, f"{site}/post").error.startswith("refused_address")


def test_a_missing_page_says_so(feed: Source, now: datetime, cast: Any, site: str, settings: Any) -> None:
    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    kept = snapshot_of(feed, now, cast, f"{site}/gone")
    assert (kept.state, kept.error) == (SnapshotState.FAILED, "http_status 404")


def test_a_kept_page_goes_with_its_post(
    feed: Source, now: datetime, cast: Any, site: str, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from huiying.base.sharing.models import SharedFile
    from huiying.base.sharing.services import path_of_content
    from huiying.listen.sources.models import PageSnapshot
    from huiying.listen.sources.services.snapshots import snapshots_destroy

    settings.FETCH_ALLOW, settings.MEDIA_ROOT = ("127.0.0.0/8",), tmp_path
    kept = snapshot_of(feed, now, cast, f"{site}/post")
    with django_capture_on_commit_callbacks(execute=True):
        snapshots_destroy(seqs=[1], now=now, reason="retention")
    assert not PageSnapshot.objects.exists()
    assert not SharedFile.objects.exists()
    assert not path_of_content(kept.file_sha256).exists()


def test_a_post_without_an_address_has_no_page_to_keep(feed: Source, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.services import intake, snapshot_ask

    intake(source=feed, records=[Record("1", now, "", "停水")], now=now)
    with pytest.raises(BadInput):
        snapshot_ask(actor=cast.actor("analyst"), now=now, seq=1)
    with pytest.raises(NotThere):
        snapshot_ask(actor=cast.actor("analyst"), now=now, seq=2)
    with pytest.raises(NotYou):
        snapshot_ask(actor=cast.actor("writer"), now=now, seq=1)
