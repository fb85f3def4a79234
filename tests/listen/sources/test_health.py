"""Outages, alarms, the canary, and when we say that we are blind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from huiying.core.collectors.records import Record


def fail(source: Any, now: datetime, code: str = "http_status", detail: str = "500") -> None:
    """Let a poll fail."""
    from huiying.listen.sources.services import poll_failed

    poll_failed(source_id=source.pk, now=now, code=code, detail=detail, rng=Random(1))


def answer(source: Any, now: datetime, **heard: Any) -> None:
    """Let a poll succeed."""
    from huiying.listen.sources.services import Heard, poll_succeeded

    poll_succeeded(source_id=source.pk, now=now, cursor={}, heard=Heard(**heard), rng=Random(1))


def outages(source: Any) -> list[tuple[str, bool]]:
    """Return the outages of a source, oldest first, and whether each is open."""
    return [(outage.code, outage.ended_at is None) for outage in source.outages.order_by("pk")]


def test_an_outage_begins_with_the_first_failure_and_ends_with_the_next_answer(feed: Any, now: datetime) -> None:
    for minute in range(3):
        fail(feed, now + timedelta(minutes=minute))
    assert outages(feed) == [("http_status", True)]
    assert feed.outages.get().began_at == now
    answer(feed, now + timedelta(minutes=9))
    assert feed.outages.get().ended_at == now + timedelta(minutes=9)


def test_another_reason_is_another_outage(feed: Any, now: datetime) -> None:
    fail(feed, now)
    fail(feed, now + timedelta(minutes=5), "bad_certificate", "expired")
    assert outages(feed) == [("http_status", False), ("bad_certificate", True)]


def test_a_full_delivery_of_nothing_known_is_a_gap(feed: Any, now: datetime) -> None:
    type(feed).objects.update(last_post_at=now, last_success_at=now)
    answer(feed, now + timedelta(hours=1), items=10, repeated=1)
    assert outages(feed) == []
    answer(feed, now + timedelta(hours=2), items=10, repeated=0)
    assert outages(feed) == [("gap", False)]
    assert feed.outages.get().began_at == now + timedelta(hours=1)


def test_three_answers_that_name_one_new_address_move_a_source_and_the_log_says_so(feed: Any, now: datetime) -> None:
    from huiying.base.audit.models import AuditEntry

    for target in ("https://a.example/", "https://b.example/", "https://b.example/"):
        answer(feed, now, moved_to=target)
    feed.refresh_from_db()
    assert (feed.url, feed.moved_times) == ("https://forum.example/feed", 2)
    answer(feed, now, moved_to="https://b.example/")
    feed.refresh_from_db()
    assert (feed.url, feed.moved_to, feed.moved_times) == ("https://b.example/", "", 0)
    assert AuditEntry.objects.filter(verb="source.moved").count() == 1


def test_a_source_that_says_gone_three_times_is_given_up(feed: Any, now: datetime) -> None:
    for _turn in range(3):
        fail(feed, now, "gone", "410")
    feed.refresh_from_db()
    assert feed.state == "gone"


def test_the_person_on_duty_is_told_once_of_what_lasts(feed: Any, cast: Any, now: datetime) -> None:
    from huiying.base.notify.models import Message
    from huiying.listen.sources.services.health import outages_tell

    fail(feed, now)
    assert outages_tell(now=now) == 0
    fail(feed, now)
    fail(feed, now)
    assert outages_tell(now=now) == 1 and outages_tell(now=now + timedelta(hours=1)) == 0
    told = Message.objects.filter(key=f"outage:{feed.outages.get().pk}")
    assert {message.person_id for message in told} == {cast.commander.pk, cast.analyst.pk}
    assert "Town forum" in told[0].text and "500" in told[0].text
    answer(feed, now + timedelta(hours=2))
    assert outages_tell(now=now + timedelta(hours=2)) == 0


def test_a_paused_source_has_no_open_outage(feed: Any, now: datetime) -> None:
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.services import source_pause

    fail(feed, now)
    source_pause(actor=SYSTEM, now=now, source_id=feed.pk)
    assert outages(feed) == [("http_status", False)]


def test_a_source_that_answers_but_brings_nothing_is_silent_until_it_speaks(feed: Any, now: datetime) -> None:
    from huiying.listen.sources.models import SourceHour
    from huiying.listen.sources.services.health import volumes_judge

    hour, rng = now.replace(minute=0), Random(2)
    SourceHour.objects.bulk_create(
        SourceHour(source=feed, start=hour - timedelta(hours=back), polls=60, stored=rng.randint(3, 9) if back > 30 else 0)
        for back in range(1, 30 * 24)
    )
    type(feed).objects.update(last_post_at=hour - timedelta(hours=30))
    assert volumes_judge(now=now) == 1 and volumes_judge(now=now) == 1
    assert outages(feed) == [("silent", True)]
    SourceHour.objects.filter(start__gte=hour - timedelta(hours=7)).update(stored=6)
    type(feed).objects.update(last_post_at=now)
    assert volumes_judge(now=now) == 0
    assert outages(feed) == [("silent", False)]


def test_how_late_posts_came_is_noted_for_the_hour(feed: Any, now: datetime) -> None:
    from huiying.listen.sources.models import SourceHour
    from huiying.listen.sources.services import intake
    from huiying.listen.sources.services.health import lags_note

    for number in range(10):
        intake(source=feed, records=[Record(f"p{number}", now - timedelta(seconds=10 * number), "", f"水 {number}")], now=now)
    assert lags_note(now=now) == 0
    assert lags_note(now=now + timedelta(hours=1)) == 1
    row = SourceHour.objects.get()
    assert (row.stored, row.lag_p50, row.lag_p90) == (10, 40, 80)


def test_every_delivery_is_counted_by_the_hour(feed: Any, posts: Callable[..., list[Record]], now: datetime) -> None:
    from huiying.listen.sources.models import SourceHour
    from huiying.listen.sources.services import intake

    intake(source=feed, records=posts("一", "二"), now=now)
    intake(source=feed, records=posts("一", "二", "三"), now=now + timedelta(minutes=5))
    answer(feed, now)
    row = SourceHour.objects.get()
    assert (row.start, row.items, row.stored, row.repeated, row.polls) == (now.replace(minute=0), 5, 3, 2, 1)


@pytest.fixture
def alive(feed: Any, now: datetime) -> Any:
    """Return a source that answered, in a house whose processes live."""
    from huiying.base.jobs.services import heartbeat

    answer(feed, now)
    for role in ("collector", "worker"):
        heartbeat(role, now)
    heartbeat("canary", now, "ok 0.20")
    return feed


def test_we_hear_when_a_source_and_the_way_to_the_board_are_alive(alive: Any, now: datetime) -> None:
    from huiying.listen.sources.selectors import hearing

    assert not hearing(now).is_blind and hearing(now).dead == ()


@pytest.mark.parametrize("part", ["collector", "worker"])
def test_we_are_blind_when_a_process_is_dead(alive: Any, cast: Any, now: datetime, part: str) -> None:
    from huiying.base.jobs.models import Heartbeat
    from huiying.base.notify.models import Message
    from huiying.listen.sources.selectors import hearing
    from huiying.listen.sources.services.health import parts_tell

    Heartbeat.objects.filter(role=part).update(at=now - timedelta(minutes=2))
    assert hearing(now).is_blind and hearing(now).dead == (part,)
    assert parts_tell(now=now) == 2 and parts_tell(now=now + timedelta(seconds=5)) == 0
    assert part in Message.objects.filter(key__startswith=f"blind:{part}")[0].text


@pytest.mark.parametrize(("minutes", "detail"), [(1, "failed not_found"), (21, "ok 0.20")])
def test_we_are_blind_when_the_canary_is_dead(alive: Any, now: datetime, minutes: int, detail: str) -> None:
    from huiying.base.jobs.services import heartbeat
    from huiying.listen.sources.selectors import hearing

    heartbeat("canary", now - timedelta(minutes=minutes), detail)
    assert hearing(now).dead == ("canary",)


@pytest.mark.django_db(transaction=True)
def test_the_canary_goes_the_whole_way_and_counts_nowhere() -> None:
    from django.utils import timezone

    from huiying.base.jobs.models import Heartbeat
    from huiying.core.collectors.pace import Pace
    from huiying.listen.sources.collector import Collector, Network
    from huiying.listen.sources.models import Canary, IntakeTick, Post
    from huiying.listen.sources.selectors import counts_24h, sources_health, sources_list

    async def run() -> None:
        async with Network(deadline=5.0, pace=Pace(gap=0)) as network:
            collector = Collector(network)
            try:
                await collector.look()
                await collector.settled()
            finally:
                await collector.close()

    asyncio.run(run())
    sung = Canary.objects.get()
    assert sung.error == "" and sung.found_at is not None and sung.stored_at is not None
    assert Heartbeat.objects.get(role="canary").detail.startswith("ok ")
    assert IntakeTick.objects.get().stream == "canary" and Post.objects.count() == 1
    now = timezone.now()
    assert counts_24h(now) == (0, 0) and sources_list() == sources_health(now) == []


def test_a_canary_that_is_not_found_says_so(db: None, now: datetime) -> None:
    from huiying.base.jobs.models import Heartbeat
    from huiying.listen.sources.services.canary import canary_ended, canary_found

    assert not canary_found(word="canary0123456789abcdef")
    row = canary_ended(word="w", sent_at=now, stored_at=now, now=now + timedelta(seconds=2), error="not_found")
    assert row.found_at is None and row.words.endswith((".", "。"))
    assert Heartbeat.objects.get(role="canary").detail == "failed not_found"
