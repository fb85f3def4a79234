"""Ask a host whether its pages may be read (RFC 9309), and remember the answer for a day."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from ..addresses import FetchError
from ..contract import Fetch, Json
from ..fetched import LONGEST_PAUSE, RetryLater
from ..seen import mapping

#: The name by which a robots.txt may address us.
PRODUCT_TOKEN = "Huiying"  # noqa: S105 - a name, no secret
#: RFC 9309, section 2.4: a copy is used for at most a day, longer only while the file cannot be reached.
KEPT_FOR = timedelta(hours=24)
#: RFC 9309, section 2.5: at least 500 KiB are read (bytes).
READ_LIMIT = 512 * 1024
#: A longer file is asked for again at each poll instead of swelling the cursor (characters).
KEPT_LIMIT = 64 * 1024
#: Hosts whose file is kept.
HOSTS_KEPT = 20
#: What says that we may not even dial, not that the file is unavailable.
_GATE = frozenset({"bad_url", "refused_address", "refused_port", "no_such_host"})


class Robots:
    """The rules of the hosts asked during one poll."""

    def __init__(self, fetch: Fetch, stored: Json, now: datetime) -> None:
        self._fetch, self._now = fetch, now
        self._kept: dict[str, Mapping[str, Json]] = {origin: mapping(kept) for origin, kept in mapping(stored).items()}
        self._rules: dict[str, Protego] = {}

    async def require(self, url: str) -> None:
        """Return when the URL may be read; raises FetchError "robots_refused" or "robots_unreachable"."""
        rules = await self._of(url)
        if not rules.can_fetch(url, PRODUCT_TOKEN):
            raise FetchError("robots_refused", url[:200])

    async def pause(self, url: str) -> float:
        """Return how many seconds the host wants between two requests (0 when it does not say)."""
        rules = await self._of(url)
        rate = rules.request_rate(PRODUCT_TOKEN)
        wishes = [rules.crawl_delay(PRODUCT_TOKEN) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0]
        return min(max((wish for wish in wishes if math.isfinite(wish) and wish > 0), default=0.0), LONGEST_PAUSE)

    def stored(self) -> dict[str, Json]:
        """Return what the cursor keeps: per host the file and when it was read."""
        newest = list(self._kept.items())[-HOSTS_KEPT:]
        return {origin: kept for origin, kept in newest if len(str(kept.get("text", ""))) <= KEPT_LIMIT}

    async def _of(self, url: str) -> Protego:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = await asyncio.to_thread(Protego.parse, await self._text(origin))
        return self._rules[origin]

    async def _text(self, origin: str) -> str:
        kept = self._kept.get(origin, {})
        if kept and self._now - _time(kept.get("at")) < KEPT_FOR:
            return str(kept.get("text", ""))
        try:
            fetched = await self._fetch(f"{origin}/robots.txt", limit=READ_LIMIT, headers={"Accept": "text/plain, */*;q=0.1"})
            text = (fetched.body or b"").decode("utf-8-sig", "replace")
        except RetryLater:
            raise
        except FetchError as error:
            if error.code in _GATE:
                raise
            if not _is_unavailable(error):
                if kept:
                    return str(kept.get("text", ""))
                raise FetchError("robots_unreachable", f"{origin}: {error}"[:200]) from error
            text = ""
        self._kept[origin] = {"at": self._now.isoformat(), "text": text}
        return text


def _is_unavailable(error: FetchError) -> bool:
    """Return whether the host says that there is no such file (RFC 9309: then everything may be read)."""
    return error.code == "gone" or (error.code == "http_status" and error.detail.startswith("4") and error.detail != "429")


def _time(value: Json) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.fromisoformat("1970-01-01T00:00:00+00:00")
