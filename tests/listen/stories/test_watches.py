"""Watches count what comes in, tell their owner with measure, and follow matters, never people."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.collectors.records import Record
from huiying.core.formats.keywords import read_query
from huiying.core.formats.matching import is_match, read_texts
from huiying.listen.stories.watches.matching import Said, Watched, matches
from huiying.listen.stories.watches.rules import WATCH_MOVES, WatchState, is_notice_due

NOON = datetime.fromisoformat("2026-11-23T04:00:00+00:00")


@pytest.fixture
def say(db: None) -> Callable[..., None]:
    """Return what takes posts in and applies them."""
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services import intake
    from huiying.listen.stories.services import apply_next_tick

    numbers = itertools.count()

    def say(at: datetime, *texts: str, channel: str = "forum", exercise: bool = False) -> None:
        source, _new = Source.objects.get_or_create(
            name=f"{channel} {exercise}", connector="feed", channel=channel, exercise=exercise, defaults={"created_at": at}
        )
        intake(source=source, records=[Record(f"i{next(numbers)}", at, "", text) for text in texts], now=at)
        while apply_next_tick(stream="exercise" if exercise else "live", now=at):
            pass

    return say


def saved(cast: Any, now: datetime, query: str = "停水 -演习", **more: Any) -> Any:
    """Save a watch as the analyst."""
    from huiying.listen.stories.watches.services import watch_save

    given = {"name": "水", "query": query, **more}
    return watch_save(actor=cast.actor("analyst"), now=now, **given)


def hours(watch: Any) -> list[tuple[datetime, int]]:
    """Return the hours of a watch."""
    return list(watch.hours.order_by("start").values_list("start", "posts"))


def test_new_posts_are_matched_in_their_tick(cast: Any, say: Callable[..., None]) -> None:
    watch = saved(cast, NOON)
    say(NOON, "小区停水", "停水演习", "投诉")
    say(NOON + timedelta(minutes=70), "停水了", "又停水")
    assert hours(watch) == [(NOON, 1), (NOON + timedelta(hours=1), 2)]
    assert sorted(watch.matches.values_list("post_id", flat=True)) == [1, 4, 5]
    watch.refresh_from_db()
    assert watch.waiting == 3


def test_a_new_watch_is_filled_with_the_last_days_and_counts_on_once(cast: Any, say: Callable[..., None]) -> None:
    say(NOON - timedelta(days=9), "停水很久以前")
    say(NOON - timedelta(hours=2), "停水")
    watch = saved(cast, NOON)
    say(NOON, "停水")
    assert [count for _start, count in hours(watch)] == [1, 1]
    assert watch.matches.count() == 2


def test_posts_not_yet_applied_are_counted_by_their_tick_alone(cast: Any, say: Callable[..., None]) -> None:
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services import intake
    from huiying.listen.stories.services import apply_next_tick

    say(NOON, "停水")
    intake(source=Source.objects.get(), records=[Record("late", NOON, "", "停水")], now=NOON)
    watch = saved(cast, NOON)
    assert watch.matches.count() == 1
    apply_next_tick(stream="live", now=NOON)
    assert watch.matches.count() == 2
    assert [count for _start, count in hours(watch)] == [2]


def test_filters_and_streams_are_kept(cast: Any, say: Callable[..., None]) -> None:
    news = saved(cast, NOON, name="news", channel="news")
    english = saved(cast, NOON, name="english", query="water", language="en")
    drill = saved(cast, NOON, name="drill", exercise=True)
    say(NOON, "停水", channel="news")
    say(NOON, "停水", "water", "水 water")
    say(NOON, "停水", exercise=True)
    assert [watch.matches.count() for watch in (news, english, drill)] == [1, 1, 1]


def test_a_paused_watch_counts_nothing(cast: Any, say: Callable[..., None]) -> None:
    from huiying.listen.stories.watches.services import watch_pause, watch_resume

    watch = saved(cast, NOON)
    watch_pause(actor=cast.actor("analyst"), now=NOON, watch_id=watch.pk)
    say(NOON, "停水")
    assert watch.matches.count() == 0
    watch_resume(actor=cast.actor("analyst"), now=NOON, watch_id=watch.pk)
    with pytest.raises(NotNow):
        watch_resume(actor=cast.actor("analyst"), now=NOON, watch_id=watch.pk)
    say(NOON, "停水")
    assert watch.matches.count() == 1


def test_owners_are_told_with_measure(cast: Any, say: Callable[..., None]) -> None:
    from huiying.base.notify.models import Message
    from huiying.listen.stories.watches.services import watches_tell

    saved(cast, NOON, is_told=True, notice_hours=6)
    assert watches_tell(now=NOON) == 0
    say(NOON, "停水", "停水了")
    assert watches_tell(now=NOON + timedelta(hours=12)) == 0  # 00:00 in Shanghai
    assert watches_tell(now=NOON) == 1
    say(NOON + timedelta(minutes=1), "停水啊")
    assert watches_tell(now=NOON + timedelta(hours=5)) == 0
    assert watches_tell(now=NOON + timedelta(hours=6)) == 1
    assert watches_tell(now=NOON + timedelta(hours=6)) == 0
    assert [message.text for message in Message.objects.order_by("pk")] == ["Watch “水”: 2 new posts.", "Watch “水”: 1 new posts."]


@pytest.mark.parametrize(("hour", "due"), [(6, False), (7, True), (21, True), (22, False)])
def test_nights_are_quiet(hour: int, due: bool) -> None:
    assert is_notice_due(told_at=None, notice_hours=1, now=NOON, local_hour=hour) is due


@pytest.mark.parametrize("query", ["@张三", "作者:张三", "from:bob 停水", "停水 ＠bob"])
def test_a_person_cannot_be_watched(cast: Any, db: None, query: str) -> None:
    with pytest.raises(BadInput) as raised:
        saved(cast, NOON, query=query)
    assert "。" in str(raised.value) or "matters" in str(raised.value)


def test_no_field_of_a_watch_names_an_author() -> None:
    from huiying.listen.stories.models import Watch, WatchMatch

    told = {"is_told", "notice_hours", "waiting", "told_at", "owner"}
    assert {field.name for field in Watch._meta.concrete_fields} - told == {
        "id", "name", "query", "channel", "language", "state", "created_at", "exercise",
    }  # fmt: skip
    assert {field.name for field in WatchMatch._meta.concrete_fields} == {"id", "watch", "post"}


@pytest.mark.parametrize("wrong", [{"name": " "}, {"query": "停水 ("}, {"query": "-停水"}, {"notice_hours": 0}])
def test_a_bad_watch_is_refused(cast: Any, db: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        saved(cast, NOON, **wrong)


def test_a_watch_is_changed_by_its_owner_only(cast: Any, db: None) -> None:
    from huiying.listen.stories.watches.services import watch_pause, watch_remove, watch_save

    watch = saved(cast, NOON)
    with pytest.raises(BadInput):
        saved(cast, NOON)  # the name is taken
    with pytest.raises(NotYou):
        watch_save(actor=cast.actor("commander"), now=NOON, watch_id=watch.pk, name="x", query="停水")
    with pytest.raises(NotYou):
        watch_pause(actor=cast.actor("writer"), now=NOON, watch_id=watch.pk)
    with pytest.raises(NotThere):
        watch_pause(actor=cast.actor("analyst"), now=NOON, watch_id=999)
    changed = watch_save(actor=cast.actor("analyst"), now=NOON, watch_id=watch.pk, name="断水", query="断水")
    assert (changed.pk, changed.query) == (watch.pk, "断水")
    watch_remove(actor=cast.actor("admin"), now=NOON, watch_id=watch.pk)


@pytest.mark.parametrize(("start", "end"), list(itertools.product(WatchState, WatchState)))
def test_every_move_is_allowed_or_not(start: WatchState, end: WatchState) -> None:
    assert (end in WATCH_MOVES[start]) is (start != end)


def test_matches_go_with_their_posts_and_hours_stay(cast: Any, say: Callable[..., None]) -> None:
    from huiying.listen.sources.models import Post

    watch = saved(cast, NOON)
    say(NOON, "停水")
    Post.objects.all().delete()
    assert watch.matches.count() == 0
    assert hours(watch) == [(NOON, 1)]


def test_the_title_of_a_story_forgets_an_erased_post(say: Callable[..., None]) -> None:
    from huiying.listen.sources.models import Post
    from huiying.listen.sources.signals import posts_erased
    from huiying.listen.stories.models import Story

    say(NOON, "鹦鹉秘密")
    posts_erased.send(sender=Post, seqs=[1], now=NOON)
    assert Story.objects.get().title == "—"


QUERIES = ("停水", "水", "停 | a", "(停水|断水) -演", "leaking", '"leaking"', "/停.水/", "水 /a/", "PM2.5", "-水 停")


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(alphabet="停水断演a b1.", max_size=20), st.lists(st.sampled_from(["leaks ", "leaking ", "PM2.5 ", "停水"])).map("".join)
        ),
        max_size=8,
    )
)
def test_all_watches_at_once_match_as_each_alone(texts: list[str]) -> None:
    watches = [Watched(number, query) for number, query in enumerate(QUERIES)]
    found = matches(watches, [Said(text, "forum", None) for text in texts])
    trees = [read_query(query) for query in QUERIES]
    assert found == [
        (place, number) for place, reading in enumerate(read_texts(texts)) for number, tree in enumerate(trees) if is_match(tree, reading)
    ]


def test_the_preview_shows_days_share_and_samples(cast: Any, say: Callable[..., None]) -> None:
    from huiying.listen.stories.models import Watch
    from huiying.listen.stories.watches.selectors import preview_of

    for ago in range(3):
        say(NOON - timedelta(days=ago), "停水", "投诉")
    preview = preview_of(read_query("停水"), Watch(), NOON)
    assert (preview.posts, preview.taken_in, preview.share, preview.is_capped) == (3, 6, 50.0, False)
    assert [count for _day, count in preview.days[-3:]] == [1, 1, 1]
    assert len(preview.days) == 31
    assert [fragment.text for fragment in preview.samples[0].text if fragment.is_hit] == ["停水"]


class TestPages:
    """The pages as an owner, as others and as an outsider."""

    def test_a_watch_is_tried_and_saved(self, client_as: Callable[[str], Any], cast: Any, say: Callable[..., None]) -> None:
        from django.utils import timezone

        from huiying.listen.stories.models import Watch

        say(timezone.now(), "停水", "停水演习")
        client = client_as("analyst")
        given = {"name": "水", "query": "停水 -演习", "notice_hours": "6"}
        tried = client.post("/stories/watches/add/", given | {"preview": "1"})
        assert tried.status_code == 200
        assert "<mark>停水</mark>" in tried.content.decode()
        assert Watch.objects.count() == 0
        assert client.post("/stories/watches/add/", given).status_code == 302
        watch = Watch.objects.get()
        assert "<mark>停水</mark>" in client.get(f"/stories/watches/{watch.pk}/").content.decode()
        assert client.get(f"/stories/watches/{watch.pk}/edit/").status_code == 200
        assert client.post(f"/stories/watches/{watch.pk}/pause/").status_code == 302
        assert client.post(f"/stories/watches/{watch.pk}/remove/").status_code == 302
        assert Watch.objects.count() == 0

    def test_a_fault_is_shown_at_the_field_and_nothing_typed_is_lost(self, client_as: Callable[[str], Any], db: None) -> None:
        answer = client_as("analyst").post("/stories/watches/add/", {"name": "水", "query": "停水 @bob", "notice_hours": "6"})
        assert answer.status_code == 400
        assert "停水 @bob" in answer.content.decode()

    def test_others_read_and_outsiders_do_not(self, client_as: Callable[[str], Any], cast: Any, db: None) -> None:
        watch = saved(cast, NOON)
        assert client_as("writer").get(f"/stories/watches/{watch.pk}/").status_code == 200
        assert client_as("writer").get("/stories/watches/add/").status_code == 403
        assert client_as("commander").post(f"/stories/watches/{watch.pk}/pause/").status_code == 403
        assert client_as("outsider").get("/stories/watches/").status_code == 403
        assert client_as("analyst").get("/stories/watches/999/").status_code == 404

    def test_the_list_costs_the_same_for_ten_and_twenty(
        self, client_as: Callable[[str], Any], cast: Any, db: None, django_assert_max_num_queries: Any
    ) -> None:
        client, counts = client_as("analyst"), []
        for number in range(20):
            saved(cast, NOON, name=f"w{number}")
            if number in (9, 19):
                with django_assert_max_num_queries(14) as captured:
                    assert client.get("/stories/watches/").status_code == 200
                counts.append(len(captured))
        assert counts[0] == counts[1]
