"""Lists of feeds as OPML 2.0, which every feed reader imports and exports.

Source: OPML 2.0, Dave Winer, 2007, sections "The document" and "Subscription lists".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

#: Largest list read (bytes) and most feeds in it.
SIZE_LIMIT, FEED_LIMIT = 5 * 1024 * 1024, 5_000


class BadOpml(ValueError):
    """A file that is no list of feeds; the message says why in one sentence."""


@dataclass(frozen=True)
class Outline:
    """One feed of a list: its name, its address, and the folder it lies in."""

    title: str
    url: str
    folder: str = ""


def read_opml(body: bytes) -> list[Outline]:
    """Return the feeds of a list in order, each address once; raises BadOpml."""
    if len(body) > SIZE_LIMIT:
        raise BadOpml(f"The file is larger than {SIZE_LIMIT} bytes.")
    try:
        root = fromstring(body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadOpml(f"The file is no XML that can be read ({type(error).__name__}).") from error
    if root.tag.lower() != "opml":
        raise BadOpml(f"The file is no OPML but <{root.tag[:40]}>.")
    found: dict[str, Outline] = {}
    for outline in _feeds(root, ""):
        found.setdefault(outline.url, outline)
        if len(found) > FEED_LIMIT:
            raise BadOpml(f"The file lists more than {FEED_LIMIT} feeds.")
    if not found:
        raise BadOpml("The file lists no feed: no outline in it has an xmlUrl.")
    return list(found.values())


def _feeds(root: Element, folder: str) -> Iterator[Outline]:
    waiting = [(child, folder) for child in root.iter("body")]
    while waiting:
        node, place = waiting.pop()
        inner = []
        for child in node:
            if child.tag.lower() != "outline":
                continue
            names = {name.lower(): value.strip() for name, value in child.attrib.items()}
            title = names.get("title") or names.get("text") or ""
            if names.get("xmlurl"):
                yield Outline(title[:200] or names["xmlurl"][:200], names["xmlurl"][:2000], place)
            inner.append((child, place if names.get("xmlurl") else title[:60]))
        waiting.extend(reversed(inner))


def write_opml(outlines: Iterable[Outline], *, title: str, at: datetime) -> bytes:
    """Return a list of feeds, one folder a channel.

    >>> forum = Outline("Forum", "https://f.example/rss", "forum")
    >>> read_opml(write_opml([forum], title="t", at=datetime.fromisoformat("2026-01-01T00:00Z"))) == [forum]
    True
    """
    root = Element("opml", version="2.0")
    head = SubElement(root, "head")
    SubElement(head, "title").text = title
    SubElement(head, "dateCreated").text = format_datetime(at)
    body = SubElement(root, "body")
    folders: dict[str, Element] = {}
    for outline in outlines:
        if outline.folder not in folders:
            folders[outline.folder] = SubElement(body, "outline", text=outline.folder) if outline.folder else body
        SubElement(folders[outline.folder], "outline", type="rss", text=outline.title, title=outline.title, xmlUrl=outline.url)
    packed: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return packed
