"""Visit pages one after the other, as their host allows: robots.txt first, its pause between, a bounded number per poll."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..addresses import FetchError
from ..contract import Ask, Json
from ..delivered import html_of
from ..fetched import Fetched, RetryLater
from ..records import Record, Unreadable, time_of
from ..seen import Seen
from .reading import Link, read_page
from .robots import Robots
from .settings import Settings

#: Largest page (bytes); beyond are files and dumps.
PAGE_LIMIT = 2 * 1024 * 1024
#: Longest that one poll waits between requests in all (seconds); what is left is read by the next poll.
WAIT_LIMIT = 60.0
#: How often a page that fails for a moment is tried before it is given up.
TRIES = 3
#: Visits kept for later polls.
QUEUE_LIMIT = 1_000
_ACCEPT = {"Accept": "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.1"}
#: Failures that may pass by themselves; all others are final for this page.
_PASSING = frozenset({"too_slow", "unreachable", "no_such_host", "robots_unreachable"})


@dataclass(frozen=True)
class Visit:
    """A page still to be read, and how often it failed."""

    link: Link
    tries: int = 0


class Walk:
    """The requests of one poll to the hosts of one source."""

    def __init__(self, ask: Ask, settings: Settings) -> None:
        self._ask, self._settings = ask, settings
        self.robots = Robots(ask.fetch, ask.cursor.get("robots"), ask.now)
        self._spent = 0
        #: The pause that the other side asked for (seconds), None when it did not.
        self.demanded_pause: int | None = None

    async def get(self, url: str, *, etag: str = "", last_modified: str = "", limit: int = PAGE_LIMIT) -> Fetched:
        """Return what is behind a URL; raises FetchError, also where robots.txt forbids it."""
        await self.robots.require(url)
        pause = await self.robots.pause(url)
        if pause:
            self.demanded_pause = max(self.demanded_pause or 0, math.ceil(pause))
            if self._spent:
                await asyncio.sleep(pause)
        self._spent += 1
        return await self._ask.fetch(url, etag=etag, last_modified=last_modified, headers=_ACCEPT, limit=limit)

    async def requests(self, url: str, pages: int) -> int:
        """Return how many requests one poll may make to this host, at least 1."""
        pause = await self.robots.pause(url)
        return max(1, min(pages, int(WAIT_LIMIT // pause))) if pause else pages

    async def read(self, link: Link) -> Record | Unreadable:
        """Return what stands on one page."""
        fetched = await self.get(link.url)
        if fetched.url != link.url:
            await self.robots.require(fetched.url)
        return await self.parse(fetched, link)

    async def parse(self, fetched: Fetched, link: Link) -> Record | Unreadable:
        """Return what a fetched page says, read in a thread because extraction takes its time."""

        def read() -> Record | Unreadable:
            return read_page(html_of(fetched), link.url, self._settings, received=self._ask.now, hint=link.published_at)

        return await asyncio.to_thread(read)

    async def visit(self, queue: Sequence[Visit], seen: Seen, *, at_most: int) -> tuple[list[Record | Unreadable], list[Visit]]:
        """Read the first pages of a queue; returns what they say and the queue that is left.

        ``seen`` notes each page read; a page that says what it said before yields nothing. A passing
        failure puts the page at the end of the queue, and after a few tries gives it up with its reason.
        """
        brought: list[Record | Unreadable] = []
        again: list[Visit] = []
        left = list(queue)
        for _ in range(min(at_most, len(left))):
            visit = left.pop(0)
            try:
                outcome = await self.read(visit.link)
            except RetryLater as error:
                self.demanded_pause = max(self.demanded_pause or 0, error.seconds)
                left.insert(0, visit)
                break
            except FetchError as error:
                if _passes(error) and visit.tries + 1 < TRIES:
                    again.append(Visit(visit.link, visit.tries + 1))
                    continue
                outcome = Unreadable(str(error), visit.link.url, "")
            if seen.is_new(visit.link.url, mark := _mark(outcome)):
                brought.append(outcome)
            seen.note(visit.link.url, mark)
        return brought, left + again


def queue_of(stored: Json) -> list[Visit]:
    """Return the queue that a cursor kept."""
    rows = stored if isinstance(stored, Sequence) and not isinstance(stored, str) else ()
    fit = [row for row in rows if isinstance(row, Sequence) and not isinstance(row, str) and len(row) == 3]
    return [Visit(Link(str(url), _moment(at)), tries if isinstance(tries, int) else 0) for url, tries, at in fit]


def stored_queue(queue: Iterable[Visit]) -> list[list[str | int]]:
    """Return the queue as a cursor keeps it."""
    return [
        [visit.link.url, visit.tries, visit.link.published_at.isoformat() if visit.link.published_at else ""]
        for visit in list(queue)[:QUEUE_LIMIT]
    ]


def _moment(value: Json) -> datetime | None:
    try:
        return time_of(value)
    except ValueError:
        return None


def _passes(error: FetchError) -> bool:
    return error.code in _PASSING or (error.code == "http_status" and error.detail.startswith("5"))


def _mark(outcome: Record | Unreadable) -> str:
    return (outcome.item_id or "").rpartition("#")[2] if isinstance(outcome, Record) else "unreadable"
