"""The index answers what a scan of every post would answer, and narrows to what was asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiying.core.collectors.records import Record
from huiying.core.formats.keywords import read_query
from huiying.core.formats.matching import is_match, read_texts

if TYPE_CHECKING:
    from huiying.listen.sources.models import Source

QUERIES = (
    "水", "停水", "停水投诉", "(停水|断水) -演习", "水 -停", "停 | a", "PM2.5", "5G基站", "leaking", '"leaking"', '"water leaks"',
    "/停.水/", "水 /停.{0,3}电/", "停 -/水./", "a (b|水) -断", "-停水 断", "（停｜电）＋水", '"停水，断"', "电 -(水 -停)", "1 | 2.5",
)  # fmt: skip
PIECES = ("停水", "斷水", "投诉", "PM2.5", "５Ｇ", "基站", "leak", "leaks", "leaking", "water", "pipes", "演习", "的", "。")
TEXTS = st.lists(
    st.one_of(
        st.text(alphabet="停水断电投诉演习a b12.，5G基站臺", max_size=25),
        st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
        st.lists(st.sampled_from(["停水", "斷水", "leak", "leaks", "leaking", "Water", "水", "2.5"]), max_size=6).map(" ".join),
    ),
    min_size=1,
    max_size=12,
)


def taken_in(feed: Source, texts: list[str], now: datetime) -> dict[int, str]:
    """Take texts in and return what is stored, by number."""
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.services import intake
    from huiying.listen.sources.words import text_of

    intake(source=feed, records=[Record(str(number), now, "", text) for number, text in enumerate(texts)], now=now)
    return {post.seq: text_of(post) for post in Post.objects.all()}


@pytest.mark.django_db(transaction=False)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS)
def test_the_index_finds_what_a_scan_finds(feed: Source, now: datetime, texts: list[str]) -> None:
    from django.db import transaction

    from huiying.listen.sources.selectors import Filters, find

    with transaction.atomic():
        stored = taken_in(feed, texts, now)
        readings = dict(zip(stored, read_texts(list(stored.values())), strict=True))
        for query in QUERIES:
            tree = read_query(query)
            wanted = sorted((seq for seq, reading in readings.items() if is_match(tree, reading)), reverse=True)
            assert find(tree, Filters()).seqs == wanted, query
        transaction.set_rollback(True)


@pytest.fixture
def two_sources(feed: Source, now: datetime, posts: Callable[..., list[Record]]) -> tuple[Source, Source]:
    """Return a forum and a newspaper with posts of several days and languages."""
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services import intake

    paper = Source.objects.create(name="Paper", connector="feed", url="https://p.example/", channel="news", region="North", created_at=now)
    for ago in range(6):
        at = now - timedelta(days=ago, hours=1)
        intake(source=feed, records=[Record(f"f{ago}", at, "", f"停水 {ago}")], now=now)
        intake(source=paper, records=[Record(f"p{ago}", at, "停水", "water is off", language="en-GB")], now=now)
    return feed, paper


def test_filters_narrow_what_is_found(two_sources: tuple[Source, Source], now: datetime) -> None:
    from huiying.listen.sources.selectors import Filters, find

    feed, paper = two_sources
    tree = read_query("停水")
    assert len(find(tree, Filters()).seqs) == 12
    assert len(find(tree, Filters(source_ids=[paper.pk])).seqs) == 6
    assert find(tree, Filters(source_ids=[])).seqs == []
    assert len(find(tree, Filters(source_ids=[feed.pk, paper.pk])).seqs) == 12
    assert len(find(tree, Filters(channel="news")).seqs) == 6
    assert find(tree, Filters(channel="weibo")).seqs == []
    assert len(find(tree, Filters(language="zh")).seqs) == len(find(tree, Filters(language="en")).seqs) == 6
    assert len(find(tree, Filters(exercise=False)).seqs) == 12
    assert find(tree, Filters(exercise=True)).seqs == []
    assert find(tree, Filters(within=frozenset({1, 4, 99}))).seqs == [4, 1]
    assert find(tree, Filters(within=frozenset())).seqs == []


@pytest.mark.parametrize(("since", "until"), [(0, 1), (1, 3), (2.5, 4), (0, 400), (0.01, 0.02), (5, 6)])
def test_times_are_cut_to_the_second(two_sources: tuple[Source, Source], now: datetime, since: float, until: float) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.selectors import Filters, find

    first, last = now - timedelta(days=until), now - timedelta(days=since)
    wanted = Post.objects.filter(published_at__gte=first, published_at__lt=last).order_by("-seq").values_list("seq", flat=True)
    assert find(read_query("停水"), Filters(since=first, until=last)).seqs == list(wanted)
    assert find(None, Filters(since=first, until=last)).seqs == list(wanted)


def test_pages_go_on_by_number_without_gaps(two_sources: tuple[Source, Source]) -> None:
    from huiying.listen.sources.selectors import Filters, find

    tree, seqs, before = read_query("停水"), [], None
    while part := find(tree, Filters(), before=before, limit=5).seqs:
        seqs += part
        before = part[-1]
    assert seqs == list(range(12, 0, -1))


def test_counts_beyond_the_limit_say_that_there_are_more(two_sources: tuple[Source, Source]) -> None:
    from huiying.listen.sources.selectors import Filters, find

    assert (len(find(read_query("停水"), Filters(), limit=3).seqs), find(read_query("停水"), Filters(), limit=3).is_more) == (3, True)
    assert find(read_query("停水"), Filters(), limit=12).is_more is False


def test_a_pattern_says_how_far_it_read(two_sources: tuple[Source, Source], monkeypatch: pytest.MonkeyPatch) -> None:
    from huiying.listen.sources.selectors import Filters, find, search

    monkeypatch.setattr(search, "READ_LIMIT", 4)
    monkeypatch.setattr(search, "_PIECE", 2)
    found = find(read_query("/never/"), Filters())
    assert (found.seqs, found.is_more, found.read) == ([], True, 4)
    assert find(read_query("/停水/"), Filters()).read == 4


def test_days_and_months_cover_a_span_without_a_gap() -> None:
    from huiying.listen.sources.words import time_signs_between

    first, last = datetime(2026, 1, 30, tzinfo=UTC).date(), datetime(2026, 4, 2, tzinfo=UTC).date()
    assert time_signs_between(first, last) == ["d20260130", "d20260131", "m202602", "m202603", "d20260401", "d20260402"]
    assert time_signs_between(last, first) == []


def test_a_post_taken_out_of_the_index_is_not_found(two_sources: tuple[Source, Source]) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.selectors import Filters, find
    from huiying.listen.sources.words import index_posts, unindex_for_good, unindex_posts

    for take_out in (unindex_posts, unindex_for_good):
        gone = list(Post.objects.filter(pk__in=[3, 4]))
        take_out(gone)
        assert find(read_query("停水"), Filters()).seqs == [12, 11, 10, 9, 8, 7, 6, 5, 2, 1]
        assert find(None, Filters(channel="news")).seqs == [12, 10, 8, 6, 2]
        index_posts(gone)
        assert find(read_query("停水"), Filters()).seqs == list(range(12, 0, -1))


def test_the_canary_is_in_no_result_but_its_own(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.selectors import Filters, find
    from huiying.listen.sources.services import intake

    bird = Source.objects.create(name="canary", connector="canary", channel="canary", created_at=now)
    intake(source=bird, records=[Record("1", now, "", "canary one")], now=now)
    for filters in (Filters(), Filters(channel="canary"), Filters(source_ids=[bird.pk]), Filters(exercise=False)):
        assert find(None, filters).seqs == find(read_query("canary"), filters).seqs == find(read_query("/can/"), filters).seqs == []
    assert find(read_query("-电 canary"), Filters(with_canary=True)).seqs == [1]


def plan_of(sql: str) -> str:
    """Return how the database would run a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_no_page_of_the_room_reads_every_post(two_sources: tuple[Source, Source], client_as: Callable[[str], object]) -> None:
    from django.test.utils import CaptureQueriesContext

    if connection.vendor != "sqlite":
        pytest.skip("The plan is read from SQLite.")
    client = client_as("analyst")
    pages = (
        "/sources/", f"/sources/{two_sources[0].pk}/", "/sources/search/?q=停水", "/sources/search/?q=停水&since=2026-11-01&channel=news",
        "/sources/search/?q=/停/",
        "/sources/posts/3/", "/sources/archive/", "/sources/archive/requests/", "/sources/calibration/", "/sources/coverage/",
        "/stories/watches/",
    )  # fmt: skip
    scans = []
    for page in pages:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200, page  # type: ignore[attr-defined]
        for query in captured.captured_queries:
            if query["sql"].startswith("SELECT") and "sources_post" in query["sql"]:
                scans += [(page, step) for step in plan_of(query["sql"]).split("\n") if step.startswith(("SCAN sources_post", "SCAN p"))]
    assert [scan for scan in scans if "VIRTUAL TABLE" not in scan[1]] == []


def test_each_index_of_the_posts_is_one_that_something_uses() -> None:
    from huiying.listen.sources.models import Post

    assert [index.name for index in Post._meta.indexes] == ["post_source_seq"]
    assert {field.name for field in Post._meta.concrete_fields if field.db_index or field.unique} == {"seq", "item_key"}
