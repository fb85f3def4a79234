"""What a connector's test folder states so that the conformance suite can hold the connector to the contract.

Each connector has ``tests/core/collectors/<key>/case.py`` with ``CASE``: a real server of its protocol on loopback, and
what is offered there. `HttpCase` is all that a connector over HTTP needs; others write ``serving`` themselves.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Protocol, cast

from aiohttp import web

from huiying.core.collectors.contract import Answer, Ask, Connector, Json, Mode, StreamConnector
from huiying.core.collectors.fetch import Fetcher
from huiying.core.collectors.reaching import reach
from huiying.core.collectors.records import Record, Unreadable
from huiying.core.collectors.registry import CONNECTORS, checked_options

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
#: The only address that the source under test may reach; the trap listens on another one.
ALLOWED = "127.0.0.1/32"
TRAP = "127.0.0.2"
#: Polls until a source has nothing more at once; more would be a source that never ends.
POLLS = 20


class Served(Protocol):
    """A running other side of one connector."""

    @property
    def url(self) -> str:
        """Where it is."""

    @property
    def asked(self) -> asyncio.Event:
        """Set when the other side was asked anything."""

    @property
    def trapped(self) -> int:
        """How often the forbidden address was dialled."""

    def add(self) -> None:
        """Offer one more item."""

    def misbehave(self, fault: str) -> None:
        """Answer from now on as the fault says; an empty fault is no fault."""


class Case(Protocol):
    """What a connector's test folder states."""

    @property
    def key(self) -> str:
        """The key of the connector."""

    @property
    def options(self) -> Mapping[str, object]:
        """Settings with which it is asked."""

    @property
    def handles(self) -> tuple[str, ...]:
        """Names of accounts in what is offered; none may appear outside ``author_handle``."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Misbehaviours that this other side knows; "redirect" and "hang" are held to more than the others."""

    def serving(self) -> AbstractAsyncContextManager[Served]:
        """Serve until the block ends."""


def case_of(key: str) -> Case:
    """Return the case of a connector."""
    return cast(Case, import_module(f"tests.core.collectors.{key}.case").CASE)


def has_case(key: str) -> bool:
    """Return whether the connector's test folder states a case."""
    return (Path(__file__).parent / key / "case.py").is_file()


def fresh(key: str) -> Connector:
    """Return a connector that shares nothing with the one in the registry."""
    return type(CONNECTORS[key])()


@asynccontextmanager
async def asking(case: Case) -> AsyncIterator[tuple[Served, Callable[[Mapping[str, Json]], Ask]]]:
    """Yield the other side, and how to ask it with a cursor."""
    options = checked_options(CONNECTORS[case.key], case.options)
    async with AsyncExitStack() as stack:
        fetcher = await stack.enter_async_context(Fetcher(allow=(ALLOWED,)))
        served = await stack.enter_async_context(case.serving())
        fetch = partial(fetcher.fetch, deadline=5.0)
        yield served, lambda cursor: Ask(served.url, options, cursor, NOW, fetch, partial(reach, allow=(ALLOWED,)))


@dataclass
class Brought:
    """All that a source brought until it had nothing more."""

    records: list[Record] = field(default_factory=list)
    faults: list[Unreadable] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    cursor: Mapping[str, Json] = field(default_factory=dict)

    @property
    def ids(self) -> set[str]:
        """Return the ids of the records."""
        return {str(record.item_id) for record in self.records}

    def take(self, answer: Answer) -> None:
        """Add one answer; its cursor must survive being stored."""
        self.records += [item for item in answer.records if isinstance(item, Record)]
        self.faults += [item for item in answer.records if isinstance(item, Unreadable)]
        self.deleted += answer.deleted
        self.cursor = json.loads(json.dumps(answer.cursor))


async def bring(connector: Connector, ask: Callable[[Mapping[str, Json]], Ask], cursor: Mapping[str, Json] | None = None) -> Brought:
    """Ask until the source has nothing more at once, or listen until it ends the connection."""
    brought = Brought(cursor=cursor or {})
    if connector.mode is Mode.STREAM:
        async for answer in cast(StreamConnector, connector).listen(ask(brought.cursor)):
            brought.take(answer)
        return brought
    for _poll in range(POLLS):
        answer = await connector.poll(ask(brought.cursor))
        brought.take(answer)
        if not answer.more:
            return brought
    raise AssertionError("The source says again and again that there is more.")


# --- the other side over HTTP ---------------------------------------------------------------


@dataclass
class HttpServed:
    """A server on 127.0.0.1 that answers as its case says, and a trap on 127.0.0.2."""

    case: HttpCase
    url: str = ""
    trap: str = ""
    count: int = 3
    fault: str = ""
    trapped: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    requests: list[web.BaseRequest] = field(default_factory=list)

    def add(self) -> None:
        """Offer one more item."""
        self.count += 1

    def misbehave(self, fault: str) -> None:
        """Answer from now on as the fault says."""
        self.fault = fault

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        self.requests.append(request)
        if request.path == "/robots.txt":
            return self.case.robots(self)
        normal = self.case.content(request, self)
        self.asked.set()
        return await HTTP_FAULTS[self.fault](request, normal, self) if self.fault else normal

    async def spring(self, request: web.BaseRequest) -> web.StreamResponse:
        """Count a request that should never have been made."""
        self.trapped += 1
        return self.case.content(request, self)


