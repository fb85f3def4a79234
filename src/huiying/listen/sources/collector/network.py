"""The network as one source may use it: one pool a set of allowed networks, one pace for all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from urllib.parse import urlsplit

from django.conf import settings

from huiying.core.collectors.addresses import WEB_PORTS
from huiying.core.collectors.contract import Ask
from huiying.core.collectors.fetch import DEADLINE, Fetcher
from huiying.core.collectors.fetched import Fetched
from huiying.core.collectors.pace import Pace
from huiying.core.collectors.reaching import reach

from ..models import Source
from ..rules.channels import checked, connectors
from ..rules.source import OwnKind
from ..services.manage import allowed_networks
from ..services.secrets import opened

#: The canary sings on this machine and is heard through the same gate as everybody else.
_LOOPBACK = ("127.0.0.0/8",)


class Network:
    """What connectors are given to reach the world; use it as an asynchronous context."""

    def __init__(self, *, deadline: float = DEADLINE, pace: Pace | None = None) -> None:
        self.deadline = deadline
        self.pace = pace or Pace()
        self._stack = AsyncExitStack()
        self._fetchers: dict[tuple[str, ...], Fetcher] = {}

    async def __aenter__(self) -> Network:
        """Begin without any connection."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close every pool."""
        await self._stack.aclose()

    async def fetcher(self, allow: tuple[str, ...]) -> Fetcher:
        """Return the pool for a set of allowed networks."""
        if allow not in self._fetchers:
            made = Fetcher(allow=allow, contact=str(settings.CONTACT_URL))
            self._fetchers[allow] = await self._stack.enter_async_context(made)
        return self._fetchers[allow]

    async def ask_of(self, source: Source, now: datetime) -> Ask:
        """Return what the source's connector gets to work with; raises BadOption and SealBroken."""
        connector = connectors()["feed" if source.connector == OwnKind.CANARY else source.connector]
        options = checked(connector, {**source.options, **opened(source.secrets)})
        allow = allowed_networks(exercise=source.exercise)
        if source.connector == OwnKind.CANARY:
            allow = (*allow, *_LOOPBACK)
        return await self.ask(source.url, options, cursor=source.cursor, now=now, allow=allow)

    async def ask(
        self,
        url: str,
        options: Mapping[str, object],
        *,
        now: datetime,
        allow: tuple[str, ...],
        cursor: Mapping[str, object] | None = None,
        watch: Callable[[Fetched], None] | None = None,
    ) -> Ask:
        """Bind an address and options to what may be reached; ``watch`` sees everything that was fetched."""
        pool = await self.fetcher(allow)

        async def paced(
            url: str, *, etag: str = "", last_modified: str = "", headers: Mapping[str, str] | None = None, limit: int | None = None
        ) -> Fetched:
            async with self.pace.turn(host_of(url)):
                fetched = await pool.fetch(
                    url, etag=etag, last_modified=last_modified, headers=headers, limit=limit, deadline=self.deadline
                )
            if watch is not None:
                watch(fetched)
            return fetched

        async def reached(host: str, port: int, *, ports: Collection[int] = WEB_PORTS) -> list[str]:
            return await reach(host, port, ports=ports, allow=allow)

        return Ask(url, options, cursor or {}, now, paced, reached)  # type: ignore[arg-type]  # JSON from the database


def host_of(url: str) -> str:
    """Return the host and port that share a pace; a broken address is a host of its own."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return url[:100]
