"""The one door into the log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from huiying.core.analysis.schema import POSTS
from huiying.core.collectors.records import Record, Unreadable

Maker = Callable[..., list[Record]]


def taken(source: Any, records: Any, now: datetime) -> Any:
    """Take records in."""
    from huiying.listen.sources.services import intake

    return intake(source=source, records=records, now=now)


def stored() -> list[Any]:
    """Return every post in order."""
    from huiying.listen.sources.models import Post

    return list(Post.objects.order_by("seq"))


def test_posts_are_numbered_in_order_without_gaps(feed: Any, posts: Maker, now: datetime) -> None:
    assert taken(feed, posts("a1", "b1"), now).stored == 2
    assert taken(feed, posts("x", "y", "z"), now).stored == 1
    assert [post.seq for post in stored()] == [1, 2, 3]


def test_the_same_item_is_taken_once(feed: Any, posts: Maker, now: datetime) -> None:
    first = taken(feed, posts("水黄", "停电"), now)
    again = taken(feed, posts("水黄", "停电"), now + timedelta(minutes=1))
    assert (first.stored, first.repeated, again.stored, again.repeated, again.tick) == (2, 0, 0, 2, None)


def test_an_item_without_id_is_known_by_its_content(feed: Any, posts: Maker, now: datetime) -> None:
    assert taken(feed, posts("水黄", "水黄", "停电", item_id=None), now).repeated == 1


def test_the_same_id_at_two_sources_is_two_posts(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.models import Source

    other = Source.objects.create(name="News", connector="feed", url="https://news.example/feed", channel="news", created_at=now)
    assert taken(feed, posts("水黄"), now).stored + taken(other, posts("水黄"), now).stored == 2


def test_each_delivery_closes_one_tick_that_holds_its_posts(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.selectors import last_tick, tick_batches, tick_time

    assert taken(feed, posts("水黄", "停电", author_handle="小王", title="标题"), now).tick == 1
    assert taken(feed, posts("1", "2", "3"), now).tick == 2
    batches = dict(tick_batches("live", 0))
    table = pa.ipc.open_stream(batches[1]).read_all()
    assert table.schema == POSTS
    assert table.column("seq").to_pylist() == [1, 2]
    assert table.column("text").to_pylist() == ["水黄", "停电"]
    assert table.column("author").to_pylist() == [post.author for post in stored()[:2]]
    assert table.column("received").to_pylist() == [now, now]
    assert [number for number, _ in tick_batches("live", 1)] == [2]
    assert last_tick("live") == 2 and last_tick("exercise") == 0 and tick_time("live", 1) == now


def test_an_exercise_source_writes_only_to_the_exercise_stream(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services import intake

    drill = Source.objects.create(name="Drill", connector="feed", url="http://127.0.0.1/x", channel="forum", exercise=True, created_at=now)
    taken(drill, posts("演练"), now)
    taken(feed, posts("真的"), now)
    assert [(post.text, post.exercise) for post in stored()] == [("演练", True), ("真的", False)]
    with pytest.raises(ValueError, match="belongs to"):
        intake(source=drill, records=[], now=now, stream="live")


def test_handles_are_stored_only_as_pseudonyms(feed: Any, posts: Maker, now: datetime) -> None:
    from django.db import connection

    taken(feed, posts("a1", "b1", author_handle="zhang_san_real"), now)
    first, second = stored()
    assert first.author == second.author and len(first.author) == 24
    with connection.cursor() as cursor:
        for table in ("sources_post", "sources_intaketick", "sources_quarantine"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "zhang_san_real" not in str(cursor.fetchall())


def test_a_new_epoch_destroys_the_old_salt_and_changes_pseudonyms(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.models import AuthorSalt

    taken(feed, posts("a1", author_handle="x"), now)
    old = bytes(AuthorSalt.objects.get().salt)
    taken(feed, posts("b1", item_id="later", author_handle="x"), now + timedelta(days=40))
    assert bytes(AuthorSalt.objects.get().salt) != old
    taken(feed, posts("c1", item_id="earlier", author_handle="x"), now)
    authors = [post.author for post in stored()]
    assert authors[0] != authors[1] == authors[2]
    assert AuthorSalt.objects.count() == 1


def test_text_is_masked_before_it_is_stored_anywhere(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.selectors import search_posts, tick_batches

    taken(feed, posts("打13812345678找@小王"), now)
    assert stored()[0].text == "打[phone]找@user"
    assert "13812345678" not in str(pa.ipc.open_stream(next(iter(tick_batches("live", 0)))[1]).read_all().to_pydict())
    assert search_posts("13812345678") == []


def test_missing_times_become_receipt_and_small_leads_are_clipped(feed: Any, posts: Maker, now: datetime) -> None:
    taken(feed, [*posts("a1", published_at=None), *posts("b1", item_id="b", published_at=now + timedelta(hours=8))], now)
    assert [post.published_at for post in stored()] == [now, now]


@pytest.mark.parametrize("at", [datetime(9999, 12, 31, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 12, 23, tzinfo=UTC)])
def test_impossible_times_are_held_back_and_the_rest_goes_on(feed: Any, posts: Maker, now: datetime, at: datetime) -> None:
    from huiying.listen.sources.models import Quarantine

    outcome = taken(feed, [*posts("坏", published_at=at, author_handle="raw_handle"), *posts("好", item_id="ok")], now)
    assert (outcome.stored, outcome.quarantined) == (1, 1)
    held = Quarantine.objects.get()
    assert held.reason == "bad_time" and held.place == "item 1" and "raw_handle" not in str(held.record)


def test_nul_and_lone_surrogates_are_cleaned(feed: Any, posts: Maker, now: datetime) -> None:
    taken(feed, posts("a\0b\ud83d水"), now)
    assert stored()[0].text == "ab\ufffd水"


def test_an_item_without_words_is_held_back(feed: Any, posts: Maker, now: datetime) -> None:
    assert taken(feed, posts("  \0 "), now).quarantined == 1


def test_a_title_alone_becomes_the_text_and_is_not_doubled(feed: Any, posts: Maker, now: datetime) -> None:
    taken(feed, [*posts("", title="只有标题"), *posts("同样", title="同样", item_id="s")], now)
    assert [(post.title, post.text) for post in stored()] == [("", "只有标题"), ("", "同样")]


def test_a_bad_item_polled_again_is_held_once_and_names_no_author(feed: Any, now: datetime) -> None:
    from huiying.listen.sources.models import Quarantine

    bad = Unreadable("not JSON", "item 1", '{"author": "zhang", "text": "打13812345678"')
    assert taken(feed, [bad], now).quarantined == 1
    assert taken(feed, [bad], now).quarantined == 0
    raw = Quarantine.objects.get().raw
    assert "zhang" not in raw and "[phone]" in raw


def test_a_megabyte_of_one_character_is_cut(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.rules import TEXT_LIMIT

    taken(feed, posts("水" * 1_000_000), now)
    assert len(stored()[0].text) == TEXT_LIMIT


def test_a_failure_leaves_nothing_behind(feed: Any, posts: Maker, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.listen.sources.models import IntakeTick, Post

    monkeypatch.setattr(sys.modules["huiying.listen.sources.services.intake"], "_packed", lambda batch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        taken(feed, posts("a1"), now)
    assert Post.objects.count() == IntakeTick.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("自来水", [3, 1]),
        ("水", [3, 1]),
        ("来水 黄", [1]),
        ("停电", [2]),
        ("water", [3]),
        ("水电", []),
        ("OR 1 NEAR", []),
        ("水 AND NOT", []),
    ],
)
def test_search_finds_posts_by_their_words_newest_first(feed: Any, posts: Maker, now: datetime, query: str, found: list[int]) -> None:
    from huiying.listen.sources.selectors import search_posts

    taken(feed, posts("自来水发黄了", "今天停电", "Tap water 自来水"), now)
    assert [post.seq for post in search_posts(query)] == found


def test_search_pages_on_by_number(feed: Any, posts: Maker, now: datetime) -> None:
    from huiying.listen.sources.selectors import search_posts

    taken(feed, posts(*["停水"] * 5), now)
    first = search_posts("停水", limit=3)
    assert [post.seq for post in first] == [5, 4, 3]
    assert [post.seq for post in search_posts("停水", before=3, limit=3)] == [2, 1]