class HttpCase:
    """A connector that asks over HTTP: its case states the path and what is normally there."""

    key: ClassVar[str]
    path: ClassVar[str] = "/"
    options: Mapping[str, object] = {}
    handles: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """Return every misbehaviour over HTTP."""
        return tuple(HTTP_FAULTS)

    def content(self, request: web.BaseRequest, served: HttpServed) -> web.Response:
        """Return the normal answer, with ``served.count`` items."""
        raise NotImplementedError

    def robots(self, served: HttpServed) -> web.Response:
        """Return robots.txt."""
        return web.Response(text="User-agent: *\nAllow: /\n")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[HttpServed]:
        """Serve until the block ends."""
        served = HttpServed(self)
        async with AsyncExitStack() as stack:
            port = await stack.enter_async_context(listening(served.answer, "127.0.0.1"))
            trap = await stack.enter_async_context(listening(served.spring, TRAP))
            served.url, served.trap = f"http://127.0.0.1:{port}{self.path}", f"http://{TRAP}:{trap}/"
            yield served


@asynccontextmanager
async def listening(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], host: str) -> AsyncIterator[int]:
    """Serve on a free port of a host and yield the port."""
    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, 0)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


Fault = Callable[[web.BaseRequest, web.Response, HttpServed], Awaitable[web.StreamResponse]]


def _body(make: Callable[[bytes], bytes], **headers: str) -> Fault:
    async def answer(_request: web.BaseRequest, normal: web.Response, _served: HttpServed) -> web.StreamResponse:
        return web.Response(body=make(bytes(cast(bytes, normal.body))), headers={"Content-Type": normal.headers["Content-Type"], **headers})

    return answer


def _status(status: int, **headers: str) -> Fault:
    async def answer(_request: web.BaseRequest, _normal: web.Response, _served: HttpServed) -> web.StreamResponse:
        return web.Response(status=status, headers=headers)

    return answer


async def _redirect(_request: web.BaseRequest, _normal: web.Response, served: HttpServed) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": served.trap})


async def _loop(request: web.BaseRequest, _normal: web.Response, _served: HttpServed) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": str(request.rel_url)})


async def _hang(_request: web.BaseRequest, normal: web.Response, _served: HttpServed) -> web.StreamResponse:
    await asyncio.Event().wait()
    return normal


async def _cut(request: web.BaseRequest, normal: web.Response, _served: HttpServed) -> web.StreamResponse:
    """Announce the whole, send a half, hang up."""
    body = bytes(cast(bytes, normal.body))
    answer = web.StreamResponse(headers={"Content-Type": normal.headers["Content-Type"], "Content-Length": str(len(body))})
    await answer.prepare(request)
    await answer.write(body[: len(body) // 2])
    assert request.transport is not None
    request.transport.close()
    return answer


async def _endless(request: web.BaseRequest, normal: web.Response, _served: HttpServed) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": normal.headers["Content-Type"]})
    await answer.prepare(request)
    piece = bytes(cast(bytes, normal.body))[:1] + b" " * 65_535
    for _ in range(2_000):
        await answer.write(piece)
    return answer


def _bomb(_body_: bytes) -> bytes:
    import gzip

    return gzip.compress(b"0" * 100_000_000, 1)


HTTP_FAULTS: Mapping[str, Fault] = {
    "garbage": _body(lambda _body_: bytes(range(256)) * 50),
    "empty": _body(lambda _body_: b""),
    "truncated": _body(lambda body: body[: len(body) // 2]),
    "truncated_text": _body(lambda body: body[: len(body) * 2 // 3]),
    "deep_json": _body(lambda _body_: b"[" * 200_000),
    "deep_markup": _body(lambda _body_: b"<a>" * 100_000),
    "wrong_json": _body(lambda _body_: b'{"error": {"items": [null, 1, "x", {}]}}'),
    "list_of_nonsense": _body(lambda _body_: b'[null, 1, "x", {}, {"id": 7}, {"id": "8", "content": null}]'),
    "other_page": _body(lambda _body_: b"<!doctype html><html><body><p>moved</p></body></html>"),
    "entities": _body(
        lambda _body_: (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>'
        )
    ),
    "lone_surrogates": _body(lambda body: body.replace(b'"', b'"\\ud800', 9)),
    "zero_bytes": _body(lambda body: body.replace(b" ", b"\0")),
    "bomb": _body(_bomb, **{"Content-Encoding": "gzip"}),
    "not_packed": _body(lambda body: body, **{"Content-Encoding": "gzip"}),
    "cut": _cut,
    "endless": _endless,
    "loop": _loop,
    "redirect": _redirect,
    "hang": _hang,
    "later": _status(429, **{"Retry-After": "120"}),
    "forbidden": _status(403),
    "gone": _status(410),
    "broken_server": _status(500),
}
