"""Bursts of a stream become rows once, in the transaction that moves the position; owners of watches hear of theirs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiying.listen.stories.bursts.selectors import counted_tick, course_of, loudness
from huiying.listen.stories.bursts.services import bursts_count, bursts_purge, bursts_tell
from huiying.listen.stories.jobs import count_bursts
from huiying.listen.stories.models import Burst, BurstState, StreamHour, Watch, WatchMatch
from huiying.listen.stories.signals import burst_told

from .builders import HOURS, START, Said, chatter, in_order, log_ticks, model, posts_add

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-11-03T04:00:00+00:00")
POSTS = in_order(chatter(33, channel="news", an_hour=30), chatter(30), chatter(3, start=START + 30 * HOURS, an_hour=600))


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []

    def receiver(sender: object, **call: Any) -> None:
        calls.append({**call, "in_transaction": transaction.get_connection().in_atomic_block})

    burst_told.connect(receiver, dispatch_uid="test.bursts")
    yield calls
    burst_told.disconnect(dispatch_uid="test.bursts")


def count(stream: str = "live", ticks: int = 100) -> None:
    while bursts_count(stream=stream, now=NOON, ticks=ticks):
        pass


def tables() -> list[Any]:
    """Return everything that is stored of bursts but the numbers of rows and ticks."""
    state = BurstState.objects.get()
    kept = [state.counted_to, state.steps, state.posts, state.late, bytes(state.ledger or b"")]
    own = ("stream", "kind", "key", "watch", "at", "seen", "expected", "hours", "score", "surprise", "n")
    return [
        kept,
        list(Burst.objects.order_by("at", "kind", "key").values(*own)),
        list(StreamHour.objects.order_by("start").values("start", "voices", "usual")),
    ]


def forget() -> None:
    for each in (Burst, BurstState, StreamHour, model("IntakeTick"), model("AnalysisState", "stories")):
        getattr(each, "objects", each).all().delete()


def watch_of(cast: Any, **more: Any) -> Watch:
    fields = {"name": "水", "query": "停水", "owner": cast.analyst, "created_at": START, "is_told": True, **more}
    return Watch.objects.create(**fields)


def matched(watch: Watch, posts: Sequence[Said]) -> None:
    """Store posts and the matches of those in the forum."""
    seqs = posts_add(posts)
    WatchMatch.objects.bulk_create(
        WatchMatch(watch=watch, post_id=seq) for seq, post in zip(seqs, posts, strict=True) if post.channel == "forum"
    )


def test_a_burst_is_a_row_and_a_signal_inside_the_transaction(heard: list[dict[str, Any]]) -> None:
    log_ticks(POSTS, [700, 1_900])
    count()
    burst = Burst.objects.get(kind="channel")
    assert (burst.stream, burst.key, burst.watch_id) == ("live", "forum", None)
    assert burst.seen > burst.expected > 5
    assert START + 30 * HOURS < burst.at < START + 31 * HOURS
    assert burst.n > 288
    assert ("forum", True) in [(call["key"], call["in_transaction"]) for call in heard]
    assert len(heard) == Burst.objects.count()
    state = BurstState.objects.get()
    assert (state.tick, state.posts, counted_tick("live")) == (3, len(POSTS), 3)


def test_a_log_cut_into_any_ticks_and_runs_gives_the_same_rows(cast: Any) -> None:
    def run(cuts: Sequence[int], ticks: int) -> list[Any]:
        forget()
        model("Post").all().delete()
        log_ticks(POSTS, cuts)
        count(ticks=ticks)
        return tables()

    whole = run([], 1)
    assert whole[1]
    for seed, ticks in ((1, 1), (2, 7), (3, 100)):
        assert run(sorted(random.Random(seed).sample(range(1, len(POSTS)), 30)), ticks) == whole


def test_nothing_is_counted_twice_when_a_run_is_undone(heard: list[dict[str, Any]]) -> None:
    log_ticks(POSTS, range(100, len(POSTS), 100))
    count(ticks=3)
    undisturbed = tables()
    for each in (Burst, BurstState, StreamHour):
        each.objects.all().delete()

    def fail(sender: object, **_call: Any) -> None:
        raise RuntimeError("killed")

    burst_told.connect(fail, dispatch_uid="test.fail")
    try:
        with pytest.raises(RuntimeError):
            count(ticks=3)
    finally:
        burst_told.disconnect(dispatch_uid="test.fail")
    assert not Burst.objects.exists()
    count(ticks=3)
    assert tables() == undisturbed


def test_two_runs_at_once_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that comes second finds the position moved, and writes nothing."""
    from huiying.listen.stories.bursts import services

    log_ticks(POSTS, [1_500])
    plain, inner = services._moved, []

    def moved(*args: Any) -> bool:
        if not inner:
            inner.append(True)
            assert bursts_count(stream="live", now=NOON)
        return plain(*args)

    monkeypatch.setattr(services, "_moved", moved)
    assert bursts_count(stream="live", now=NOON)
    assert BurstState.objects.get().posts == len(POSTS)
    assert Burst.objects.filter(key="forum").count() == 1


