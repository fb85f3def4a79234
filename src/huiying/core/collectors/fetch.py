"""Ask one URL for its body, trusting nothing about the other side.

A name is resolved once a dial, every address of the answer must pass the gate, and exactly those
addresses are dialled; each redirect passes the same gate. One deadline covers the whole exchange,
because a timeout per read never ends against a server that drips; the byte cap counts after decompression.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from types import TracebackType
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from .addresses import FetchError, Network, checked_url, dialable, networks
from .fetched import LONGEST_PAUSE, USER_AGENT, Fetched, RetryLater
from .pinning import resolved
from .reaching import Resolve, system_resolve
from .unpacking import ACCEPTED, unpacked

#: Whole exchange, redirects included (seconds).
DEADLINE = 30.0
#: Largest body after decompression (bytes); feeds beyond 5 MB are archives.
BODY_LIMIT = 5 * 1024 * 1024
REDIRECT_LIMIT = 3
#: Longest header line (bytes) and most headers of an answer.
HEADER_LIMIT, HEADERS = 8190, 100
#: Connections kept for the next request (seconds): a page's items come right after its list.
KEEP_ALIVE = 15.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_FEED_TYPES = "application/atom+xml, application/rss+xml, application/feed+json, application/json, text/xml, */*;q=0.1"


class _Gate(AbstractResolver):
    """Resolve once for each dial and let only addresses through that may be dialled."""

    def __init__(self, resolve: Resolve, allowed: tuple[Network, ...]) -> None:
        self._resolve, self._allowed = resolve, allowed

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        return resolved(host, port, [str(address) for address in dialable(host, port, await self._resolve(host, port), self._allowed)])

    async def close(self) -> None:
        return None


class Fetcher:
    """One pool of connections behind one gate; use it as an asynchronous context."""

    def __init__(self, *, allow: Iterable[str] = (), contact: str = "", resolve: Resolve = system_resolve) -> None:
        self._allowed = networks(allow)
        self._resolve = resolve
        self._agent = f"{USER_AGENT} (+{contact})" if contact else USER_AGENT
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        """Open the pool."""
        connector = aiohttp.TCPConnector(
            resolver=_Gate(self._resolve, self._allowed),
            socket_factory=self._socket,
            use_dns_cache=False,
            limit=0,
            keepalive_timeout=KEEP_ALIVE,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=HEADER_LIMIT,
            max_field_size=HEADER_LIMIT,
            max_headers=HEADERS,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def fetch(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        headers: Mapping[str, str] | None = None,
        limit: int | None = None,
        deadline: float = DEADLINE,
    ) -> Fetched:
        """Return the body behind a URL; raises FetchError with a code for whatever went wrong."""
        sent = {"Accept": _FEED_TYPES, **(headers or {})}
        if etag:
            sent["If-None-Match"] = etag
        if last_modified:
            sent["If-Modified-Since"] = last_modified
        with _in_words(deadline):
            async with asyncio.timeout(deadline):
                return await self._follow(url, sent, BODY_LIMIT if limit is None else limit)

    async def post(self, url: str, form: Mapping[str, str], *, deadline: float = DEADLINE) -> int:
        """Send a form through the same gate and return the status; no redirect is followed."""
        self._gate(url)
        assert self._session is not None
        with _in_words(deadline):
            async with (
                asyncio.timeout(deadline),
                self._session.post(url, data=dict(form), headers={"User-Agent": self._agent}, allow_redirects=False) as response,
            ):
                return response.status

    async def _follow(self, url: str, headers: Mapping[str, str], limit: int) -> Fetched:
        forever = True
        for hop in range(REDIRECT_LIMIT + 1):
            answer = await self._ask(url, headers, limit, moved=hop > 0 and forever)
            if isinstance(answer, Fetched):
                return answer
            target, status = answer
            if url.startswith("https:") and not target.startswith("https:"):
                raise FetchError("downgrade", target[:200])
            if _host(target) != _host(url):
                headers = {name: value for name, value in headers.items() if name.lower() not in ("authorization", "cookie")}
            forever = forever and status in _PERMANENT
            url = target
        raise FetchError("too_many_redirects", str(REDIRECT_LIMIT))

    async def _ask(self, url: str, headers: Mapping[str, str], limit: int, *, moved: bool) -> Fetched | tuple[str, int]:
        self._gate(url)
        assert self._session is not None
        sent = {**headers, "User-Agent": self._agent, "Accept-Encoding": ACCEPTED}
        async with self._session.get(url, headers=sent, allow_redirects=False) as response:
            if response.status in _REDIRECTS and response.headers.get("Location"):
                return urljoin(url, response.headers["Location"]), response.status
            _refuse(response)
            body = None if response.status == 304 else await _body(response, limit)
            return _fetched(url, body, response, headers, moved_to=url if moved else "")

    def _gate(self, url: str) -> None:
        """Refuse what cannot be tried; a literal address passes the gate here, a name when it is dialled."""
        _scheme, host, port = checked_url(url)
        try:
            literal = str(ip_address(host))
        except ValueError:
            return
        dialable(host, port, [literal], self._allowed)

    def _socket(self, target: tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]) -> socket.socket:
        """Open the socket of one dial: the last gate, for hosts that became addresses on the way (full-width digits)."""
        family, kind, protocol, _name, address = target
        dialable(address[0], address[1], [address[0]], self._allowed)
        return socket.socket(family, kind, protocol)


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
    """Return the body behind one URL with a pool of its own; raises FetchError."""
    async with Fetcher(allow=allow, resolve=resolve) as fetcher:
        return await fetcher.fetch(url, etag=etag, last_modified=last_modified, limit=limit, deadline=deadline)


@contextmanager
def _in_words(deadline: float) -> Iterator[None]:
    """Turn what the libraries raise into a FetchError with a code."""
    try:
        yield
    except TimeoutError as error:
        raise FetchError("too_slow", f"{deadline:.0f}") from error
    except aiohttp.InvalidURL as error:
        raise FetchError("bad_url", str(error)[:200]) from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise FetchError("bad_certificate", _certificate_fault(error)) from error
    except (aiohttp.ClientSSLError, ssl.SSLError) as error:
        raise FetchError("no_tls", type(error).__name__) from error
    except aiohttp.ClientResponseError as error:
        raise FetchError("bad_answer", error.message[:200]) from error
    except aiohttp.ClientError as error:
        raise FetchError("unreachable", type(error).__name__) from error
    except (OSError, ValueError) as error:
        raise FetchError("unreachable", str(error)[:200]) from error


def _certificate_fault(error: aiohttp.ClientConnectorCertificateError) -> str:
    fault = error.certificate_error
    return str(getattr(fault, "verify_message", "") or type(fault).__name__)[:200]


def _host(url: str) -> tuple[str, str, int] | None:
    try:
        return checked_url(url)
    except FetchError:
        return None


def _refuse(response: aiohttp.ClientResponse) -> None:
    if response.status in (429, 503) and response.headers.get("Retry-After"):
        raise RetryLater(response.status, _pause(response.headers["Retry-After"]))
    if response.status == 410:
        raise FetchError("gone", "410")
    if response.status not in (200, 304):
        raise FetchError("http_status", str(response.status))


def _fetched(url: str, body: bytes | None, response: aiohttp.ClientResponse, asked: Mapping[str, str], *, moved_to: str) -> Fetched:
    headers = {name.lower(): value for name, value in response.headers.items()}
    if "link" in headers:
        headers["link"] = ", ".join(response.headers.getall("Link"))
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    if body is None:
        etag, modified = etag or asked.get("If-None-Match", ""), modified or asked.get("If-Modified-Since", "")
    return Fetched(url, body, "" if body is None else headers.get("content-type", ""), etag, modified, headers, moved_to)


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    declared = response.content_length
    if declared is not None and declared > limit:
        raise FetchError("too_large", str(limit))
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > limit:
            raise FetchError("too_large", str(limit))
    return unpacked(bytes(body), response.headers.get("Content-Encoding", ""), limit)


def _pause(value: str) -> int:
    try:
        seconds = int(value)
    except ValueError:
        try:
            seconds = int((parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            seconds = 60
    return min(max(seconds, 1), LONGEST_PAUSE)
