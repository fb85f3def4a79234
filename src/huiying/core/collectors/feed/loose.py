"""Read a feed that no XML parser takes: each item by itself, so that one broken item costs no other."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from itertools import islice

from .model import ITEM_LIMIT, Document, Item, Value, canonical_prefixed, prefix_of

#: A CDATA section; one that is never closed ends with its item.
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|(?=</(?:item|entry)\s*>)|\Z)", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(\s[^<>]*)?>", re.IGNORECASE)
_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_FEED_END = re.compile(r"</(?:[\w.-]+:)?(?:channel|rss|feed|rdf)\s*>", re.IGNORECASE)
_NAMESPACE = re.compile(r"""xmlns:([\w.-]+)\s*=\s*["']([^"'<>]*)["']""")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""")
_TAG = re.compile(r"<([A-Za-z_][\w:.-]*)((?:\s[^<>]*?)?)(/?)>")
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_CHILD = re.compile(r"<(?:[\w.-]+:)?(name|email|uri)\s*>([^<]*)<", re.IGNORECASE)
_DELETED = re.compile(r"<at:deleted-entry\s([^<>]*)", re.IGNORECASE)
#: No honest item has more elements that are looked for.
FIELD_LIMIT = 200
#: Most of one element that is read (characters).
LONGEST_TEXT = 400_000
#: No honest tag is longer (characters).
TAG_LIMIT = 4_000
#: What is looked for; everything else is the markup of somebody's text.
KNOWN = frozenset(
    [
        "title", "link", "guid", "id", "description", "summary", "content", "content:encoded", "pubdate", "published",
        "updated", "issued", "modified", "created", "date", "dc:date", "dcterms:issued", "dcterms:created", "dcterms:modified",
        "author", "dc:creator", "itunes:author", "category", "dc:subject", "enclosure", "language", "dc:language",
        "media:content", "media:description", "media:title", "media:thumbnail", "itunes:summary", "itunes:image",
        "itunes:new-feed-url", "ttl", "skiphours", "skipdays", "sy:updateperiod", "sy:updatefrequency", "lastbuilddate",
        "feedburner:origlink", "source", "rdf:li",
    ]
)  # fmt: skip


def loose_document(body: str) -> Document:
    """Return what can be told apart in a broken feed; its last item may be marked as cut off."""
    masked = _COMMENT.sub(_blank, _CDATA.sub(_blank, body))
    starts = list(islice(_START.finditer(masked), ITEM_LIMIT + 1))
    prefixes = {name: prefix_of(uri) for name, uri in _NAMESPACE.findall(body) if prefix_of(uri) != "?"}
    first = starts[0].start() if starts else len(body)
    head = _fields(body[:first], masked[:first], prefixes)
    items = []
    for number, start in enumerate(starts):
        limit = starts[number + 1].start() if number + 1 < len(starts) else len(body)
        items.append(_item(body, masked, start, limit, prefixes))
    deleted = [_attributes(match[1]).get("ref", "").strip() for match in _DELETED.finditer(body)]
    return Document("loose", head, items, [one for one in deleted if one])


def _item(body: str, masked: str, start: re.Match[str], limit: int, prefixes: Mapping[str, str]) -> Item:
    end = _END.search(masked, start.end(), limit) or _FEED_END.search(masked, start.end(), limit)
    stop = end.start() if end else limit
    item = _fields(body[start.end() : stop], masked[start.end() : stop], prefixes)
    item.attributes = _attributes(start[1] or "")
    if end is None and limit == len(body):
        item.fault = "the delivery ends inside this item"
    return item


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(one or two or three) for name, one, two, three in _ATTRIBUTE.findall(text[:TAG_LIMIT])}


def _fields(body: str, masked: str, prefixes: Mapping[str, str]) -> Item:
    item = Item()
    at = 0
    unclosed: set[str] = set()
    named = ((match, canonical_prefixed(match[1], prefixes)) for match in _TAG.finditer(masked))
    known = list(islice((pair for pair in named if pair[1] in KNOWN), FIELD_LIMIT))
    for number, (match, name) in enumerate(known):
        if match.start() < at:
            continue
        attributes = _attributes(body[match.start(2) : match.end(2)])
        if match[3]:
            item.add(name, Value("", attributes))
            continue
        tag = match[1].lower()
        close = None if tag in unclosed else re.compile(rf"</{re.escape(tag)}\s*>", re.IGNORECASE).search(masked, match.end())
        if close is None:
            unclosed.add(tag)
        following = known[number + 1][0].start() if number + 1 < len(known) else len(body)
        stop, at = (close.start(), close.end()) if close else (following, following)
        if name != "source":
            item.add(name, _value(body[match.end() : min(stop, match.end() + LONGEST_TEXT)], attributes))
    return item


def _value(raw: str, attributes: Mapping[str, str]) -> Value:
    if "<![CDATA[" in raw:
        return Value("".join(_unwrapped(raw)), attributes)
    if "<" in raw and _ANY_TAG.search(raw):
        children = {name.lower(): html.unescape(text).strip() for name, text in _CHILD.findall(raw)}
        return Value(raw, attributes, markup=True, children=children)
    return Value(html.unescape(raw), attributes)


def _unwrapped(raw: str) -> Iterator[str]:
    at = 0
    for match in _CDATA.finditer(raw):
        yield html.unescape(raw[at : match.start()])
        yield match[1]
        at = match.end()
    yield html.unescape(raw[at:])
