"""Dial only addresses that have passed the gate already: a second look-up could answer otherwise."""

from __future__ import annotations

import socket
from collections.abc import Iterable

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult


def pinned(addresses: list[str]) -> aiohttp.TCPConnector:
    """Return a connector that dials only the addresses given; use it inside a running loop."""
    return aiohttp.TCPConnector(resolver=_Pinned(addresses), force_close=True, limit=2, use_dns_cache=False)


class _Pinned(AbstractResolver):
    """Answer only with the addresses that passed the gate."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        return resolved(host, port, self._addresses)

    async def close(self) -> None:
        return None


def resolved(host: str, port: int, addresses: Iterable[str]) -> list[ResolveResult]:
    """Return addresses as a resolver answers them."""
    return [
        ResolveResult(
            hostname=host,
            host=address,
            port=port,
            family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            proto=0,
            flags=socket.AI_NUMERICHOST,
        )
        for address in addresses
    ]
