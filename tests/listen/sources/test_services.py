"""Writes about sources, reports and quarantine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from huiying.base.audit.rules import SYSTEM
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.collectors.records import Record, Unreadable
from huiying.listen.sources.rules import SourceState

Maker = Callable[..., list[Record]]


def add(now: datetime, **more: Any) -> Any:
    """Add a source."""
    from huiying.listen.sources.services import source_add

    return source_add(**{"actor": SYSTEM, "now": now, "name": "Forum", "url": "https://forum.example/rss", **more})


def verbs() -> list[str]:
    """Return the verbs in the log."""
    from huiying.base.audit.models import AuditEntry

    return list(AuditEntry.objects.order_by("seq").values_list("verb", flat=True))


def test_a_new_source_is_due_at_once_and_logged(db: None, now: datetime) -> None:
    from huiying.listen.sources.selectors import due_places

    source = add(now)
    assert [due.source_id for due in due_places(now)] == [source.pk]
    assert verbs() == ["source.add"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example",
        "http://127.0.0.1/feed",
        "http://localhost/feed",
        "http://169.254.169.254/",
        "http://[::1]/",
        "http://u:p@a.example/",
        "http://93.184.216.34:6379/",
        "http://db.internal/",
        "nonsense",
    ],
)
def test_an_address_that_may_not_be_dialled_is_refused(db: None, now: datetime, url: str) -> None:
    with pytest.raises(BadInput):
        add(now, url=url)


def test_only_an_exercise_may_read_from_this_machine(cast: Any, now: datetime) -> None:
    assert add(now, url="http://127.0.0.1:8611/forum", exercise=True).stream == "exercise"
    with pytest.raises(NotYou):
        add(now, url="http://127.0.0.1:8611/news", exercise=True, actor=cast.actor("analyst"))


def test_the_same_feed_twice_and_an_eager_interval_are_refused(db: None, now: datetime) -> None:
    add(now)
    with pytest.raises(BadInput, match=r"forum\.example"):
        add(now)
    with pytest.raises(BadInput):
        add(now, url="https://b.example/", poll_seconds=1)
    with pytest.raises(BadInput):
        add(now, url="https://b.example/", media_tier=7)


@pytest.mark.parametrize("old", list(SourceState))
@pytest.mark.parametrize("new", [SourceState.ACTIVE, SourceState.PAUSED])
def test_the_whole_square_of_source_moves(db: None, now: datetime, old: SourceState, new: SourceState) -> None:
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.rules import SOURCE_MOVES
    from huiying.listen.sources.services import source_pause, source_resume

    source = add(now)
    Source.objects.update(state=old.value)
    act = source_pause if new is SourceState.PAUSED else source_resume
    if new in SOURCE_MOVES[old]:
        assert act(actor=SYSTEM, now=now, source_id=source.pk).state == new
    else:
        with pytest.raises(NotNow):
            act(actor=SYSTEM, now=now, source_id=source.pk)


def test_an_unknown_source_is_not_there_and_an_outsider_is_refused(cast: Any, now: datetime) -> None:
    from huiying.listen.sources.services import source_pause

    with pytest.raises(NotThere):
        source_pause(actor=SYSTEM, now=now, source_id=99)
    with pytest.raises(NotYou):
        source_pause(actor=cast.actor("writer"), now=now, source_id=add(now).pk)


def test_failures_back_off_and_a_success_forgets_them(db: None, now: datetime) -> None:
    from huiying.listen.sources.selectors import alive_sources, blind_sources, hearing
    from huiying.listen.sources.services import poll_failed, poll_succeeded

    source = add(now, poll_seconds=60)
    assert hearing(now).is_blind
    for longest in (60, 120, 240):
        poll_failed(source_id=source.pk, now=now, code="http_status", detail="500")
        source.refresh_from_db()
        assert timedelta(seconds=longest * 0.9) <= source.next_poll_at - now <= timedelta(seconds=longest)
    poll_failed(source_id=source.pk, now=now, code="retry_later", detail="429", pause_seconds=900)
    source.refresh_from_db()
    assert timedelta(seconds=900) <= source.next_poll_at - now < timedelta(seconds=902) and blind_sources(now) == [source]
    poll_succeeded(source_id=source.pk, now=now, cursor={"etag": "e"})
    source.refresh_from_db()
    assert (source.failures, source.last_error, source.cursor) == (0, "", {"etag": "e"})
    assert alive_sources(now) == [source] and alive_sources(now + timedelta(hours=1)) == []


def test_a_paused_source_is_neither_alive_nor_blind(db: None, now: datetime) -> None:
    from huiying.listen.sources.selectors import alive_sources, blind_sources, due_places
    from huiying.listen.sources.services import source_pause

    source_pause(actor=SYSTEM, now=now, source_id=add(now).pk)
    assert alive_sources(now) == blind_sources(now) == due_places(now) == []


def test_a_first_report_becomes_a_post_with_its_three_parts(cast: Any, now: datetime) -> None:
    from huiying.listen.sources.models import FirstReport
    from huiying.listen.sources.services import report_file

    post = report_file(actor=cast.actor("officer"), now=now, facts="东区水发黄，约300户", origin="业主群", reaction="很着急，打13812345678")
    assert (post.channel, post.exercise, post.title) == ("staff_report", False, "东区水发黄，约300户")
    report = FirstReport.objects.get(post=post)
    assert report.reaction == "很着急，打[phone]" and "业主群" in post.text
    assert verbs() == ["report.file"]
    drill = report_file(actor=cast.actor("officer"), now=now, facts="演练", origin="a", reaction="b", exercise=True)
    assert drill.exercise and drill.source_id != post.source_id


def test_two_equal_first_reports_are_two_posts(cast: Any, now: datetime) -> None:
    from huiying.listen.sources.services import report_file

    first, second = (report_file(actor=cast.actor("writer"), now=now, facts="水黄", origin="群", reaction="急") for _ in range(2))
    assert first.seq != second.seq


def test_a_first_report_with_a_gap_is_refused_by_name(cast: Any, now: datetime) -> None:
    from django.utils import translation

    from huiying.listen.sources.services import report_file

    with translation.override("en"), pytest.raises(BadInput, match="source, public reaction"):
        report_file(actor=cast.actor("officer"), now=now, facts="x", origin=" ", reaction="")
    with pytest.raises(NotYou):
        report_file(actor=cast.actor("outsider"), now=now, facts="x", origin="y", reaction="z")


def held(feed: Any, now: datetime, *records: Any) -> list[int]:
    """Put records into quarantine and return their numbers."""
    from huiying.listen.sources.models import Quarantine
    from huiying.listen.sources.services import intake

    intake(source=feed, records=records, now=now)
    return list(Quarantine.objects.order_by("pk").values_list("pk", flat=True))


def test_a_record_with_an_impossible_time_can_be_taken_in_with_todays(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.services import quarantine_replay

    (number,) = held(feed, now, *posts("水黄", published_at=datetime(9999, 1, 1, tzinfo=UTC)))
    assert quarantine_replay(actor=SYSTEM, now=now, quarantine_id=number).state == "replayed"
    assert Post.objects.get().published_at == now
    with pytest.raises(NotNow):
        quarantine_replay(actor=SYSTEM, now=now, quarantine_id=number)
    assert verbs() == ["quarantine.replay"]


def test_a_record_that_stays_unreadable_stays_held(feed: Any, now: datetime, cast: Any) -> None:
    from huiying.listen.sources.models import Quarantine
    from huiying.listen.sources.services import quarantine_discard, quarantine_replay

    (number,) = held(feed, now, Unreadable("not JSON", "line 3", "{broken"))
    with pytest.raises(BadInput):
        quarantine_replay(actor=SYSTEM, now=now, quarantine_id=number)
    assert Quarantine.objects.get().state == "held"
    with pytest.raises(NotYou):
        quarantine_discard(actor=cast.actor("writer"), now=now, quarantine_id=number)
    quarantine_discard(actor=SYSTEM, now=now, quarantine_id=number)
    assert (Quarantine.objects.get().state, Quarantine.objects.get().raw) == ("discarded", "")
    with pytest.raises(NotThere):
        quarantine_discard(actor=SYSTEM, now=now, quarantine_id=999)


def test_an_unreadable_line_that_readers_understand_now_is_taken_in(feed: Any, now: datetime) -> None:
    from huiying.listen.sources.services import quarantine_replay

    (number,) = held(feed, now, Unreadable("old reader", "line 3", '{"id": "1", "text": "水黄", "ts": null}'))
    assert quarantine_replay(actor=SYSTEM, now=now, quarantine_id=number).state == "replayed"


def test_a_source_never_asked_comes_before_one_long_overdue(feed: Any, now: datetime) -> None:
    from huiying.listen.sources.selectors import due_places

    type(feed).objects.filter(pk=feed.pk).update(next_poll_at=now - timedelta(days=1))
    fresh = type(feed).objects.create(name="New", connector="feed", url="https://new.example/feed", channel="web", created_at=now)
    assert [due.source_id for due in due_places(now)] == [fresh.pk, feed.pk]
