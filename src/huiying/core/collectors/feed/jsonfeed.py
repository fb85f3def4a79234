"""Read JSON Feed 1.0 and 1.1, and what is left of one that was cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from ..dates import read_date
from ..plaintext import one_line, plain
from ..records import BadFeed, Record, Unreadable
from .entries import KEPT, Reading, absolute, language_of

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_VERSION = re.compile(r'"version"\s*:\s*"[^"]{0,40}jsonfeed\.org')
#: What a feed may hold beside its items.
Head = Mapping[str, object]
_DECODER = json.JSONDecoder(strict=False)


def json_document(text: str) -> tuple[Head, list[object]]:
    """Return a feed's own fields and its raw items; an Unreadable stands for what was cut off. Raises BadFeed."""
    try:
        feed, _end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError) as error:
        return _rescued(text, error)
    items = feed.get("items")
    version = str(feed.get("version", ""))
    if not isinstance(items, list) or ("jsonfeed.org" not in version and not _looks_like_items(items)):
        raise BadFeed("It is JSON, but no JSON Feed: it has no items.", code="not_a_feed", detail="JSON")
    return feed, items


def _looks_like_items(items: list[object]) -> bool:
    return bool(items) and all(
        isinstance(item, dict) and "id" in item and ("content_html" in item or "content_text" in item) for item in items
    )


def _rescued(text: str, error: Exception) -> tuple[Head, list[object]]:
    start = _ITEMS.search(text)
    if start is None or not _VERSION.search(text):
        raise BadFeed(f"It is no JSON: {str(error)[:120]}.", code="broken", detail=str(error)[:120]) from error
    items: list[object] = []
    at = start.end()
    while (at := _next_object(text, at)) >= 0:
        try:
            item, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            items.append(Unreadable("the delivery ends or breaks inside this item", f"item {len(items) + 1}", text[at : at + 2000]))
            break
        items.append(item)
    return {}, items


def _next_object(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at if text[at : at + 1] == "{" else -1


def json_record(item: object, number: int, reading: Reading) -> Record | Unreadable:
    """Return the record of one item, or why there is none."""
    if isinstance(item, Unreadable):
        return item
    place = f"item {number}"
    if not isinstance(item, dict):
        return Unreadable("an item is not an object", place, json.dumps(item, ensure_ascii=True)[:2000])
    raw = json.dumps(item, ensure_ascii=False)[:2000]
    text = _word(item.get("content_text")).strip() or plain(_word(item.get("content_html")) or _word(item.get("summary")))
    title = one_line(_word(item.get("title")))
    if not title and not text:
        return Unreadable("neither title nor text", place, raw)
    try:
        published = _published(item, reading)
    except ValueError as error:
        return Unreadable(str(error), place, raw)
    url = absolute(_word(item.get("url")), reading.base) or absolute(_word(item.get("external_url")), reading.base)
    return Record(
        item_id=_word(item.get("id")).strip() or url or None,
        published_at=published,
        title=title,
        text=text,
        url=url,
        author_handle=json_author(item) or reading.author or None,
        language=language_of(_word(item.get("language"))) or reading.language,
        extra=_extra(item, reading),
        place=place,
    )


def json_author(item: Mapping[str, object]) -> str:
    """Return who wrote an item, or the feed."""
    authors = item.get("authors") or [item.get("author")]
    for author in authors if isinstance(authors, list) else []:
        if isinstance(author, dict):
            handle = _word(author.get("url")) or _word(author.get("name"))
            if handle:
                return handle
    return ""


def _published(item: Mapping[str, object], reading: Reading) -> datetime | None:
    fault: ValueError | None = None
    for key in ("date_published", "date_modified"):
        try:
            at = read_date(item.get(key), now=reading.now, zone=reading.zone, order=reading.order)
        except ValueError as error:
            fault = fault or error
            continue
        if at is not None:
            return at
    if fault:
        raise fault
    return None


def _extra(item: Mapping[str, object], reading: Reading) -> dict[str, object]:
    extra: dict[str, object] = {}
    tags = item.get("tags")
    if isinstance(tags, list) and tags:
        extra["tags"] = [one_line(_word(tag)) for tag in tags[:KEPT]]
    media = [url for url in (absolute(address, reading.base) for address in _media(item)) if url]
    if media:
        extra["media"] = list(dict.fromkeys(media))[:KEPT]
    return extra


def _media(item: Mapping[str, object]) -> Iterator[str]:
    attachments = item.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else []:
        if isinstance(attachment, dict):
            yield _word(attachment.get("url"))
    yield _word(item.get("image"))


def _word(value: object) -> str:
    """Return a text or number as text; anything else says nothing."""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def hub_of(feed: Head) -> str:
    """Return the WebSub hub that a feed names."""
    hubs = feed.get("hubs")
    for hub in hubs if isinstance(hubs, list) else []:
        if isinstance(hub, dict) and str(hub.get("type", "")).lower() == "websub":
            return _word(cast(object, hub.get("url")))
    return ""
