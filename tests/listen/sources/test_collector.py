"""The collector against a real local server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from tests.core.collectors.hostile import HostileServer, hostile_server

from huiying.core.collectors.pace import Pace

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    """Return a running hostile server."""
    with hostile_server() as running:
        yield running


def watch(server: HostileServer, path: str, now: datetime, poll_seconds: int = 300) -> Any:
    """Add an exercise source that reads one path of the server."""
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.services import source_add

    return source_add(
        actor=SYSTEM, now=now, name=path, url=f"{server.base}/{path}", channel="forum", poll_seconds=poll_seconds, exercise=True
    )


def collect(*, deadline: float = 1.0, rounds: int = 1) -> None:
    """Let the real collector look for what is due, and wait until all it started has ended."""
    from huiying.listen.sources.collector import Collector, Network

    async def run() -> None:
        async with Network(deadline=deadline, pace=Pace(gap=0)) as network:
            collector = Collector(network, canary=False)
            try:
                for _round in range(rounds):
                    await collector.look()
                    await collector.settled()
            finally:
                await collector.close()

    asyncio.run(run())


def fresh(source: Any) -> Any:
    """Return the source as stored now."""
    source.refresh_from_db()
    return source


def test_a_real_feed_is_collected_over_http(server: HostileServer, now: datetime) -> None:
    from huiying.base.jobs.models import Heartbeat
    from huiying.listen.sources.models import Post

    source = watch(server, "good", now)
    collect()
    fresh(source)
    assert Post.objects.filter(exercise=True).count() == 3
    assert source.cursor["etag"] == '"v1"' and source.next_poll_at > source.last_success_at
    assert Heartbeat.objects.filter(role="collector").exists()


def test_a_slow_source_never_delays_another(server: HostileServer, now: datetime) -> None:
    from huiying.listen.sources.collector import Collector, Network

    slow, quick = watch(server, "drip", now), watch(server, "good", now)

    async def run() -> None:
        async with Network(deadline=30.0, pace=Pace(gap=0)) as network:
            collector = Collector(network, canary=False)
            try:
                await collector.look()
                while not await collector.in_database(lambda: fresh(quick).last_success_at):
                    await asyncio.sleep(0.01)
                assert await collector.in_database(lambda: fresh(slow).last_attempt_at) is None
            finally:
                await collector.close()

    asyncio.run(run())


def test_the_process_ends_when_it_is_asked_to(server: HostileServer, now: datetime) -> None:
    from huiying.listen.sources.collector import run_collector
    from huiying.listen.sources.models import Post

    source, stop = watch(server, "good", now), threading.Event()
    stop.set()
    run_collector(stop)
    assert fresh(source).last_attempt_at is None and not Post.objects.exists()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("empty", "empty"),
        ("huge", "too_large"),
        ("bomb", "entity_bomb"),
        ("loop", "too_many_redirects"),
        ("away", "refused_address"),
        ("drip", "too_slow"),
        ("html", "not_a_feed"),
        ("error", "http_status"),
        ("later", "retry_later"),
    ],
)
def test_a_hostile_source_is_noted_and_backs_off(server: HostileServer, now: datetime, path: str, code: str) -> None:
    from huiying.listen.sources.selectors import source_health

    source = watch(server, path, now)
    collect(deadline=5.0 if path != "drip" else 0.5)
    assert fresh(source).failures == 1
    assert source.last_error.split()[0] == code
    assert source.next_poll_at > source.last_attempt_at
    health = source_health(source.pk, now)
    assert health is not None and health.error and not health.alive


@pytest.mark.parametrize("path", ["broken", "wrong"])
def test_a_damaged_feed_still_gives_its_posts(server: HostileServer, now: datetime, path: str) -> None:
    from huiying.listen.sources.models import Post

    source = watch(server, path, now)
    collect()
    assert fresh(source).last_success_at is not None
    assert Post.objects.filter(title__startswith="自来水发黄").count() >= 2


def test_an_unchanged_feed_is_asked_with_its_validators(server: HostileServer, now: datetime) -> None:
    source = watch(server, "good", now, poll_seconds=5)
    from huiying.listen.sources.models import Source

    collect()
    first = fresh(source).last_success_at
    Source.objects.filter(pk=source.pk).update(next_poll_at=now)
    collect()
    assert fresh(source).last_success_at > first
    assert server.seen[-1][1]["If-None-Match"] == '"v1"'
    assert source.cursor["etag"] == '"v1"'
