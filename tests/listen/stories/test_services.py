"""A tick becomes stories in one transaction; nothing is lost, nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction

from huiying.core.analysis import stream as analysis
from huiying.listen.stories import memory, services
from huiying.listen.stories.jobs import apply
from huiying.listen.stories.models import AnalysisSnapshot, AnalysisState, Story, StoryBucket, StoryPost
from huiying.listen.stories.services import apply_next_tick
from huiying.listen.stories.signals import tick_applied

from .builders import model, tick_add, water

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    calls: list[dict[str, Any]] = []

    def receiver(sender: object, **call: Any) -> None:
        calls.append({**call, "in_transaction": transaction.get_connection().in_atomic_block})

    tick_applied.connect(receiver, dispatch_uid="test.heard")
    yield calls
    tick_applied.disconnect(dispatch_uid="test.heard")


def tables() -> dict[str, list[Any]]:
    """Return everything the room stores."""
    state = AnalysisState.objects.values("stream", "tick", "chain", "posts", "snapshot_tick", "snapshot_posts")
    kept: dict[str, list[Any]] = {
        "state": list(state),
        "bytes": [bytes(row.state or b"") for row in AnalysisState.objects.order_by("stream")],
    }
    for each in (Story, StoryPost):
        kept[each.__name__] = list(each.objects.order_by("pk").values())
    kept["StoryBucket"] = list(StoryBucket.objects.order_by("story", "start").values("story", "start", "posts", "questions", "new_authors"))
    return kept


def test_without_a_tick_there_is_nothing_to_do(now: datetime) -> None:
    assert apply_next_tick(stream="live", now=now) is False
    assert not Story.objects.exists()


def test_a_tick_becomes_stories_buckets_and_members(now: datetime) -> None:
    seqs = tick_add([*water(4), {"text": "决赛点球大战门将扑出"}], now=now)
    assert apply_next_tick(stream="live", now=now) is True
    story = Story.objects.get(pk=seqs[0])
    assert (story.posts, story.copies, story.authors, story.sources, story.questions) == (4, 0, 4, 1, 2)
    assert (story.exercise, story.stream, story.language) == (False, "live", "zh")
    assert story.title.startswith("城东")
    assert Story.objects.count() == 2
    assert set(StoryPost.objects.filter(story=story).values_list("pk", flat=True)) == set(seqs[:4])
    assert sum(StoryBucket.objects.filter(story=story).values_list("posts", flat=True)) == 4


def test_a_repeated_text_is_a_copy(now: datetime) -> None:
    first, second = tick_add([{"text": "城东自来水发黄，水管全是铁锈"}, {"text": "城東自來水發黃！水管全是鐵鏽"}], now=now)
    apply_next_tick(stream="live", now=now)
    assert StoryPost.objects.get(pk=second).copy_of == first
    assert Story.objects.get(pk=first).copies == 1


def test_ticks_are_applied_in_order_and_once(now: datetime, heard: list[dict[str, Any]]) -> None:
    tick_add(water(2), now=now)
    tick_add(water(3), now=now)
    assert [apply_next_tick(stream="live", now=now) for _ in range(3)] == [True, True, False]
    assert [(call["tick"], call["stream"], call["in_transaction"]) for call in heard] == [(1, "live", True), (2, "live", True)]
    assert heard[0]["story_ids"] == heard[1]["story_ids"]
    assert Story.objects.get().posts == 5


def test_a_receiver_that_fails_takes_the_whole_tick_back(now: datetime) -> None:
    tick_add(water(3), now=now)

    def fail(sender: object, **_call: Any) -> None:
        raise RuntimeError("no")

    tick_applied.connect(fail, dispatch_uid="test.fail")
    try:
        with pytest.raises(RuntimeError):
            apply_next_tick(stream="live", now=now)
    finally:
        tick_applied.disconnect(dispatch_uid="test.fail")
    assert not Story.objects.exists()
    assert not AnalysisState.objects.filter(tick__gt=0).exists()
    assert apply_next_tick(stream="live", now=now) is True
    assert Story.objects.get().posts == 3


def test_a_restart_between_ticks_changes_nothing(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(restarts: bool) -> dict[str, list[Any]]:
        memory.forget()
        while apply_next_tick(stream="live", now=now):
            if restarts:
                memory.forget()
        kept = tables()
        for each in (model("warnings", "Warning"), *(own.objects for own in (StoryPost, StoryBucket, Story, AnalysisState))):
            each.all().delete()
        return kept

    monkeypatch.setattr("huiying.listen.stories.rules.SNAPSHOT_TICKS", 3)
    for part in range(7):
        tick_add(water(6 + part), now=now + timedelta(minutes=part))
    undisturbed = run(restarts=False)
    assert run(restarts=True) == undisturbed
    assert undisturbed["state"][0]["snapshot_tick"] > 1


def test_memory_of_a_transaction_that_did_not_hold_is_not_trusted(now: datetime) -> None:
    tick_add(water(3), now=now)
    with pytest.raises(RuntimeError), transaction.atomic():
        apply_next_tick(stream="live", now=now)
        raise RuntimeError("the outer transaction fails")
    assert apply_next_tick(stream="live", now=now) is True
    assert Story.objects.get().posts == 3


def test_streams_do_not_mix(now: datetime) -> None:
    live = tick_add(water(3), now=now)
    drill = tick_add(water(4), now=now, stream="exercise")
    assert apply(now) is True
    assert apply(now) is False
    assert Story.objects.get(pk=live[0]).posts == 3
    exercise = Story.objects.get(pk=drill[0])
    assert (exercise.posts, exercise.exercise, exercise.stream) == (4, True, "exercise")


def test_a_state_of_other_resources_starts_an_empty_window_and_goes_on(now: datetime, caplog: pytest.LogCaptureFixture) -> None:
    tick_add(water(3), now=now)
    apply_next_tick(stream="live", now=now)
    AnalysisSnapshot.objects.update(state=b"HYST\x63\x00an older format")
    memory.forget()
    later = tick_add([{"text": "城东自来水发黄，整条街都是铁锈味"}], now=now)
    assert apply_next_tick(stream="live", now=now) is True
    assert StoryPost.objects.get(pk=later[0]).story_id == later[0]
    assert "empty window" in caplog.text


def test_the_title_follows_the_most_typical_post_of_earlier_ticks(now: datetime) -> None:
    tick_add([{"text": "城东怎么了水管"}, {"text": "【城东自来水发黄】水管铁锈"}], now=now)
    tick_add(
        [{"text": "城东自来水发黄" + other} for other in ("水管铁锈浑浊停水", "居民检测水质停水", "小区水管铁锈检测", "水质浑浊居民停水")],
        now=now,
    )
    while apply_next_tick(stream="live", now=now):
        pass
    assert "城东自来水发黄" in {story.title for story in Story.objects.filter(posts__gt=2)}


def test_an_empty_tick_moves_the_position(now: datetime, heard: list[dict[str, Any]]) -> None:
    tick_add([{"text": "……"}], now=now)
    assert apply_next_tick(stream="live", now=now) is True
    assert heard[0]["story_ids"] == []
    assert AnalysisState.objects.get().tick == 1


def test_a_tick_takes_few_queries(now: datetime, cast: Any, django_assert_max_num_queries: Any) -> None:
    tick_add(water(3), now=now)
    apply_next_tick(stream="live", now=now)
    tick_add(water(40), now=now)
    with django_assert_max_num_queries(80):  # once a matter: it is warned of, its chain of people begins, the first two are told
        apply_next_tick(stream="live", now=now)
    tick_add(water(90)[43:], now=now)
    with django_assert_max_num_queries(40):  # and its story is looked at for its matter
        apply_next_tick(stream="live", now=now)


def test_the_fields_of_the_upsert_are_those_of_the_model() -> None:
    columns = services.story_columns(pa.RecordBatch.from_pylist([], schema=analysis.STORIES), [], "live")
    assert {*columns, "merged_into", "matter"} == {field.name for field in Story._meta.concrete_fields}
