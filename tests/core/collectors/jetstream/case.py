"""A Jetstream: a WebSocket that sends what happened since a moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, web
from tests.core.collectors.conformance import TRAP, listening

START = 1_795_500_000_000_000
DID = "did:plc:xiaowang77"


def post(number: int, text: str = "北区又停水了", **record: object) -> dict[str, object]:
    """Return the event of a new post."""
    said = {"$type": "app.bsky.feed.post", "text": f"{text} {number}", "langs": ["zh"], "createdAt": "2026-11-24T07:00:00.000Z", **record}
    commit = {"rev": "1", "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"r{number}", "record": said, "cid": "c"}
    return {"did": DID, "time_us": START + number * 1_000_000, "kind": "commit", "commit": commit}


def deletion(number: int, at: int) -> dict[str, object]:
    """Return the event of a deleted post."""
    commit = {"rev": "2", "operation": "delete", "collection": "app.bsky.feed.post", "rkey": f"r{number}"}
    return {"did": DID, "time_us": START + at * 1_000_000, "kind": "commit", "commit": commit}


@dataclass
class JetstreamServed:
    """A stream that sends its events from the cursor on, then ends the connection."""

    url: str = ""
    trap: str = ""
    events: list[dict[str, object]] = field(default_factory=lambda: [post(n) for n in range(1, 4)])
    fault: str = ""
    trapped: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[web.BaseRequest] = field(default_factory=list)

    def add(self) -> None:
        """Offer one more post."""
        self.events.append(post(len(self.events) + 1))

    def misbehave(self, fault: str) -> None:
        """Answer from now on as the fault says."""
        self.fault = fault

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one connection."""
        self.requests.append(request)
        refusals = {"redirect": (302, {"Location": self.trap}), "later": (429, {"Retry-After": "120"}), "broken_server": (500, {})}
        if self.fault in refusals or self.fault == "no_socket":
            status, headers = refusals.get(self.fault, (200, {}))
            return web.Response(status=status, headers=headers)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.asked.set()
        if self.fault == "hang":
            await asyncio.Event().wait()
        await (self._fault(socket, request) if self.fault else self._events(socket, request))
        await socket.close()
        return socket

    async def _events(self, socket: web.WebSocketResponse, request: web.BaseRequest) -> None:
        since = int(request.query.get("cursor", "0"))
        for event in self.events:
            if int(str(event["time_us"])) >= since:
                await socket.send_str(json.dumps(event))

    async def _fault(self, socket: web.WebSocketResponse, request: web.BaseRequest) -> None:
        text = json.dumps(self.events[0])
        frames = {
            "garbage": ["\x00\x01 no json"] * 150,
            "nonsense": ["null", "1", "[]", "{}", '{"time_us": "x"}', '{"time_us": 5, "commit": 7}', '{"time_us": true}'],
            "truncated": [text[: len(text) // 2]],
            "deep": ["[" * 200_000],
            "huge": ["x" * 2_000_000],
            "no_author": [
                '{"time_us": 5, "commit": {"collection": "app.bsky.feed.post", "operation": "create", "record": {"text": "停水"}}}'
            ],
        }
        for frame in frames.get(self.fault, []):
            await socket.send_str(frame)
        if self.fault == "binary":
            await socket.send_bytes(bytes(range(256)))
        if self.fault == "cut":
            assert request.transport is not None
            request.transport.close()
        if self.fault == "restart":
            await socket.close(code=WSCloseCode.INTERNAL_ERROR)

    async def spring(self, request: web.BaseRequest) -> web.StreamResponse:
        """Count a connection that should never have been made."""
        self.trapped += 1
        return web.Response()


class JetstreamCase:
    """Three posts on a stream."""

    key = "jetstream"
    options = {"words": ["停水", "#watermain"]}
    handles = (DID, "xiaowang77")
    faults = (
        *("garbage", "nonsense", "truncated", "deep", "huge", "no_author", "binary", "cut", "restart"),
        *("later", "broken_server", "no_socket", "redirect", "hang"),
    )

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[JetstreamServed]:
        """Serve until the block ends."""
        served = JetstreamServed()
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(listening(served.answer, "127.0.0.1"))
            trap = await stack.enter_async_context(listening(served.spring, TRAP))
            served.url, served.trap = f"ws://127.0.0.1:{port}/subscribe", f"http://{TRAP}:{trap}/subscribe"
            yield served


CASE = JetstreamCase()
