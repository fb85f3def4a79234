"""Tell open pages that something changed, over Server-Sent Events.

One loop a process looks at the log's newest number and tells all watchers; no watcher costs a query of its
own. What is told is a number only: the page then asks for its cards as always, with all rights checked.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from . import selectors
from .rules import Changes, Topic, event, topic_of

Message = MutableMapping[str, Any]  # Any: the ASGI specification's own open mappings
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

PATH = "/live/"
#: Seconds between two looks at the log: what a person does reaches the others well within a second.
LOOK_SECONDS = 0.25
#: Seconds of silence after which a line is sent that says nothing, so that proxies keep the connection.
BEAT_SECONDS = 15.0
#: Open pages one person may have that listen; the next one polls.
PER_PERSON = 12
#: Open pages of one process that listen.
IN_ALL = 1000


@dataclass
class _Watcher:
    """One open page."""

    session: str
    topic: Topic
    person_id: int | None
    #: the newest version to tell, or None when the page may no longer know
    told: asyncio.Queue[int | None] = field(default_factory=lambda: asyncio.Queue(maxsize=1))


class Live:
    """Answer ``/live/?on=board`` and ``/live/?on=incident:12``; everything else goes on to the pages."""

    def __init__(self, app: App, *, per_person: int = PER_PERSON, in_all: int = IN_ALL) -> None:
        self.app, self.per_person, self.in_all = app, per_person, in_all
        self.watchers: dict[int, _Watcher] = {}
        self.numbers = itertools.count(1)
        self.version = 0
        self.loop_task: asyncio.Task[None] | None = None
        self.starting = asyncio.Lock()
        self.threads = ThreadPoolExecutor(1, thread_name_prefix="live")  # one thread, so one connection to the database

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get("path") != PATH or scope.get("method") != "GET":
            await self.app(scope, receive, send)
            return
        topic, session = topic_of(scope.get("query_string", b"").decode("latin-1")), _session_key(scope)
        if topic is None:
            await _refuse(send, 400, "Say what to watch: on=board or on=incident:NUMBER.")
            return
        number = next(self.numbers)
        allowed = await self._ask(selectors.still_allowed, {number: (session, topic)}) if session else {}
        if number not in allowed:
            await _refuse(send, 403, "Not signed in, or not open to you.")
            return
        who = allowed[number]
        counts = Counter(watcher.person_id for watcher in self.watchers.values())
        if counts[who.person_id] >= self.per_person or len(self.watchers) >= self.in_all:
            await _refuse(send, 429, "Too many open pages listen already.")
            return
        self.watchers[number] = watcher = _Watcher(session, topic, who.person_id)
        try:
            await self._start_looking()
            await self._serve(watcher, receive, send)
        finally:
            del self.watchers[number]

    async def _serve(self, watcher: _Watcher, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        leaving = asyncio.ensure_future(_left(receive))
        try:
            while not leaving.done():
                telling = asyncio.ensure_future(watcher.told.get())
                await asyncio.wait({telling, leaving}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not telling.done():
                    telling.cancel()
                    body = b": \n\n"
                elif (version := telling.result()) is None:
                    break
                else:
                    body = event(version)
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            leaving.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _start_looking(self) -> None:
        async with self.starting:  # two pages that open at once start one loop
            if self.loop_task is None or self.loop_task.done():
                self.version = await self._ask(selectors.newest)
                self.loop_task = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        """Look at the log as long as anybody watches."""
        while self.watchers:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._tell(await self._ask(selectors.changes_since, self.version))
            except DatabaseError:  # away for a moment; the next look tells what was missed
                continue

    async def _tell(self, changes: Changes) -> None:
        if changes.version == self.version:
            return
        touched = {number: each for number, each in self.watchers.items() if each.topic.is_touched(changes.subjects)}
        asked = {number: (each.session, each.topic) for number, each in touched.items()}
        allowed = await self._ask(selectors.still_allowed, asked) if asked else {}
        self.version = changes.version
        for number, watcher in touched.items():
            if watcher.told.full():  # still busy with the last one: only the newest matters
                watcher.told.get_nowait()
            watcher.told.put_nowait(changes.version if number in allowed else None)

    async def _ask(self, read: Callable[..., Any], *given: object) -> Any:  # Any: what the selector returns
        def run() -> Any:
            close_old_connections()
            try:
                return read(*given)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self.threads, run)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _session_key(scope: Message) -> str:
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        found = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found else ""


async def _refuse(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
