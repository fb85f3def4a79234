"""The collector process: one loop that asks every due source, none waiting for another.

Network in coroutines, parsing in threads, every database call in one thread of its own: a source
that drips for 30 seconds holds only its own slot.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from huiying.base.jobs.services import heartbeat
from huiying.core.collectors.addresses import FetchError
from huiying.core.collectors.feeds import read_feed
from huiying.core.collectors.fetch import DEADLINE, Fetched, RetryLater, fetch
from huiying.core.collectors.records import Record, Unreadable

from . import selectors
from .models import Source
from .rules import IntakeResult
from .services import TICK_POSTS, intake, poll_failed, poll_succeeded
from .services.manage import allowed_networks

T = TypeVar("T")
log = logging.getLogger(__name__)
#: How often the loop looks for due sources (seconds).
LOOK = 0.5
#: How often the process says that it is alive (seconds).
HEARTBEAT = 5.0
#: Most sources asked at the same moment.
AT_ONCE = 50


@dataclass(frozen=True)
class Polled:
    """What one poll brought, for ``source check`` and the log."""

    records: int
    outcome: IntakeResult
    error: str = ""


def run_collector(stop: threading.Event, *, deadline: float = DEADLINE) -> None:
    """Poll sources until ``stop`` is set, then finish what is being written and return."""
    asyncio.run(_Collector(stop, deadline).run())


class _Collector:
    """The loop's state: who is being asked, and the one thread that talks to the database."""

    def __init__(self, stop: threading.Event, deadline: float) -> None:
        self._stop = stop
        self._deadline = deadline
        self._asked: dict[int, asyncio.Task[None]] = {}
        self._database = ThreadPoolExecutor(1, thread_name_prefix="collector-db")
        self._beat_at = 0.0

    async def run(self) -> None:
        """Look for due sources again and again."""
        try:
            while not self._stop.is_set():
                await self._look()
                await asyncio.sleep(LOOK)
        finally:
            for task in self._asked.values():
                task.cancel()
            await asyncio.gather(*self._asked.values(), return_exceptions=True)
            await self._in_database(lambda: connection.close())  # looked up there: each thread has its own
            self._database.shutdown(wait=True)

    async def _look(self) -> None:
        now = timezone.now()
        self._asked = {key: task for key, task in self._asked.items() if not task.done()}
        try:
            if now.timestamp() - self._beat_at >= HEARTBEAT:
                await self._in_database(lambda: heartbeat("collector", now))
                self._beat_at = now.timestamp()
            due = await self._in_database(lambda: selectors.due_sources(now))
        except DatabaseError as error:
            log.warning("The collector cannot reach the database, it tries again: %s", error)
            return
        for source in due:
            if source.pk not in self._asked and len(self._asked) < AT_ONCE:
                self._asked[source.pk] = asyncio.create_task(self._ask(source))

    async def _ask(self, source: Source) -> None:
        try:
            await poll(source, call=self._in_database, deadline=self._deadline)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # one source must never end the loop for the others
            log.exception("Reading source %s failed.", source.pk)
            name = type(error).__name__
            try:
                await self._in_database(lambda: poll_failed(source_id=source.pk, now=timezone.now(), code="internal", detail=name))
            except DatabaseError:
                log.warning("The failure of source %s could not be noted.", source.pk)

    async def _in_database(self, function: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database, lambda: _with_connection(function))


def _with_connection(function: Callable[[], T]) -> T:
    close_old_connections()
    return function()


class Call(Protocol):
    """Run a function where the database may be used."""

    def __call__(self, function: Callable[[], T], /) -> Awaitable[T]:
        """Return what the function returns."""


async def poll(source: Source, *, call: Call, deadline: float = DEADLINE) -> Polled:
    """Ask one source once and take in what it has; a refusal is noted on the source, not raised."""
    allow = allowed_networks(exercise=source.exercise)
    try:
        fetched = await fetch(source.url, etag=source.etag, last_modified=source.last_modified, allow=allow, deadline=deadline)
        records = await asyncio.to_thread(_parsed, fetched)
    except FetchError as error:
        pause = error.seconds if isinstance(error, RetryLater) else None
        code, detail = error.code, error.detail
        await call(lambda: poll_failed(source_id=source.pk, now=timezone.now(), code=code, detail=detail, pause_seconds=pause))
        return Polled(0, IntakeResult(0, 0, 0), f"{code} {detail}".strip())
    stored = repeated = quarantined = 0
    for start in range(0, len(records), TICK_POSTS):
        piece = records[start : start + TICK_POSTS]
        outcome = await call(lambda piece=piece: intake(source=source, records=piece, now=timezone.now()))  # type: ignore[misc]
        stored, repeated, quarantined = stored + outcome.stored, repeated + outcome.repeated, quarantined + outcome.quarantined
    await call(lambda: poll_succeeded(source_id=source.pk, now=timezone.now(), etag=fetched.etag, last_modified=fetched.last_modified))
    return Polled(len(records), IntakeResult(stored, repeated, quarantined))


def _parsed(fetched: Fetched) -> list[Record | Unreadable]:
    return [] if fetched.body is None else list(read_feed(fetched.body, content_type=fetched.content_type))
