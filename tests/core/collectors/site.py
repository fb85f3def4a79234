"""A real local web site made of a table of paths, and how to ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from aiohttp import web
from tests.core.collectors.conformance import ALLOWED, NOW, listening

from huiying.core.collectors.contract import Answer, Ask, Json
from huiying.core.collectors.fetch import Fetcher
from huiying.core.collectors.reaching import reach
from huiying.core.collectors.records import Record, Unreadable
from huiying.core.collectors.registry import CONNECTORS, checked_options

T = TypeVar("T")
#: What a path answers: HTML, a status, or whatever a function makes of the request.
Content = str | bytes | int | Callable[[web.BaseRequest], web.Response]


@dataclass
class Site:
    """Pages by path (a path that is not there is 404), and every path that was asked for."""

    pages: dict[str, Content]
    fetcher: Fetcher
    base: str = ""
    asked: list[str] = field(default_factory=list)
    requests: list[web.BaseRequest] = field(default_factory=list)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        self.asked.append(request.path)
        self.requests.append(request)
        content = self.pages.get(request.path, 404)
        if isinstance(content, int):
            return web.Response(status=content)
        if isinstance(content, bytes):
            return web.Response(body=content, content_type="application/octet-stream")
        if isinstance(content, str):
            kind = "text/plain" if request.path == "/robots.txt" else "application/xml" if content.startswith("<?xml") else "text/html"
            return web.Response(text=content, content_type=kind)
        return content(request)

    async def poll(
        self, key: str, path: str, options: Mapping[str, object] | None = None, *, after: Answer | None = None, now: datetime = NOW
    ) -> Answer:
        """Ask once, as the collector does."""
        connector = CONNECTORS[key]
        checked = checked_options(connector, options or {})
        connector.check(self.base + path, checked)
        cursor: Mapping[str, Json] = after.cursor if after else {}
        fetch = partial(self.fetcher.fetch, deadline=5.0)
        return await connector.poll(Ask(self.base + path, checked, cursor, now, fetch, partial(reach, allow=(ALLOWED,))))


@asynccontextmanager
async def site(pages: Mapping[str, Content]) -> AsyncIterator[Site]:
    """Serve until the block ends."""
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(Fetcher(allow=(ALLOWED,)))
        served = Site(dict(pages), fetcher)
        port = await stack.enter_async_context(listening(served.answer, "127.0.0.1"))
        served.base = f"http://127.0.0.1:{port}"
        yield served


def on_site(pages: Mapping[str, Content], act: Callable[[Site], Coroutine[object, object, T]]) -> T:
    """Run what is to be done on a site and return its result."""

    async def run() -> T:
        async with site(pages) as served:
            return await act(served)

    return asyncio.run(run())


def records(answer: Answer) -> list[Record]:
    """Return what could be read."""
    return [item for item in answer.records if isinstance(item, Record)]


def faults(answer: Answer) -> list[Unreadable]:
    """Return what could not be read."""
    return [item for item in answer.records if isinstance(item, Unreadable)]
