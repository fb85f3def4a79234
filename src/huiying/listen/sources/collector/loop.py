"""The loop that starts what is due.

Network in coroutines, every database call in one thread of its own: a source that drips for 30
seconds holds only its own slot, and sources that failed before may fill no more than half of them.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from random import Random
from typing import TypeVar

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from huiying.base.jobs.services import heartbeat
from huiying.core.collectors.fetch import DEADLINE

from .. import selectors
from ..services import poll_failed
from .asking import poll
from .canary import sing
from .hubs import tend_leases
from .network import Network, host_of
from .streams import hold

T = TypeVar("T")
log = logging.getLogger(__name__)
#: How often the loop looks for due sources (seconds).
LOOK = 0.5
#: How often the process says that it is alive (seconds).
HEARTBEAT = 5.0
#: Most sources asked at the same moment; those that failed last time get half.
AT_ONCE = 100
DOUBTFUL_AT_ONCE = AT_ONCE // 2
#: How often hubs are looked after (seconds).
LEASES = 30.0


def run_collector(stop: threading.Event, *, deadline: float = DEADLINE) -> None:
    """Poll sources until ``stop`` is set, then finish what is being written and return."""

    async def run() -> None:
        async with Network(deadline=deadline) as network:
            await Collector(network).run(stop)

    asyncio.run(run())


class Collector:
    """Who is being asked or listened to, and the one thread that talks to the database."""

    def __init__(
        self, network: Network, *, clock: Callable[[], datetime] = timezone.now, rng: Random | None = None, canary: bool = True
    ) -> None:
        self._network = network
        self._clock = clock
        self._rng = rng or Random()  # noqa: S311 - spreads polls in time, protects nothing
        self._all_chores = [("leases", LEASES, partial(tend_leases, call=self.in_database, network=network, clock=clock))]
        if canary:
            act = partial(sing, call=self.in_database, network=network, clock=clock)
            self._all_chores.append(("canary", selectors.canary_seconds(), act))
        self._asked: dict[int, asyncio.Task[None]] = {}
        self._hosts: dict[int, tuple[str, bool]] = {}
        self._chores: dict[str, asyncio.Task[None]] = {}
        self._chore_at: dict[str, float] = {}
        self._database = ThreadPoolExecutor(1, thread_name_prefix="collector-db")

    async def run(self, stop: threading.Event) -> None:
        """Look for due sources again and again."""
        try:
            while not stop.is_set():
                await self.look()
                await asyncio.sleep(LOOK)
        finally:
            await self.close()

    async def look(self) -> None:
        """Start everything that is due now; returns without waiting for it."""
        now = self._clock()
        self._asked = {key: task for key, task in self._asked.items() if not task.done()}
        try:
            if self._is_time("heartbeat", HEARTBEAT, now):
                await self.in_database(lambda: heartbeat("collector", now))
            due = await self.in_database(lambda: selectors.due_places(now))
            if self._is_time("streams", HEARTBEAT, now):
                await self._end_streams()
        except DatabaseError as error:
            log.warning("The collector cannot reach the database, it tries again: %s", error)
            return
        self._start(due)
        for chore, seconds, act in self._all_chores:
            self._do(chore, seconds, now, act)

    async def _end_streams(self) -> None:
        """Close the connections of streaming sources that somebody has paused."""
        held = [key for key in self._asked if self._hosts[key][0] == ""]
        if held:
            wanted = await self.in_database(selectors.streams_open)
            for source_id in held:
                if source_id not in wanted:
                    self._asked[source_id].cancel()

    async def settled(self) -> None:
        """Wait until everything that was started has ended."""
        await asyncio.gather(*self._asked.values(), *self._chores.values(), return_exceptions=True)

    async def close(self) -> None:
        """End everything; what is being written is finished."""
        tasks = [*self._asked.values(), *self._chores.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.in_database(lambda: connection.close())  # looked up there: each thread has its own
        self._database.shutdown(wait=True)

    def _start(self, due: list[selectors.DuePlace]) -> None:
        running = [self._hosts[key] for key in self._asked]
        hosts = Counter(host for host, _doubtful in running if host)
        doubtful = sum(1 for _host, is_doubtful in running if is_doubtful)
        for place in due:
            host = "" if place.is_stream else host_of(place.url)
            if place.source_id in self._asked or (host and hosts[host] >= self._network.pace.at_once):
                continue
            if not place.is_stream and (len(self._asked) >= AT_ONCE or (place.has_failed and doubtful >= DOUBTFUL_AT_ONCE)):
                continue
            hosts[host] += 1
            doubtful += place.has_failed
            self._hosts[place.source_id] = (host, place.has_failed)
            self._asked[place.source_id] = asyncio.create_task(self._ask(place))

    async def _ask(self, place: selectors.DuePlace) -> None:
        try:
            source = await self.in_database(lambda: selectors.due_source(place.source_id, self._clock()))
            if source is None:
                return
            if place.is_stream:
                await hold(source, call=self.in_database, network=self._network, clock=self._clock)
            else:
                await poll(source, call=self.in_database, network=self._network, clock=self._clock, rng=self._rng)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # one source must never end the loop for the others
            log.exception("Reading source %s failed.", place.source_id)
            name = type(error).__name__
            try:
                await self.in_database(lambda: poll_failed(source_id=place.source_id, now=self._clock(), code="internal", detail=name))
            except DatabaseError:
                log.warning("The failure of source %s could not be noted.", place.source_id)

    def _is_time(self, chore: str, seconds: float, now: datetime) -> bool:
        if now.timestamp() - self._chore_at.get(chore, float("-inf")) < seconds:
            return False
        self._chore_at[chore] = now.timestamp()
        return True

    def _do(self, chore: str, seconds: float, now: datetime, act: Callable[[], Coroutine[None, None, None]]) -> None:
        running = self._chores.get(chore)
        if (running is None or running.done()) and self._is_time(chore, seconds, now):
            self._chores[chore] = asyncio.create_task(_logged(chore, act()))

    async def in_database(self, function: Callable[[], T]) -> T:
        """Run a function in the thread that talks to the database."""
        return await asyncio.get_running_loop().run_in_executor(self._database, lambda: _with_connection(function))


async def _logged(chore: str, work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except Exception:  # a chore must never end the loop
        log.exception("The collector's chore %r failed.", chore)


def _with_connection(function: Callable[[], T]) -> T:
    close_old_connections()
    return function()
