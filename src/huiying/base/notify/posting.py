"""POST once to an address that passed the collector's gate; one deadline for everything."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from huiying.core.collectors.addresses import FetchError, checked_url, dialable, networks
from huiying.core.collectors.reaching import system_resolve

from .reasons import NotDelivered
from .rules import SEND_SECONDS

#: No receipt is longer than this, in bytes.
LONGEST_ANSWER = 65_536
#: What a far side that only says "too many" is given, in seconds.
USUAL_WAIT = 60.0


@dataclass(frozen=True)
class Answer:
    """What the far side said."""

    status: int
    body: bytes
    retry_after: float | None = None


def hand_in(url: str, body: bytes | None, headers: dict[str, str], method: str = "POST", shown: str = "") -> Answer:
    """Send a request and return a 2xx answer; anything else raises NotDelivered, in which only the host is named."""
    import aiohttp  # a large library that only the process that sends needs

    host = shown or host_of(url)
    try:
        answer = asyncio.run(_request(method, url, body, headers))
    except FetchError as error:
        raise refusal_of(error, host) from error
    except TimeoutError as error:
        raise NotDelivered("no_answer", host=host, detail=f"{SEND_SECONDS:g} s") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotDelivered("no_answer", host=host, detail=type(error).__name__) from error
    if answer.status == 429:
        wait = USUAL_WAIT if answer.retry_after is None else answer.retry_after
        raise NotDelivered("too_fast", wait_seconds=wait, host=host, detail=429)
    if answer.status == 410:
        raise NotDelivered("gone", is_final=True, host=host)
    if not 200 <= answer.status < 300:
        raise NotDelivered("status", host=host, status=answer.status)
    return answer


def refusal_of(error: FetchError, host: str) -> NotDelivered:
    """Return what the gate said as a reason: a name that is not found may be found later, a refused address stays refused."""
    if error.code.startswith(("bad_", "refused_")):
        return NotDelivered("not_dialled", is_final=True, host=host, detail=error.code if error.code == "bad_url" else error)
    return NotDelivered("no_answer", host=host, detail=error.code)


def host_of(url: str) -> str:
    """Return the part of an address that may be shown: tokens are in the path and the query.

    >>> host_of("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret")
    'qyapi.weixin.qq.com'
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _request(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    import aiohttp

    from huiying.core.collectors.pinning import pinned

    async with asyncio.timeout(SEND_SECONDS):
        allowed: Any = settings.FETCH_ALLOW  # Any: settings come from a table of any type
        _scheme, host, port = checked_url(url)
        addresses = dialable(host, port, await system_resolve(host, port), networks(allowed))
        connector = pinned([str(address) for address in addresses])
        async with (
            aiohttp.ClientSession(connector=connector, trust_env=False) as session,
            session.request(method, url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return Answer(response.status, await response.content.read(LONGEST_ANSWER), _seconds(response.headers.get("Retry-After", "")))


def _seconds(retry_after: str) -> float | None:
    """Return the wait a ``Retry-After`` header asks for, at most two hours. Source: RFC 9110, section 10.2.3."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after) if retry_after.isdigit() else parsedate_to_datetime(retry_after).timestamp() - time.time()
    except (TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), 7200.0)