def test_only_what_is_in_the_stories_is_counted() -> None:
    log_ticks(POSTS, [500])
    model("AnalysisState", "stories").update(tick=1)
    count()
    assert BurstState.objects.get().posts == 500


def test_streams_do_not_mix() -> None:
    log_ticks(POSTS)
    log_ticks(chatter(2), stream="exercise")
    count_bursts(NOON)
    assert {state.stream: state.posts for state in BurstState.objects.all()} == {"live": len(POSTS), "exercise": 120}
    assert {burst.stream for burst in Burst.objects.all()} == {"live"}


def test_fewer_than_five_voices_tell_nothing() -> None:
    few = [Said(START + 30 * HOURS + timedelta(seconds=20 * place), "hotline", f"f{place % 4}") for place in range(500)]
    log_ticks(in_order(chatter(34, channel="news", an_hour=30), chatter(24, channel="hotline", an_hour=1), few))
    count()
    assert not Burst.objects.filter(key="hotline").exists()


def test_bytes_of_another_version_begin_anew(caplog: pytest.LogCaptureFixture) -> None:
    log_ticks(POSTS, [1_000])
    bursts_count(stream="live", now=NOON, ticks=1)
    BurstState.objects.update(ledger=b"HYLEDGERx")
    count()
    assert "learn anew" in caplog.text
    assert BurstState.objects.get().tick == 2


def test_the_owner_of_a_watch_hears_of_it_once_and_never_at_night(cast: Any) -> None:
    watch = watch_of(cast)
    watch_of(cast, name="quiet", is_told=False)
    matched(watch, POSTS)
    log_ticks(POSTS)
    count()
    burst = Burst.objects.get(watch=watch)
    assert (burst.kind, burst.key) == ("watch", str(watch.pk))
    night = NOON.replace(hour=16) - timedelta(days=1)  # 00:00 in Shanghai
    Burst.objects.update(found_at=night)
    assert bursts_tell(now=night) == 0
    assert bursts_tell(now=NOON) == 1
    assert bursts_tell(now=NOON) == 0
    message = model("Message", "notify").get()
    assert message.person_id == cast.analyst.pk
    assert message.text.startswith("Watch “水” is louder than usual: ")
    assert message.url == f"/stories/watches/{watch.pk}/"


def test_who_does_not_want_notices_gets_none_and_old_bursts_are_not_told(cast: Any) -> None:
    watch = watch_of(cast, is_told=False)
    matched(watch, POSTS)
    log_ticks(POSTS)
    count()
    assert Burst.objects.filter(watch=watch).exists()
    assert bursts_tell(now=NOON) == 0
    Watch.objects.update(is_told=True)
    assert bursts_tell(now=NOON + timedelta(hours=25)) == 0


def test_a_burst_of_the_past_is_shown_and_not_told(cast: Any) -> None:
    watch = watch_of(cast)
    matched(watch, POSTS)
    log_ticks(POSTS)
    later = NOON + timedelta(days=30)
    bursts_count(stream="live", now=later)
    assert Burst.objects.filter(watch=watch).exists()
    assert bursts_tell(now=later) == 0


def test_a_paused_watch_has_no_series(cast: Any) -> None:
    watch = watch_of(cast, state="paused")
    matched(watch, POSTS)
    log_ticks(POSTS)
    count()
    assert not Burst.objects.filter(watch=watch).exists()


def test_the_course_shows_what_was_usual_after_a_day() -> None:
    log_ticks(POSTS)
    count()
    end = loudness(["live"]).counted_to
    assert end is not None
    chart = course_of("live", end)
    assert len(chart.points) == 168
    assert chart.expected is not None and min(at for at, _usual in chart.expected) >= START + 23 * HOURS
    assert chart.points[-1][1] > 2 * chart.expected[-1][1]


def test_an_hour_of_fewer_than_five_voices_shows_no_figure() -> None:
    log_ticks(chatter(6, an_hour=4))
    count()
    end = loudness(["live"]).counted_to
    assert end is not None
    assert all(value == 0 or value >= 5 for _at, value in course_of("live", end).points)


def test_old_bursts_and_hours_go() -> None:
    log_ticks(POSTS)
    count()
    assert bursts_purge(now=NOON) == 0
    BurstState.objects.update(counted_to=START + timedelta(days=200))
    kept = Burst.objects.count() + StreamHour.objects.count()
    assert bursts_purge(now=NOON + timedelta(days=91)) == kept
    assert not Burst.objects.exists() and not StreamHour.objects.exists()


def test_a_run_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    log_ticks(POSTS, range(50, len(POSTS), 50))
    with django_assert_max_num_queries(26):
        bursts_count(stream="live", now=NOON)
