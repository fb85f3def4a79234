"""Follow a sitemap, a news sitemap or a sitemap index; read the pages behind it where that is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from ..addresses import FetchError, checked_url
from ..contract import Answer, Ask, Json, Kind, Mode, Option
from ..page.reading import Link
from ..page.settings import Settings
from ..page.walking import QUEUE_LIMIT, Visit, Walk, queue_of, stored_queue
from ..records import Record, Unreadable
from ..seen import Seen, digest
from .reading import Entry, Sitemap, moment, read_sitemap

#: Largest file as sent (bytes); sitemaps.org allows 50 MB unpacked.
FILE_LIMIT = 10 * 1024 * 1024
#: Files of an index read in one poll; the others follow in the next.
FILES_PER_POLL = 10
#: Addresses remembered, of those with a date and of those without, each.
SEEN_LIMIT = 10_000
#: Files of an index that are watched, the newest first.
FILES_LIMIT = 2_000
#: Faults of one file that are told one by one.
_FAULT_LIMIT = 20
#: Mark of a file that could not be read the last time.
_FAILED = "failed"


@dataclass
class _Memory:
    """What the cursor keeps between polls."""

    files: Seen
    dated: Seen
    undated: Seen
    pages: Seen
    queue: list[Visit]
    files_due: list[Entry]
    #: Addresses without a date that are watched of each file.
    share: int = SEEN_LIMIT
    records: list[Record | Unreadable] = field(default_factory=list)

    @classmethod
    def of(cls, cursor: Mapping[str, Json]) -> _Memory:
        """Return the memory of the last poll."""
        dated, undated = (Seen(cursor.get(key), limit=SEEN_LIMIT) for key in ("dated", "undated"))
        files, pages = (Seen(cursor.get(key), limit=FILES_LIMIT) for key in ("files", "pages"))
        due = [Entry(url, moment(at)) for url, at in Seen(cursor.get("files_due"), limit=FILES_LIMIT).stored()]
        share = cursor.get("share")
        return cls(files, dated, undated, pages, queue_of(cursor.get("queue")), due, share if isinstance(share, int) else SEEN_LIMIT)


class SiteMap:
    """Sites that list their pages for crawlers."""

    key = "sitemap"
    label: Mapping[str, str] = {"en": "Sitemap or news sitemap", "zh-Hans": "站点地图（含新闻站点地图）"}
    mode = Mode.POLL
    options = (
        Option(
            "read_pages",
            {"en": "Read the page behind each address", "zh-Hans": "读取每个网址的页面"},
            {"en": "Off: only title, address and date of a news sitemap", "zh-Hans": "关闭时只取新闻站点地图中的标题、网址和日期"},
            kind=Kind.FLAG,
            default=False,
        ),
        Option(
            "include",
            {"en": "Only addresses that contain one of", "zh-Hans": "只要网址中含有以下任一内容"},
            kind=Kind.WORDS,
            default=(),
            most=50,
        ),
        Option("days", {"en": "Not older than (days)", "zh-Hans": "不早于（天）"}, kind=Kind.NUMBER, default=3, least=1, most=60),
        Option("pages", {"en": "Pages per poll, at most", "zh-Hans": "每次最多读取的页面数"}, kind=Kind.NUMBER, default=10, most=50),
    )
    signals_deletions = False
    terms: Mapping[str, str] = {
        "en": "Check the site's terms of use for automated reading and copying; robots.txt is honoured for the sitemap and every page.",
        "zh-Hans": "请核对该网站使用条款是否允许自动读取和复制；站点地图和每个页面都遵守 robots.txt。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address that cannot be read."""
        checked_url(url)

    async def poll(self, ask: Ask) -> Answer:
        """Read the sitemap and what is new in it; where the host allows few requests, its parts take turns."""
        memory, walk = _Memory.of(ask.cursor), Walk(ask, Settings())
        pages = int(cast(int, ask.options.get("pages") or 10)) if ask.options.get("read_pages") else 0
        await walk.robots.require(ask.url)
        room = await walk.requests(ask.url, 1 + FILES_PER_POLL + pages)
        if room > 2 or not (memory.files_due or memory.queue):
            await _read_root(ask, walk, memory)
            room -= 1
        files, memory.files_due = memory.files_due[: min(FILES_PER_POLL, room)], memory.files_due[min(FILES_PER_POLL, room) :]
        for entry in files:
            await _read_file(entry, ask, walk, memory)
        brought, memory.queue = await walk.visit(memory.queue, memory.pages, at_most=min(pages, room - len(files)))
        more = bool(memory.queue) or any(_is_urgent(entry, memory) for entry in memory.files_due)
        return Answer(
            memory.records + brought, _stored(memory, walk), demanded_pause=walk.demanded_pause, more=more and walk.demanded_pause is None
        )


def _stored(memory: _Memory, walk: Walk) -> dict[str, Json]:
    kept = {key: getattr(memory, key).stored() for key in ("files", "dated", "undated", "pages")}
    due = [[entry.url, entry.modified.isoformat() if entry.modified else ""] for entry in memory.files_due]
    return kept | {"files_due": due, "share": memory.share, "queue": stored_queue(memory.queue), "robots": walk.robots.stored()}


async def _read_root(ask: Ask, walk: Walk, memory: _Memory) -> None:
    """Read the file that the source names: entries, or the files of an index that are due."""
    root = await _file(ask.url, walk)
    if not root.is_index:
        memory.files_due, memory.share = [], SEEN_LIMIT
        await asyncio.to_thread(_take, root, ask.url, ask, memory)
        memory.files.note(ask.url)
        return
    memory.records += _faults(root, ask.url)
    memory.files_due = _due(root, memory, ask.url)
    memory.share = SEEN_LIMIT // min(len(root.entries), FILES_LIMIT)


