"""What a file on this machine holds: a table, a feed, a page, a letter, a sitemap or a list of feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from huiying.core.collectors.encodings import decode
from huiying.core.collectors.feed.reading import FEED_LIMIT, feed_of
from huiying.core.collectors.mailbox.reading import read_message
from huiying.core.collectors.page.reading import read_page
from huiying.core.collectors.page.settings import Settings
from huiying.core.collectors.records import BadFeed, Record, Unreadable
from huiying.core.collectors.sitemap.reading import read_sitemap
from huiying.core.collectors.table import Layout, preview, read_file
from huiying.core.collectors.table.preview import PREVIEW_ROWS
from huiying.core.formats.opml import read_opml

_HEAD = 4096
_TABLES = {"csv": "table (CSV)", "jsonl": "table (JSON lines)", "sheet": "table (workbook)"}

Item = Record | Unreadable


@dataclass(frozen=True)
class Look:
    """What a file holds; ``items`` are what would be stored or held back, ``advice`` is what to do with what is no post."""

    kind: str
    encoding: str = ""
    declared: str = ""
    items: list[Item] = field(default_factory=list)
    columns: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True
    advice: str = ""

    @property
    def unreadable(self) -> list[Unreadable]:
        """The items that cannot be read."""
        return [item for item in self.items if isinstance(item, Unreadable)]


def look_at(path: Path, now: datetime) -> Look:
    """Return what a file holds, whatever it is called; raises BadFeed, BadOpml or FetchError when it cannot be read."""
    with path.open("rb") as file:
        head = decode(file.read(_HEAD)).text.lstrip("\ufeff \t\r\n\0")
    for is_it, read in _READERS:
        if is_it(head, path.suffix.lower()):
            with path.open("rb") as file:
                body = file.read(FEED_LIMIT + 1)
            if len(body) > FEED_LIMIT:
                raise BadFeed(f"{path.name}: only a table may be larger than {FEED_LIMIT // (1024 * 1024)} MB.", code="too_large")
            return read(body, path.name, now)
    return _table(path)


def _table(path: Path) -> Look:
    found = preview(path, Layout())
    columns = {column.name: column.field or ("never read: a person's data" if column.is_person else "") for column in found.columns}
    items = [item for _number, item in islice(read_file(path), PREVIEW_ROWS)]
    return Look(_TABLES.get(found.kind, found.kind), found.encoding, items=items, columns=columns, is_whole=found.is_whole)


def _feed(body: bytes, _name: str, now: datetime) -> Look:
    feed = feed_of(body, now=now)
    kind = feed.kind if "feed" in feed.kind.lower() else f"{feed.kind} feed"
    return Look(kind, feed.encoding, feed.declared_encoding, list(feed.items))


def _letter(body: bytes, name: str, now: datetime) -> Look:
    return Look("letter", items=[read_message(body, place=name, arrived=None, now=now)])


def _page(body: bytes, _name: str, now: datetime) -> Look:
    text = decode(body)
    item = read_page(text.text, "http://file.invalid/", Settings(), received=now)
    return Look("web page", text.encoding, text.declared, [item])


def _sitemap(body: bytes, _name: str, _now: datetime) -> Look:
    found, text = read_sitemap(body), decode(body)
    kind = f"sitemap of {len(found.entries)} {'further sitemaps' if found.is_index else 'addresses'}"
    faults: list[Item] = [Unreadable(fault, "sitemap", "") for fault in found.faults]
    advice = "Its pages are read from the web: huiying source check ADDRESS --kind sitemap"
    return Look(kind, text.encoding, text.declared, faults, advice=advice)


def _list(body: bytes, name: str, _now: datetime) -> Look:
    return Look(f"list of {len(read_opml(body))} feeds (OPML)", advice=f"Add the feeds: huiying source import-opml {name}")


def _root(*names: str) -> Callable[[str, str], bool]:
    pattern = re.compile(rf"<(?:{'|'.join(names)})[\s>/]", re.IGNORECASE)
    return lambda head, _suffix: head.startswith("<") and bool(pattern.search(head))


#: How each kind is known by its first characters and the end of its name, and by what it is read; the rest are tables.
_READERS: tuple[tuple[Callable[[str, str], bool], Callable[[bytes, str, datetime], Look]], ...] = (
    (_root("opml"), _list),
    (_root("urlset", "sitemapindex"), _sitemap),
    (lambda _head, suffix: suffix in (".html", ".htm", ".xhtml"), _page),
    (_root("rss", "feed", "rdf:rdf"), _feed),
    (lambda head, _suffix: head.startswith("{") and "jsonfeed.org/version" in head, _feed),
    (lambda _head, suffix: suffix == ".eml", _letter),
)


def result_of(found: Look) -> dict[str, object]:
    """Return what was found, for a program."""
    times = sorted(item.published_at for item in found.items if isinstance(item, Record) and item.published_at)
    return {
        "kind": found.kind,
        "encoding": found.encoding,
        "declared_encoding": found.declared,
        "items": len(found.items) - len(found.unreadable),
        "unreadable": len(found.unreadable),
        "newest": times[-1] if times else None,
        "oldest": times[0] if times else None,
        "whole": found.is_whole,
        "columns": found.columns,
        "advice": found.advice,
    }


def lines_of(found: Look) -> Iterator[str]:
    """Yield what was found, for a person."""
    if found.encoding:
        yield f"Written in {found.encoding}" + (f", declared as {found.declared}" if found.declared else "") + "."
    for name, meaning in found.columns.items():
        yield f"  {name} -> {meaning or 'not read'}"
    if found.items:
        goes_on = "" if found.is_whole else f", of the first {PREVIEW_ROWS:,} rows; the file goes on"
        yield f"{len(found.items) - len(found.unreadable)} items readable, {len(found.unreadable)} not{goes_on}."
    for item in found.unreadable[:5]:
        yield f"Not readable: {item.place}: {item.reason}"
