"""Read one web page, or a list page and the pages it links to, as robots.txt allows."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urldefrag

from ..addresses import checked_url
from ..contract import Answer, Ask, Json, Mode
from ..delivered import html_of
from ..fetched import Fetched
from ..records import Unreadable
from ..seen import Seen, mapping, noted, validators
from .reading import Link, links_of
from .settings import OPTIONS, Settings
from .walking import Visit, Walk, queue_of, stored_queue

#: Item pages remembered; a list page shows fewer at any time.
SEEN_LIMIT = 2_000


class Page:
    """Web pages without a feed."""

    key = "page"
    label: Mapping[str, str] = {"en": "Web page or list of pages", "zh-Hans": "网页或列表页"}
    mode = Mode.POLL
    options = OPTIONS
    signals_deletions = False
    terms: Mapping[str, str] = {
        "en": "Check the site's terms of use for automated reading and copying; robots.txt is honoured, and blocked pages stay unread.",
        "zh-Hans": "请核对该网站使用条款是否允许自动读取和复制；系统遵守 robots.txt，被禁止的页面不读取。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse a URL or settings that cannot work."""
        checked_url(url)
        Settings.of(options)

    async def poll(self, ask: Ask) -> Answer:
        """Read the page, or the list and some of its new pages."""
        settings = Settings.of(ask.options)
        walk = Walk(ask, settings)
        return await (_poll_list(ask, settings, walk) if settings.is_list else _poll_page(ask, walk))


async def _poll_page(ask: Ask, walk: Walk) -> Answer:
    url = urldefrag(ask.url).url
    seen = Seen(ask.cursor.get("seen"), limit=SEEN_LIMIT)
    etag, modified = validators(ask)
    fetched = await walk.get(url, etag=etag, last_modified=modified)
    if fetched.body is None:
        return Answer((), dict(ask.cursor) | {"robots": walk.robots.stored()}, demanded_pause=walk.demanded_pause)
    outcome = await walk.parse(fetched, Link(url, None))
    mark = outcome.reason if isinstance(outcome, Unreadable) else outcome.item_id or ""
    records = [outcome] if seen.is_new(url, mark) else []
    seen.note(url, mark)
    cursor = noted(fetched, ask) | {"seen": seen.stored(), "robots": walk.robots.stored()}
    return Answer(records, cursor, demanded_pause=walk.demanded_pause, moved_to=fetched.moved_to)


async def _poll_list(ask: Ask, settings: Settings, walk: Walk) -> Answer:
    """Read the list and its new pages; what room is left goes to pages that were read long ago."""
    seen = Seen(ask.cursor.get("seen"), limit=SEEN_LIMIT)
    queue = queue_of(ask.cursor.get("queue"))
    read_at = dict(mapping(ask.cursor.get("read_at")))
    old: list[Visit] = []
    await walk.robots.require(ask.url)
    room = await walk.requests(ask.url, settings.pages + 1)
    if not queue or room > 1:
        fetched = await walk.get(ask.url)
        room -= 1
        listed = await asyncio.to_thread(_links, fetched, settings, ask)
        waiting = {visit.link.url for visit in queue}
        queue += [Visit(link) for link in listed if link.url not in seen and link.url not in waiting]
        read_at = {link.url: read_at[link.url] for link in listed if link.url in read_at}
        old = _read_long_ago(listed, read_at, settings, ask) if len(queue) < room else []
    visits = [*queue, *old[: max(0, room - len(queue))]]
    records, left = await walk.visit(visits, seen, at_most=room)
    again = {visit.link.url for visit in left}
    read_at |= {visit.link.url: ask.now.isoformat() for visit in visits if visit.link.url not in again}
    queue = [visit for visit in left if visit.link.url not in read_at]
    cursor: dict[str, Json] = {"seen": seen.stored(), "queue": stored_queue(queue), "read_at": read_at, "robots": walk.robots.stored()}
    return Answer(records, cursor, demanded_pause=walk.demanded_pause, more=bool(queue) and walk.demanded_pause is None)


def _links(fetched: Fetched, settings: Settings, ask: Ask) -> list[Link]:
    return links_of(html_of(fetched), fetched.url, settings, received=ask.now)


def _read_long_ago(listed: list[Link], read_at: Mapping[str, Json], settings: Settings, ask: Ask) -> list[Visit]:
    """Return the listed pages whose last reading is older than the setting, the oldest first."""
    if not settings.recheck_hours:
        return []
    before = (ask.now - timedelta(hours=settings.recheck_hours)).isoformat()
    old = [link for link in listed if link.url in read_at and str(read_at[link.url]) <= before]
    return [Visit(link) for link in sorted(old, key=lambda link: str(read_at[link.url]))]
