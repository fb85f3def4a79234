"""Read a sitemap, a news sitemap or a sitemap index from bytes (no I/O)."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..addresses import FetchError, checked_url
from ..encodings import decode
from ..records import time_of

#: sitemaps.org: at most 50 MB unpacked and 50,000 entries.
UNPACKED_LIMIT = 50 * 1024 * 1024
ENTRY_LIMIT = 50_000
#: Elements inside each other; a sitemap needs five.
_DEPTH_LIMIT = 20
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")


@dataclass(frozen=True)
class Entry:
    """One address of a sitemap, with what it says about it."""

    url: str
    modified: datetime | None = None
    title: str = ""
    published: datetime | None = None
    language: str = ""

    @property
    def at(self) -> datetime | None:
        """When the page was published or, failing that, changed."""
        return self.published or self.modified


@dataclass
class Sitemap:
    """What one file holds; ``faults`` says what could not be read."""

    is_index: bool = False
    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_sitemap(body: bytes, content_type: str = "") -> Sitemap:
    """Return the entries of a file; raises FetchError when it is no sitemap, hostile or too large.

    A file that ends in the middle gives the entries before the cut and a fault.
    """
    text = decode(_unpacked(body), content_type=content_type).text.lstrip("\ufeff \t\r\n\0")
    if not text:
        raise FetchError("empty")
    if not text.startswith("<"):
        raise FetchError("not_a_sitemap", text[:40])
    found = Sitemap()
    xml = _DECLARATION.sub("", text, count=1).lstrip().encode("utf-8", "replace")
    try:
        for entry in _entries(xml, found):
            if len(found.entries) >= ENTRY_LIMIT:
                found.faults.append(f"only the first {ENTRY_LIMIT} addresses are read")
                break
            found.entries.append(entry)
    except DefusedXmlException as error:
        raise (
            FetchError("not_a_sitemap", "HTML") if getattr(error, "name", "").lower() == "html" else FetchError("entity_bomb")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        if not found.entries:
            raise FetchError("broken", str(error)[:120]) from error
        found.faults.append(f"the file is cut or damaged after {len(found.entries)} addresses: {error}"[:200])
    return found


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, UNPACKED_LIMIT + 1)
    except zlib.error as error:
        raise FetchError("broken", str(error)[:120]) from error
    if len(data) > UNPACKED_LIMIT:
        raise FetchError("too_large", str(UNPACKED_LIMIT))
    return data


def _entries(xml: bytes, found: Sitemap) -> Iterator[Entry]:
    depth = 0
    for event, element in iterparse(io.BytesIO(xml), events=("start", "end"), forbid_dtd=True):
        name = _local(element)
        if event == "start":
            if depth == 0:
                if name not in ("urlset", "sitemapindex"):
                    raise FetchError("not_a_sitemap", name[:40])
                found.is_index = name == "sitemapindex"
            depth += 1
            if depth > _DEPTH_LIMIT:
                raise FetchError("broken", f"more than {_DEPTH_LIMIT} elements deep")
            continue
        depth -= 1
        if depth == 1:
            if name in ("url", "sitemap"):
                entry = _entry(element)
                if isinstance(entry, Entry):
                    yield entry
                else:
                    found.faults.append(entry)
            element.clear()


def _entry(element: Element) -> Entry | str:
    said = {_local(node): " ".join((node.text or "").split()) for node in element.iter()}
    url = said.get("loc", "")
    try:
        checked_url(url)
    except FetchError:
        return f"not a web address: {url[:200]!r}"
    return Entry(url, moment(said.get("lastmod")), said.get("title", ""), moment(said.get("publication_date")), said.get("language", ""))


def moment(text: str | None) -> datetime | None:
    """Return the time in a text, None when there is none."""
    try:
        return time_of(text)
    except ValueError:
        return None


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
