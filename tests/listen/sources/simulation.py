"""A town of feeds on a real local server, whose behaviour follows a script in simulated time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

from aiohttp import web
from tests.core.collectors.test_fetcher import certificate


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a feed, from an hour of the simulation to another."""

    begin: float
    end: float
    kind: str

    def holds(self, hour: float) -> bool:
        """Return whether it goes wrong at that hour."""
        return self.begin <= hour < self.end


@dataclass
class Feed:
    """One feed: how many items an hour it brings, how many it offers at once, what goes wrong when."""

    name: str
    per_hour: float
    window: int = 15
    faults: tuple[Fault, ...] = ()
    repeats: bool = False
    validators: bool = True
    items: list[tuple[str, datetime]] = field(default_factory=list)
    offered: set[str] = field(default_factory=set)
    asked: list[datetime] = field(default_factory=list)

    def fault(self, hour: float) -> str:
        """Return what is wrong at that hour, or nothing."""
        return next((fault.kind for fault in self.faults if fault.holds(hour)), "")


class Town:
    """The feeds, and the one clock that server and collector share."""

    def __init__(self, feeds: list[Feed], start: datetime, hours: int, rng: Random) -> None:
        self.feeds = {feed.name: feed for feed in feeds}
        self.start = self.now = start
        for feed in feeds:
            at = start - timedelta(hours=2)
            number = 0
            while (at := at + timedelta(hours=rng.expovariate(feed.per_hour))) < start + timedelta(hours=hours):
                number += 1
                feed.items.append((f"{feed.name}-{number}", at))
        self.bases: dict[str, str] = {}
        self.answers: Counter[str] = Counter()

    @property
    def hour(self) -> float:
        """Return the hours since the start."""
        return (self.now - self.start).total_seconds() / 3600

    def clock(self) -> datetime:
        """Return the simulated moment."""
        return self.now

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer for a feed as its script says for this moment."""
        name = request.match_info["name"].removesuffix("-new")
        feed = self.feeds[name]
        feed.asked.append(self.now)
        fault = feed.fault(self.hour)
        self.answers[fault or "ok"] += 1
        if fault.isdecimal():
            headers = {"Retry-After": "1200"} if fault == "429" else {}
            return web.Response(status=int(fault), headers=headers)
        if fault == "cut":
            response = web.StreamResponse(headers={"Content-Length": "5000"})
            await response.prepare(request)
            await response.write(b"<?xml version='1.0'?><rss>")
            assert request.transport is not None
            request.transport.close()
            return response
        if fault == "tls":
            return web.Response(status=302, headers={"Location": f"{self.bases['tls']}/feeds/{name}"})
        if fault == "html":
            return web.Response(text="<!doctype html><title>Maintenance</title><p>Back soon", content_type="text/html")
        if fault == "moved" and not request.match_info["name"].endswith("-new"):
            return web.Response(status=301, headers={"Location": f"{self.bases['http']}/feeds/{name}-new"})
        return self._feed(feed, request)

    def _feed(self, feed: Feed, request: web.Request) -> web.Response:
        shown = [item for item in feed.items if item[1] <= self.now][-feed.window :]
        etag = f'"{shown[-1][0] if shown else "none"}"'
        if feed.validators and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        feed.offered.update(key for key, _at in shown)
        if feed.repeats:
            shown = shown + shown[-3:]
        entries = "".join(
            f"<item><guid>{key}</guid><title>{key} 自来水</title><description>内容 {key}</description>"
            f"<pubDate>{format_datetime(at)}</pubDate></item>"
            for key, at in reversed(shown)
        )
        text = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{feed.name}</title>{entries}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml", headers={"ETag": etag} if feed.validators else {})

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator[None]:
        """Serve the town over HTTP, and over TLS with a certificate that nobody vouches for."""
        app = web.Application()
        app.router.add_get("/feeds/{name}", self.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        for scheme, tls in (("http", None), ("tls", certificate(folder))):
            site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
            await site.start()
            port = runner.addresses[-1][1]
            self.bases[scheme] = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        try:
            yield
        finally:
            await runner.cleanup()


def script() -> list[Feed]:
    """Return twelve feeds and what happens to them in three days."""
    return [
        Feed("calm", 0.4),
        Feed("lively", 3.0, window=30),
        Feed("flood", 6.0, window=40, repeats=True),
        Feed("down", 2.0, window=40, faults=(Fault(5, 9, "500"), Fault(30, 30.8, "503"))),
        Feed("limited", 3.0, window=60, faults=(Fault(10, 14, "429"), Fault(40, 41, "429"))),
        Feed("expired", 2.0, window=60, faults=(Fault(20, 26, "tls"),)),
        Feed("cut", 2.0, window=40, faults=(Fault(15, 17, "cut"),)),
        Feed("moved", 2.0, window=40, faults=(Fault(12, 72, "moved"),)),
        Feed("repair", 1.0, window=40, faults=(Fault(50, 56, "html"),)),
        Feed("doubled", 3.0, window=30, repeats=True, validators=False),
        Feed("flapping", 2.0, window=40, faults=tuple(Fault(hour, hour + 0.6, "500") for hour in range(20, 40, 2))),
        Feed("missing", 1.0, window=30, faults=(Fault(33, 45, "404"), Fault(45, 47, "cut"))),
    ]


def told(value: object) -> str:
    """Return a value for a failure message."""
    return json.dumps(value, ensure_ascii=False, default=str, indent=1)
