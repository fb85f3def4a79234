"""Folding in a process beside the writer gives what folding in the writer gives."""

from __future__ import annotations

import io
import os
import signal
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.listen.stories import beside, folding, memory
from huiying.listen.stories.models import AnalysisState, Story, StoryBucket, StoryPost
from huiying.listen.stories.selectors import applied_tick, totals
from huiying.listen.stories.services import IN_FLIGHT, FoldAhead, apply_next_tick

from .builders import model, tick_add, water

pytestmark = pytest.mark.django_db
TICKS = 14


def take_away() -> list[Any]:
    """Return what the room stores, and remove it."""
    kept: list[Any] = [
        list(AnalysisState.objects.values("stream", "tick", "chain", "posts", "snapshot_tick", "snapshot_posts")),
        [bytes(row.state or b"") for row in AnalysisState.objects.all()],
        list(Story.objects.order_by("pk").values()),
        list(StoryPost.objects.order_by("pk").values()),
        list(StoryBucket.objects.order_by("story", "start").values("story", "start", "posts", "questions", "new_authors")),
    ]
    for each in (model("warnings", "Warning"), *(own.objects for own in (StoryPost, StoryBucket, Story, AnalysisState))):
        each.all().delete()
    memory.forget()
    return kept


@pytest.fixture
def folded_here(now: datetime) -> list[Any]:
    for part in range(TICKS):
        tick_add(water(6 + part), now=now + timedelta(minutes=part))
    while apply_next_tick(stream="live", now=now):
        pass
    return take_away()


def apply_all(ahead: FoldAhead, now: datetime) -> None:
    """Apply what there is, with the process beside kept busy."""
    ahead.look_ahead()
    while apply_next_tick(stream="live", now=now, fold=ahead.fold):
        ahead.look_ahead()


def process_of(ahead: FoldAhead) -> int:
    """Return the number of the process beside."""
    process = ahead._process
    assert process is not None
    return process.pid


def test_a_process_beside_changes_nothing(now: datetime, folded_here: list[Any]) -> None:
    with FoldAhead("live") as ahead:
        assert ahead.look_ahead() == IN_FLIGHT
        assert ahead.look_ahead() == IN_FLIGHT
        assert applied_tick("live") == 0
        apply_all(ahead, now)
        assert applied_tick("live") == TICKS and ahead.is_working
    assert take_away() == folded_here


def test_it_goes_on_from_where_the_stories_stand(now: datetime, folded_here: list[Any]) -> None:
    for _ in range(3):
        assert apply_next_tick(stream="live", now=now)
    with FoldAhead("live") as ahead:
        apply_all(ahead, now)
    assert take_away() == folded_here


def test_when_the_process_ends_the_writer_folds_by_itself(now: datetime, folded_here: list[Any]) -> None:
    with FoldAhead("live") as ahead:
        ahead.look_ahead()
        apply_next_tick(stream="live", now=now, fold=ahead.fold)
        os.kill(process_of(ahead), signal.SIGKILL)
        ahead._process.wait() if ahead._process else None
        apply_all(ahead, now)
        assert ahead.look_ahead() == 0 or ahead.is_working
    assert take_away() == folded_here


def test_when_another_process_wrote_it_starts_again_from_there(now: datetime, folded_here: list[Any]) -> None:
    with FoldAhead("live") as ahead:
        ahead.look_ahead()
        before = process_of(ahead)
        assert apply_next_tick(stream="live", now=now)
        apply_all(ahead, now)
        assert process_of(ahead) != before
    assert take_away() == folded_here


def test_a_transaction_taken_back_folds_the_tick_again(now: datetime, folded_here: list[Any]) -> None:
    class Refused(Exception):
        pass

    with FoldAhead("live") as ahead:
        ahead.look_ahead()

        def fold_and_fail(*words: Any) -> folding.Folded:
            ahead.fold(*words)
            raise Refused

        with pytest.raises(Refused):
            apply_next_tick(stream="live", now=now, fold=fold_and_fail)
        apply_all(ahead, now)
    assert take_away() == folded_here


def test_the_process_ends_with_its_user(now: datetime, folded_here: list[Any]) -> None:
    with FoldAhead("live") as ahead:
        ahead.look_ahead()
        number = process_of(ahead)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_totals_are_of_one_stream(now: datetime) -> None:
    tick_add([*water(2), {"text": "决赛点球大战门将扑出"}, {"text": "决赛点球大战门将扑出"}], now=now)
    assert totals("live") == (0, 0)
    apply_next_tick(stream="live", now=now)
    assert totals("live") == (2, 1)
    assert totals("exercise") == (0, 0)


def test_a_reading_says_when_a_snapshot_is_due() -> None:
    reading = folding.Reading(tick=0, posts=0, snapshot_tick=0, snapshot_posts=0, has_snapshot=False)
    assert reading.move(1, 10) is True
    assert reading.move(2, 7_999) is False
    assert reading.move(3, 1) is True
    assert (reading.posts, reading.snapshot_posts, reading.snapshot_tick) == (8_010, 8_010, 3)


def test_messages_come_as_they_went_and_a_cut_one_is_an_end() -> None:
    stream = io.BytesIO()
    folding.send(stream, (3, b"batch"))
    whole = stream.getvalue()
    assert folding.receive(io.BytesIO(whole)) == (3, b"batch")
    for length in (0, 5, len(whole) - 1):
        with pytest.raises(EOFError):
            folding.receive(io.BytesIO(whole[:length]))


def test_the_process_says_nothing_without_a_start() -> None:
    source, sink = io.BytesIO(), io.BytesIO()
    folding.send(source, (1, b""))
    source.seek(0)
    beside.serve(source, sink)
    assert sink.getvalue() == b""
