"""Dial what is not a plain HTTP request (WebSocket, IMAP) through the same gate as everything else."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterable

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from .addresses import WEB_PORTS, dialable, networks
from .fetch import Resolve, system_resolve


async def reach(
    host: str, port: int, *, ports: Collection[int] = WEB_PORTS, allow: Iterable[str] = (), resolve: Resolve = system_resolve
) -> list[str]:
    """Return the addresses of a host that passed the gate; raises FetchError.

    Whoever calls dials exactly these, with the host's name for TLS: a second look-up could answer otherwise.
    """
    return [str(address) for address in dialable(host, port, await resolve(host, port), networks(allow), ports)]


def pinned(addresses: list[str]) -> aiohttp.TCPConnector:
    """Return a connector that dials only the addresses given; use it inside a running loop."""
    return aiohttp.TCPConnector(resolver=_Pinned(addresses), force_close=True, limit=2, use_dns_cache=False)


class _Pinned(AbstractResolver):
    """Answer only with the addresses that passed the gate."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        return None
