"""Read RSS, Atom and JSON Feed from bytes, whatever their encoding claims (no I/O).

The declared encoding is only the third guess: valid UTF-8 is UTF-8 whatever the header says, and
what is not is most often gb18030.
"""

from __future__ import annotations

import codecs
import html
import json
import re
from collections.abc import Iterator
from xml.sax import ContentHandler, SAXException

import defusedxml.common
import defusedxml.sax
import fastfeedparser
import feedparser

from .addresses import FetchError
from .records import Record, Unreadable, time_of

#: Largest feed (bytes) and the most items read of one (what comes after waits for no one: it is named once).
FEED_LIMIT = 5 * 1024 * 1024
ITEM_LIMIT = 5_000

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[\]]{0,2000}>", re.IGNORECASE)
_HIDDEN = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<(/?)[A-Za-z_][^<>]*?(/?)>")
#: Elements left open at one moment; even a feed that never closes its <br> stays below, and parsers take quadratic time beyond.
NESTING_LIMIT = 5_000
_ITEM_START = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_DROPPED = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d)\b[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,4000}>")
_SPACES = re.compile(r"[ \t\r\f\v\u3000]+")
_LINES = re.compile(r"\s*\n\s*")


def read_feed(body: bytes, *, content_type: str = "") -> Iterator[Record | Unreadable]:
    """Yield the items of a feed; raises FetchError when the whole is empty, too large, hostile or no feed."""
    if len(body) > FEED_LIMIT:
        raise FetchError("too_large", str(FEED_LIMIT))
    text = decoded(body, content_type)
    head = text.lstrip("\ufeff \t\r\n\0")
    if not head:
        raise FetchError("empty")
    if head.startswith("{"):
        items = _json_items(head)
    elif head.startswith("<"):
        items = _xml_items(head)
    else:
        raise FetchError("not_a_feed", head[:40])
    for number, item in enumerate(items, 1):
        if number > ITEM_LIMIT:
            yield Unreadable(f"only the first {ITEM_LIMIT} items of one delivery are read", f"item {number}", "")
            return
        yield item


def decoded(body: bytes, content_type: str = "") -> str:
    """Return the text of a body whose declared encoding may be wrong."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if body[:2] in (b"<\0", b"{\0"):
        return body.decode("utf-16-le", "replace")
    guesses = ["utf-8"]
    charset = re.search(r"charset=[\"']?([\w.-]{1,40})", content_type)
    declared = _DECLARED.match(body)
    guesses += [declared.group(1).decode("ascii")] if declared else []
    guesses += [charset.group(1)] if charset else []
    guesses += ["gb18030", "big5hkscs"]
    for guess in guesses:
        name = "gb18030" if guess.lower() in ("gb2312", "gbk", "gb_2312-80", "hz") else guess
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")


def plain(markup: str) -> str:
    """Return the text of a piece of HTML, line breaks kept.

    >>> plain("<p>水&amp;电</p><script>x</script>好")
    '水&电\\n好'
    """
    if "<" in markup:
        markup = _TAG.sub("", _BREAK.sub("\n", _DROPPED.sub("", markup)))
    if "&" in markup:
        markup = html.unescape(markup)
    return _LINES.sub("\n", _SPACES.sub(" ", markup)).strip()


def _xml_items(text: str) -> list[Record | Unreadable]:
    _refuse_entities(text)
    body = _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
    if re.match(r"\s*<(?:!doctype\s+)?html\b", text[:2000], re.IGNORECASE):
        raise FetchError("not_a_feed", "HTML")
    encoded = ('<?xml version="1.0" encoding="utf-8"?>' + body.lstrip()).encode("utf-8", "replace")
    entries: list[object] = []
    language = None
    try:
        parsed = fastfeedparser.parse(encoded)
        entries, language = list(parsed.entries), parsed.feed.get("language")
    except Exception:
        entries = []
    if len(entries) < min(len(_ITEM_START.findall(_HIDDEN.sub("", body))), ITEM_LIMIT) or not entries:
        slow = feedparser.parse(encoded, sanitize_html=False, resolve_relative_uris=False)
        if not entries and not slow.entries and not slow.version:
            raise FetchError("broken" if slow.bozo else "not_a_feed", str(slow.get("bozo_exception", ""))[:120])
        if len(slow.entries) > len(entries):
            entries, language = list(slow.entries), slow.feed.get("language")
    return [_entry(entry, number, language) for number, entry in enumerate(entries[: ITEM_LIMIT + 1], 1)]


def _refuse_entities(text: str) -> None:
    shown = _HIDDEN.sub("", text)
    if _ENTITY.search(shown):
        raise FetchError("entity_bomb")
    depth = 0
    for closing, empty in _ELEMENT.findall(shown):
        depth += -1 if closing else 0 if empty else 1
        if depth > NESTING_LIMIT:
            raise FetchError("broken", f"more than {NESTING_LIMIT} elements deep")
    try:
        defusedxml.sax.parseString(text.encode("utf-8", "replace"), _Ignore(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except defusedxml.common.DefusedXmlException as error:
        raise FetchError("entity_bomb") from error
    except (SAXException, ValueError, LookupError):
        return


class _Ignore(ContentHandler):
    """Listen to a document without keeping anything of it."""


def _entry(entry: object, number: int, feed_language: object) -> Record | Unreadable:
    get = entry.get  # type: ignore[attr-defined]
    place = f"item {number}"
    content = get("content") or []
    body = str(content[0].get("value") or "") if content else ""
    text = plain(body or str(get("description") or get("summary") or ""))
    title = plain(str(get("title") or ""))
    try:
        published = time_of(get("published") or get("updated"))
    except ValueError as error:
        try:
            published = time_of(_struct_time(get("published_parsed") or get("updated_parsed")))
        except ValueError:
            return Unreadable(str(error), place, title or text)
    language = get("language") or feed_language
    return Record(
        item_id=str(get("id") or get("link") or "") or None,
        published_at=published,
        title=title,
        text=text,
        url=str(get("link") or ""),
        author_handle=str(get("author") or "") or None,
        language=str(language) if language else None,
        place=place,
    )


def _struct_time(parsed: object) -> str | None:
    if not parsed:
        raise ValueError("no time")
    year, month, day, hour, minute, second = (int(part) for part in list(parsed)[:6])  # type: ignore[call-overload]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{min(second, 59):02d}+00:00"


def _json_items(text: str) -> list[Record | Unreadable]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FetchError("broken", str(error)[:120]) from error
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise FetchError("not_a_feed", "JSON")
    return [_json_item(item, number, feed.get("language")) for number, item in enumerate(items[: ITEM_LIMIT + 1], 1)]


def _json_item(item: object, number: int, feed_language: object) -> Record | Unreadable:
    place = f"item {number}"
    if not isinstance(item, dict):
        return Unreadable("an item is not an object", place, json.dumps(item, ensure_ascii=True)[:2000])
    try:
        published = time_of(item.get("date_published") or item.get("date_modified"))
    except ValueError as error:
        return Unreadable(str(error), place, json.dumps(item, ensure_ascii=True)[:2000])
    authors = item.get("authors") or [item.get("author") or {}]
    first = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], dict) else {}
    language = item.get("language") or feed_language
    return Record(
        item_id=str(item["id"]) if item.get("id") not in (None, "") else None,
        published_at=published,
        title=str(item.get("title") or ""),
        text=str(item.get("content_text") or "") or plain(str(item.get("content_html") or item.get("summary") or "")),
        url=str(item.get("url") or ""),
        author_handle=str(first.get("url") or first.get("name") or "") or None,
        language=str(language) if language else None,
        place=place,
    )
