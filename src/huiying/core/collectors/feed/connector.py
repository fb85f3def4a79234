"""Poll a feed: ask only for what is new, go back through its pages after a gap, and heed what it wishes."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import cast
from zoneinfo import ZoneInfo

from ..addresses import FetchError, checked_url
from ..contract import Answer, Ask, BadOption, Json, Kind, Mode, Option
from ..fetched import Fetched, RetryLater
from ..records import BadFeed, Record
from .entries import absolute
from .pace import LONGEST
from .reading import Feed, feed_of

#: Items of the newest page that are remembered, to see a gap between two polls.
REMEMBERED = 200
#: How often an older page is tried before it is given up.
TRIES = 3
_LINK = re.compile(r"<([^<>]{1,2000})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+))*)")
_RELATION = re.compile(r"""\brel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)
OPTIONS = (
    Option(
        "zone",
        {"en": "Time zone", "zh-Hans": "时区"},
        {
            "en": "Where times without a zone were written, such as Asia/Taipei; without it the language of the feed decides.",
            "zh-Hans": "没有写明时区的时间按哪里的时间算，例如 Asia/Taipei；不填则按信息源的语言判断。",
        },
    ),
    Option(
        "pages",
        {"en": "Older pages", "zh-Hans": "往前翻的页数"},
        {
            "en": "How many older pages are read at first, and after a gap, when the feed has pages or archives (RFC 5005).",
            "zh-Hans": "信息源分页或有存档（RFC 5005）时，首次读取和中断之后最多往前翻多少页。",
        },
        default=5,
        kind=Kind.NUMBER,
        least=0,
        most=100,
    ),
)


@dataclass(frozen=True)
class FeedConnector:
    """RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1."""

    key: str = "feed"
    label: Mapping[str, str] = field(
        default_factory=lambda: {"en": "Feed (RSS, Atom, JSON Feed)", "zh-Hans": "订阅源（RSS、Atom、JSON Feed）"}
    )
    mode: Mode = Mode.POLL
    options: tuple[Option, ...] = OPTIONS
    signals_deletions: bool = True
    terms: Mapping[str, str] = field(
        default_factory=lambda: {
            "en": "A feed is published to be read by programs; check the site's terms for storing and quoting what it says.",
            "zh-Hans": "订阅源本来就是给程序读取的；请查看网站条款是否允许保存和引用其内容。",
        }
    )

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address or a zone that cannot work: raises BadOption."""
        try:
            checked_url(url)
        except FetchError as error:
            raise BadOption("url", url, "an http or https address without user name or password") from error
        zone_of(options)

    async def poll(self, ask: Ask) -> Answer:
        """Ask for the newest page, or for the next older one while a gap is being closed."""
        older = str(ask.cursor.get("older") or "")
        return await (self._older(ask, older) if older else self._newest(ask))

    async def _newest(self, ask: Ask) -> Answer:
        cursor = ask.cursor
        fetched = await ask.fetch(ask.url, etag=str(cursor.get("etag") or ""), last_modified=str(cursor.get("last_modified") or ""))
        if fetched.body is None:
            return Answer((), cursor, least_pause=_pause(fetched, None), moved_to=fetched.moved_to)
        feed = await _read(ask, fetched)
        seen, marks = _marks(cursor.get("seen")), _marks_of(feed)
        page = feed.older if _may_go_on(ask, feed, ask.url, 0) and not set(seen) & set(marks) else ""
        links = _header_links(fetched)
        return Answer(
            feed.items,
            {
                "etag": fetched.etag,
                "last_modified": fetched.last_modified,
                "seen": marks or seen,
                "ids_are_unique": feed.ids_are_unique,
                **({"older": page, "until": seen, "depth": 1} if page else {}),
            },
            least_pause=_pause(fetched, feed),
            moved_to=fetched.moved_to or (feed.moved_to if feed.moved_to not in (ask.url, fetched.url) else ""),
            hub=links.get("hub", "") or feed.hub,
            topic=links.get("self", "") or feed.topic,
            deleted=feed.deleted,
            more=bool(page),
        )

    async def _older(self, ask: Ask, page: str) -> Answer:
        """Read one older page; one that cannot be had after some tries ends the way back, for new items wait meanwhile."""
        done = {key: value for key, value in ask.cursor.items() if key not in ("older", "until", "depth", "failures")}
        try:
            feed = await _read(ask, await ask.fetch(page))
        except RetryLater:
            raise
        except (FetchError, BadFeed):
            failures = int(cast(int, ask.cursor.get("failures") or 0)) + 1
            return Answer((), {**ask.cursor, "failures": failures} if failures < TRIES else done)
        depth = int(cast(int, ask.cursor.get("depth") or 1))
        known = set(_marks(ask.cursor.get("until"))) & set(_marks_of(feed))
        if known or not feed.items or not _may_go_on(ask, feed, page, depth):
            return Answer(feed.items, done, deleted=feed.deleted)
        cursor = {**ask.cursor, "older": feed.older, "depth": depth + 1, "ids_are_unique": feed.ids_are_unique}
        return Answer(feed.items, cursor, deleted=feed.deleted, more=True)


def zone_of(options: Mapping[str, Json]) -> tzinfo | None:
    """Return the zone that a source was given, None when none; raises BadOption."""
    name = str(options.get("zone") or "")
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadOption("zone", name, "a zone name such as Asia/Shanghai or Europe/Paris") from error


async def _read(ask: Ask, fetched: Fetched) -> Feed:
    return await asyncio.to_thread(
        feed_of,
        fetched.body or b"",
        content_type=fetched.content_type,
        now=ask.now,
        zone=zone_of(ask.options),
        url=fetched.url,
        ids_are_unique=ask.cursor.get("ids_are_unique") is not False,
    )


def _may_go_on(ask: Ask, feed: Feed, page: str, depth: int) -> bool:
    pages = ask.options.get("pages")
    return feed.older not in ("", page, ask.url) and depth < (pages if isinstance(pages, int) else 5)


def _marks(stored: Json) -> list[str]:
    return [str(mark) for mark in stored] if isinstance(stored, Sequence) and not isinstance(stored, str) else []


def _marks_of(feed: Feed) -> list[str]:
    """Return short marks of a page's items, by which the next poll sees that nothing was missed."""
    records = [item for item in feed.items if isinstance(item, Record)][:REMEMBERED]
    return [
        hashlib.sha256((item.item_id or f"{item.url}\0{item.title}\0{item.text}").encode("utf-8", "replace")).hexdigest()[:10]
        for item in records
    ]


def _pause(fetched: Fetched, feed: Feed | None) -> int | None:
    wishes = [wish for wish in (fetched.least_pause, feed.least_pause if feed else None) if wish]
    return min(max(wishes), LONGEST) if wishes else None


def _header_links(fetched: Fetched) -> dict[str, str]:
    """Return the first address of each relation in the Link header (RFC 8288)."""
    links: dict[str, str] = {}
    for address, parameters in _LINK.findall(fetched.headers.get("link", "")):
        found = _RELATION.search(parameters)
        for relation in (found[1] or found[2]).lower().split() if found else ():
            links.setdefault(relation, absolute(address, fetched.url))
    return links


CONNECTOR = FeedConnector()
