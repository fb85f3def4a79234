"""The gate for what is not a plain HTTP request (WebSocket, IMAP): the same as for everything else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable

from .addresses import WEB_PORTS, FetchError, dialable, networks

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def system_resolve(host: str, port: int) -> list[str]:
    """Return every address the system knows for a name."""
    try:
        answer = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("no_such_host", host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in answer))


async def reach(
    host: str, port: int, *, ports: Collection[int] = WEB_PORTS, allow: Iterable[str] = (), resolve: Resolve = system_resolve
) -> list[str]:
    """Return the addresses of a host that passed the gate; raises FetchError.

    Whoever calls dials exactly these, with the host's name for TLS: a second look-up could answer otherwise.
    """
    return [str(address) for address in dialable(host, port, await resolve(host, port), networks(allow), ports)]
