"""What is followed from tick to tick is what counting post by post gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from huiying.listen.stories import days, memory
from huiying.listen.stories.days import DayCounts, counted, counts_of_day
from huiying.listen.stories.models import Story
from huiying.listen.stories.services import apply_next_tick
from huiying.listen.stories.signals import tick_applied

from .builders import START, source_of, tick_add, water

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    memory.forget()
    days.forget()
    yield
    memory.forget()
    days.forget()


class Asked:
    """Asks for the counts of all stories while a tick is applied, as the warnings do, and compares them."""

    def __init__(self) -> None:
        self.answers: list[dict[int, DayCounts]] = []

    def __call__(self, sender: object, *, now: datetime, **_rest: Any) -> None:
        ids = list(Story.objects.order_by("pk").values_list("pk", flat=True))
        followed, right = counts_of_day(ids, now), counted(ids, now)
        assert {id: counts for id, counts in followed.items() if counts != DayCounts(0, 0, 0)} == right
        self.answers.append(right)


@pytest.fixture
def asked() -> Iterator[Asked]:
    receiver = Asked()
    tick_applied.connect(receiver, dispatch_uid="test.asked", weak=False)
    yield receiver
    tick_applied.disconnect(dispatch_uid="test.asked")


def rows_of(chance: random.Random, at: datetime, number: int) -> list[dict[str, Any]]:
    """Return posts of one or two matters, early, late and ahead of their time, some without author, some copies."""
    sources = [source_of(name=name) for name in ("A", "B", "C")]
    rows = []
    for place in range(chance.randrange(1, 9)):
        row = dict(chance.choice(water(12)))
        if chance.random() < 0.7:
            row["text"] += f"，第{number}次说{place}"
        author = None if chance.random() < 0.2 else f"author{chance.randrange(9)}"
        rows.append({**row, "author": author, "source": chance.choice(sources), "at": at + timedelta(hours=chance.uniform(-30, 0.5))})
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_what_is_followed_equals_what_is_counted(seed: int, asked: Asked) -> None:
    chance, now = random.Random(seed), START
    for number in range(40):
        now += timedelta(hours=chance.choice([0.2, 2, 7, 26, -3]))
        tick_add(rows_of(chance, now, number), now=now)
        if chance.random() < 0.1:
            days.forget()
        assert apply_next_tick(stream="live", now=now)
    assert len(asked.answers) == 40
    assert max(counts.authors for answer in asked.answers for counts in answer.values()) > 3


def test_a_tick_that_was_taken_back_is_not_remembered(now: datetime, asked: Asked) -> None:
    tick_add(water(3), now=now)
    assert apply_next_tick(stream="live", now=now)
    tick_add(water(5), now=now)
    with pytest.raises(RuntimeError), transaction.atomic():
        apply_next_tick(stream="live", now=now)
        raise RuntimeError("the outer transaction fails")
    assert apply_next_tick(stream="live", now=now)
    assert len(asked.answers) == 3
    assert asked.answers[1] == asked.answers[2]


def test_ticks_applied_by_another_process_are_not_missed(now: datetime, asked: Asked) -> None:
    tick_add(water(3), now=now)
    assert apply_next_tick(stream="live", now=now)
    kept = dict(days._followed)
    tick_add(water(4), now=now)
    assert apply_next_tick(stream="live", now=now)
    days._followed.update(kept)
    kept["live"].chain = "what this process applied last"
    tick_add(water(5), now=now)
    assert apply_next_tick(stream="live", now=now)
    assert len(asked.answers) == 3


def test_a_story_nobody_asks_about_for_a_day_is_dropped(now: datetime, asked: Asked) -> None:
    tick_add(water(3), now=now)
    apply_next_tick(stream="live", now=now)
    assert days._followed["live"].windows
    tick_applied.disconnect(dispatch_uid="test.asked")
    later = now + timedelta(hours=25)
    tick_add([{"text": "决赛点球大战门将扑出", "at": later}], now=later)
    with days.following("live", before=days._followed["live"].chain, after="later", members=lambda _stories: []):
        assert counts_of_day([], later) == {}
    assert days._followed["live"].windows == {}


def test_outside_of_a_tick_posts_are_counted(now: datetime, django_assert_num_queries: Any) -> None:
    tick_add(water(3), now=now)
    apply_next_tick(stream="live", now=now)
    story = Story.objects.get()
    with django_assert_num_queries(1):
        assert counts_of_day([story.pk], now) == {story.pk: DayCounts(copies=0, sources=1, authors=3)}
