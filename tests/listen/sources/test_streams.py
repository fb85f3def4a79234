"""A source that talks over a connection held open: a real WebSocket server on loopback."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

import pytest
from aiohttp import web

from huiying.core.collectors.pace import Pace

pytestmark = pytest.mark.django_db(transaction=True)


GONE = {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "kind": "account", "account": {"active": False, "status": "deleted"}}


def event(number: int, now: datetime, operation: str = "create") -> str:
    """Return one event of a Jetstream."""
    commit: dict[str, Any] = {"operation": operation, "collection": "app.bsky.feed.post", "rkey": f"k{number}", "rev": "r"}
    if operation == "create":
        text = f"Water is yellow again, number {number}"
        commit |= {
            "cid": f"c{number}",
            "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": now.isoformat(), "langs": ["en"]},
        }
    return json.dumps(
        {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "time_us": int(now.timestamp() * 1e6) + number, "kind": "commit", "commit": commit}
    )


@pytest.mark.parametrize("turns", [2, 3])
def test_a_stream_is_taken_in_deletions_are_carried_out_and_a_broken_connection_is_an_outage(
    now: datetime, settings: Any, turns: int
) -> None:
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.collector import Collector, Network
    from huiying.listen.sources.models import Outage, Post, Source
    from huiying.listen.sources.services import source_add

    settings.FETCH_ALLOW = ("127.0.0.0/8",)
    connections: list[str] = []

    async def speak(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connections.append(request.query_string)
        if len(connections) == 1:
            for number in range(3):
                await socket.send_str(event(number, now))
        elif len(connections) == 2:
            await socket.send_str(event(1, now, "delete"))
            await socket.send_str(event(9, now))
        else:
            await socket.send_str(json.dumps(GONE | {"time_us": int(now.timestamp() * 1e6) + 10}))
        await socket.close()
        return socket

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/subscribe", speak)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"ws://127.0.0.1:{runner.addresses[0][1]}/subscribe"
        async with Network(deadline=5.0, pace=Pace(gap=0)) as network:
            collector = Collector(network, clock=lambda: now, canary=False)

            def add() -> Source:
                return source_add(actor=SYSTEM, now=now, name="Sky", connector="jetstream", url=url, options={"words": ["water"]})

            try:
                source = await collector.in_database(add)
                for _turn in range(turns):
                    await collector.in_database(lambda: Source.objects.filter(pk=source.pk).update(next_poll_at=now))
                    await collector.look()
                    await collector.settled()
            finally:
                await collector.close()
        await runner.cleanup()

    asyncio.run(run())
    source = Source.objects.get()
    texts = {post.text for post in Post.objects.filter(erased_at=None)}
    said = {2: (0, 2, 9), 3: ()}[turns]  # the third time the account itself is gone
    assert texts == {f"Water is yellow again, number {number}" for number in said}
    assert {post.text for post in Post.objects.filter(erased_at__isnull=False)} == {""}
    assert len(connections) == turns and "cursor=" in connections[1]
    assert source.failures >= 1 and Outage.objects.filter(source=source).exists()
