"""Keep a polite pace with each host, whoever of us asks it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

#: Most requests to one host at the same moment: browsers use six, feed readers of good manners two.
AT_ONCE = 2
#: Least time between the starts of two requests to one host (seconds).
GAP = 0.5
#: Hosts remembered; the oldest idle ones are forgotten first.
REMEMBERED = 10_000


@dataclass
class _Host:
    slots: asyncio.Semaphore
    next_at: float = 0.0
    waiting: int = 0


@dataclass
class Pace:
    """How often and how widely each host may be asked."""

    at_once: int = AT_ONCE
    gap: float = GAP
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _hosts: dict[str, _Host] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until the host may be asked again, and hold one of its slots meanwhile."""
        known = self._hosts.setdefault(host, _Host(asyncio.Semaphore(self.at_once)))
        known.waiting += 1
        try:
            async with known.slots:
                now = self.clock()
                start = max(now, known.next_at)
                known.next_at = start + self.gap
                if start > now:
                    await self.sleep(start - now)
                yield
        finally:
            known.waiting -= 1
            if len(self._hosts) > REMEMBERED:
                self._forget()

    def _forget(self) -> None:
        now = self.clock()
        for host in [host for host, known in self._hosts.items() if not known.waiting and known.next_at <= now]:
            del self._hosts[host]