async def _file(url: str, walk: Walk) -> Sitemap:
    fetched = await walk.get(url, limit=FILE_LIMIT)
    return await asyncio.to_thread(read_sitemap, fetched.body or b"", fetched.content_type)


def _due(index: Sitemap, memory: _Memory, url: str) -> list[Entry]:
    """Return the files of an index that are due.

    First those that changed, the newest first, then those that do not say, the longest unread first; what failed comes last.
    """
    if not index.entries:
        raise FetchError("empty")
    own = sorted((entry for entry in index.entries if _host(entry.url) == _host(url)), key=_age)
    if len(own) > FILES_LIMIT:
        memory.records.append(Unreadable(f"of the files of the index only the newest {FILES_LIMIT} are watched", url, ""))
    own = own[:FILES_LIMIT]
    dated = [entry for entry in own if entry.modified and memory.files.is_new(entry.url, entry.modified.isoformat())]
    order = {key: number for number, (key, _mark) in enumerate(memory.files.stored())}
    undated = sorted((entry for entry in own if not entry.modified), key=lambda entry: order.get(entry.url, -1))
    return sorted(dated + undated, key=lambda entry: memory.files.mark(entry.url) == _FAILED)


def _is_urgent(entry: Entry, memory: _Memory) -> bool:
    """Return whether a file that is still due is known to hold something new, not just read in turn or failing."""
    return entry.url not in memory.files or (entry.modified is not None and memory.files.mark(entry.url) != _FAILED)


def _age(entry: Entry) -> float:
    """Return the key that sorts the newest first and those without a date last."""
    return -entry.at.timestamp() if entry.at else 0.0


async def _read_file(entry: Entry, ask: Ask, walk: Walk, memory: _Memory) -> None:
    """Read one file of an index; what fails is told and does not stop the others."""
    try:
        sitemap = await _file(entry.url, walk)
        if sitemap.is_index:
            raise FetchError("broken", "an index inside an index")
        await asyncio.to_thread(_take, sitemap, entry.url, ask, memory)
    except FetchError as error:
        memory.records.append(Unreadable(str(error), entry.url, ""))
        memory.files.note(entry.url, _FAILED)
        return
    memory.files.note(entry.url, entry.modified.isoformat() if entry.modified else "")


def _take(sitemap: Sitemap, file: str, ask: Ask, memory: _Memory) -> None:
    """Note what is new in one file: as records, or as pages to visit.

    Addresses without a date count as old when the file is read for the first time.
    """
    memory.records += _faults(sitemap, file)
    wanted = [entry for entry in sitemap.entries if _wanted(entry, file, ask)]
    reads = bool(ask.options.get("read_pages"))
    if not reads and wanted and not any(entry.title for entry in wanted):
        raise FetchError("no_titles", file[:200])
    first = file not in memory.files or memory.files.mark(file) == _FAILED
    waiting = {visit.link.url for visit in memory.queue}
    for entry in _watched(wanted, file, memory):
        seen = memory.dated if entry.at else memory.undated
        mark = (entry.modified.isoformat() if entry.modified else "") if reads else digest(entry.title)
        known = not seen.is_new(digest(entry.url), mark)
        if known or (first and not entry.at) or _keep(entry, memory, waiting, reads=reads):
            seen.note(digest(entry.url), mark)


def _watched(wanted: list[Entry], file: str, memory: _Memory) -> list[Entry]:
    """Return the entries that the memory has room for: more would be forgotten and read as new again and again."""
    dated, undated = sorted((entry for entry in wanted if entry.at), key=_age), [entry for entry in wanted if not entry.at]
    if len(dated) > SEEN_LIMIT:
        memory.records.append(Unreadable(f"of the addresses with a date only the newest {SEEN_LIMIT} are watched", file, ""))
    if len(undated) > memory.share:
        memory.records.append(Unreadable(f"of the addresses without a date only the first {memory.share} are watched", file, ""))
    return dated[:SEEN_LIMIT] + undated[: memory.share]


def _keep(entry: Entry, memory: _Memory, waiting: set[str], *, reads: bool) -> bool:
    """Keep a new entry; False when the queue is full, so that a later poll finds it again."""
    if not reads:
        memory.records.append(_record(entry))
        return True
    if entry.url in waiting:
        return True
    if len(memory.queue) >= QUEUE_LIMIT:
        return False
    waiting.add(entry.url)
    memory.queue.append(Visit(Link(entry.url, entry.at)))
    return True


def _record(entry: Entry) -> Record | Unreadable:
    if not entry.title:
        return Unreadable("the address has no title", entry.url, "")
    return Record(
        item_id=f"{entry.url}#{digest(entry.title)}",
        published_at=entry.at,
        title=entry.title,
        text="",
        url=entry.url,
        language=entry.language or None,
        place=entry.url,
    )


def _wanted(entry: Entry, file: str, ask: Ask) -> bool:
    parts = cast(Sequence[str], ask.options.get("include") or ())
    if parts and not any(part in entry.url for part in parts):
        return False
    days = int(cast(int, ask.options.get("days") or 3))
    return _host(entry.url) == _host(file) and (entry.at is None or entry.at >= ask.now - timedelta(days=days))


def _faults(sitemap: Sitemap, file: str) -> list[Unreadable]:
    told = [Unreadable(fault, file, "") for fault in sitemap.faults[:_FAULT_LIMIT]]
    rest = len(sitemap.faults) - len(told)
    return [*told, Unreadable(f"{rest} more faults of this kind", file, "")] if rest > 0 else told


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
