"""Ask one URL for its body, trusting nothing about the other side.

The name is resolved once, every address of the answer must pass the gate, and exactly that address
is dialled; each redirect passes the same gate. One deadline covers the whole exchange, because a
timeout per read never ends against a server that drips; the byte cap counts after decompression.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from huiying import __version__

from .addresses import FetchError, Network, checked_url, dialable, networks

USER_AGENT = f"Huiying/{__version__}"
#: Whole exchange, redirects included (seconds).
DEADLINE = 30.0
#: Largest body after decompression (bytes); feeds beyond 5 MB are archives.
BODY_LIMIT = 5 * 1024 * 1024
REDIRECT_LIMIT = 3
#: A server may ask for a pause of up to a day (seconds).
LONGEST_PAUSE = 86_400
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], Awaitable[list[str]]]


@dataclass(frozen=True)
class Fetched:
    """What came back; ``body`` is None when nothing changed since the last time."""

    url: str
    body: bytes | None
    content_type: str
    etag: str
    last_modified: str


class RetryLater(FetchError):
    """The server asks to wait that many seconds."""

    def __init__(self, status: int, seconds: int) -> None:
        super().__init__("retry_later", str(status))
        self.seconds = seconds


class _Pinned(AbstractResolver):
    """Answer only with the addresses that passed the gate."""

    def __init__(self, host: str, addresses: list[str]) -> None:
        self._host, self._addresses = host, addresses

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


async def system_resolve(host: str, port: int) -> list[str]:
    """Return every address the system knows for a name."""
    try:
        answer = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError("no_such_host", host) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in answer))


async def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    allow: Iterable[str] = (),
    deadline: float = DEADLINE,
    limit: int = BODY_LIMIT,
    resolve: Resolve = system_resolve,
) -> Fetched:
    """Return the body behind a URL; raises FetchError with a code for whatever went wrong."""
    allowed = networks(allow)
    conditions = {"If-None-Match": etag} if etag else {}
    if last_modified:
        conditions["If-Modified-Since"] = last_modified
    try:
        async with asyncio.timeout(deadline):
            return await _follow(url, conditions, allowed, limit, resolve)
    except TimeoutError as error:
        raise FetchError("too_slow", f"{deadline:.0f}") from error
    except aiohttp.ClientError as error:
        raise FetchError("unreachable", type(error).__name__) from error
    except (OSError, ValueError) as error:
        raise FetchError("unreachable", str(error)[:200]) from error


async def _follow(url: str, conditions: dict[str, str], allowed: tuple[Network, ...], limit: int, resolve: Resolve) -> Fetched:
    for _hop in range(REDIRECT_LIMIT + 1):
        answer = await _ask(url, conditions, allowed, limit, resolve)
        if isinstance(answer, Fetched):
            return answer
        if url.startswith("https:") and not answer.startswith("https:"):
            raise FetchError("downgrade", answer[:200])
        url = answer
    raise FetchError("too_many_redirects", str(REDIRECT_LIMIT))


async def _ask(url: str, conditions: dict[str, str], allowed: tuple[Network, ...], limit: int, resolve: Resolve) -> Fetched | str:
    _scheme, host, port = checked_url(url)
    addresses = [str(address) for address in dialable(host, port, await _addresses(host, port, resolve), allowed)]
    connector = aiohttp.TCPConnector(resolver=_Pinned(host, addresses), force_close=True, limit=2, use_dns_cache=False)
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": "application/atom+xml, application/rss+xml, application/feed+json, application/json, text/xml, */*;q=0.1",
    }
    async with (
        aiohttp.ClientSession(connector=connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(), max_line_size=8190) as session,
        session.get(url, headers=headers | conditions, allow_redirects=False, timeout=aiohttp.ClientTimeout(total=None)) as response,
    ):
        if response.status in _REDIRECTS and response.headers.get("Location"):
            return urljoin(url, response.headers["Location"])
        if response.status == 304:
            return Fetched(url, None, "", conditions.get("If-None-Match", ""), conditions.get("If-Modified-Since", ""))
        if response.status in (429, 503) and response.headers.get("Retry-After"):
            raise RetryLater(response.status, _pause(response.headers["Retry-After"]))
        if response.status != 200:
            raise FetchError("http_status", str(response.status))
        return Fetched(
            url,
            await _body(response, limit),
            response.headers.get("Content-Type", ""),
            response.headers.get("ETag", "")[:200],
            response.headers.get("Last-Modified", "")[:100],
        )


async def _addresses(host: str, port: int, resolve: Resolve) -> list[str]:
    return await resolve(host, port)


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    declared = response.content_length
    if declared is not None and declared > limit:
        raise FetchError("too_large", str(limit))
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > limit:
            raise FetchError("too_large", str(limit))
    return bytes(body)


def _pause(value: str) -> int:
    try:
        seconds = int(value)
    except ValueError:
        try:
            seconds = int((parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            seconds = 60
    return min(max(seconds, 1), LONGEST_PAUSE)
