"""Read RSS, RDF, Atom and JSON Feed from bytes, whatever their encoding claims (no I/O)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from ..dateorder import order_of
from ..encodings import Decoded, decode
from ..plaintext import one_line, plain
from ..records import CHINA, BadFeed, Record, Unreadable
from .elements import document_of
from .entries import PUBLISHED, UPDATED, Reading, absolute, author_of, language_of, link_of, record_of, title_of
from .jsonfeed import hub_of, json_author, json_document, json_record
from .model import ITEM_LIMIT, Document, Item
from .pace import wished_pause

#: Largest feed (bytes).
FEED_LIMIT = 5 * 1024 * 1024
#: Where times without a zone were most likely written, by the language of the feed; others mean Greenwich.
_ZONES = {"zh": CHINA, "ja": timezone(timedelta(hours=9)), "ko": timezone(timedelta(hours=9)), "": CHINA}
_NAMES = {"rss": "RSS", "?:rss": "RSS", "channel": "RSS", "rdf:rdf": "RDF", "rdf": "RDF", "feed": "Atom", "loose": "broken XML"}


@dataclass(frozen=True)
class Feed:
    """A feed as it was read, and what it says about itself."""

    kind: str
    title: str
    language: str | None
    encoding: str
    declared_encoding: str
    items: Sequence[Record | Unreadable]
    #: False when the feed gave one id to several items, so that its ids cannot be used.
    ids_are_unique: bool = True
    least_pause: int | None = None
    hub: str = ""
    topic: str = ""
    #: RFC 5005: the next older page, or the archive before this document.
    older: str = ""
    moved_to: str = ""
    deleted: Sequence[str] = ()


def read_feed(
    body: bytes, *, content_type: str = "", now: datetime | None = None, zone: tzinfo | None = None, url: str = ""
) -> Iterator[Record | Unreadable]:
    """Yield the items of a feed; raises BadFeed when the whole is empty, too large, hostile or no feed."""
    yield from feed_of(body, content_type=content_type, now=now, zone=zone, url=url).items


def feed_of(
    body: bytes,
    *,
    content_type: str = "",
    now: datetime | None = None,
    zone: tzinfo | None = None,
    url: str = "",
    ids_are_unique: bool = True,
) -> Feed:
    """Return a feed read; raises BadFeed when the whole is empty, too large, hostile or no feed.

    ``now`` is the moment of receipt (relative times need it), ``zone`` where times without a zone were
    written, ``url`` what relative links start from. ``ids_are_unique=False`` is what an earlier delivery showed.
    """
    if len(body) > FEED_LIMIT:
        raise BadFeed(f"The feed is larger than {FEED_LIMIT} bytes.", code="too_large", detail=str(FEED_LIMIT))
    decoded = decode(body, content_type=content_type)
    head = decoded.text.lstrip("\ufeff \t\r\n\0")
    if not head:
        raise BadFeed("The delivery is empty.", code="empty", detail="")
    feed = _json(head, decoded, now, zone, url) if head.startswith("{") else _xml(head, decoded, now, zone, url)
    return _with_ids_checked(feed, ids_are_unique)


def _limited(items: list[Record | Unreadable], total: int) -> list[Record | Unreadable]:
    if total > ITEM_LIMIT:
        items.append(Unreadable(f"only the first {ITEM_LIMIT} items of one delivery are read", f"item {ITEM_LIMIT + 1}", ""))
    return items


def _zone(language: str | None) -> tzinfo:
    return _ZONES.get((language or "").split("-")[0].lower(), UTC)


def _xml(text: str, decoded: Decoded, now: datetime | None, zone: tzinfo | None, url: str) -> Feed:
    document = document_of(text)
    head = document.head
    if document.kind == "loose" and not document.items:
        raise BadFeed("The feed is broken and no item of it can be told apart.", code="broken", detail="XML")
    base = absolute(head.base, url) if head.base else url
    home = link_of(Item({"link": head.values.get("link", [])}), base)
    language = language_of(head.text("language", "dc:language"), head.attributes.get("xml:lang"))
    is_atom = document.kind == "feed"
    reading = Reading(
        document.kind,
        base if is_atom or head.base else home or base,
        language,
        author_of(head) if is_atom else "",
        now,
        zone or _zone(language),
        order_of((value.text.strip().lower() for item in document.items for value in item.all(*PUBLISHED, *UPDATED)), now=now),
    )
    items = [record_of(item, number, reading) for number, item in enumerate(document.items[:ITEM_LIMIT], 1)]
    return Feed(
        _NAMES.get(document.kind, document.kind),
        title_of(head, document.kind),
        language,
        decoded.encoding,
        decoded.declared,
        _limited(items, len(document.items)),
        least_pause=wished_pause(head, now or datetime.now(UTC)),
        hub=_related(head, "hub", base),
        topic=_related(head, "self", base),
        older=_related(head, "next", base) or _related(head, "prev-archive", base),
        moved_to=absolute(head.text("itunes:new-feed-url"), base),
        deleted=_deleted(document),
    )


def _related(head: Item, relation: str, base: str) -> str:
    for value in head.all("link"):
        if value.attributes.get("rel", "").strip().lower() == relation:
            return absolute(value.attributes.get("href", ""), base)
    return ""


def _deleted(document: Document) -> tuple[str, ...]:
    return tuple(dict.fromkeys(document.deleted))


def _json(text: str, decoded: Decoded, now: datetime | None, zone: tzinfo | None, url: str) -> Feed:
    head, raw = json_document(text)
    language = language_of(str(head.get("language") or ""))
    base = absolute(str(head.get("feed_url") or ""), url) or url
    dates = [str(item.get("date_published") or "") for item in raw if isinstance(item, dict)]
    reading = Reading(
        "json",
        absolute(str(head.get("home_page_url") or ""), url) or base,
        language,
        json_author(head),
        now,
        zone or _zone(language),
        order_of(dates, now=now),
    )
    items = [json_record(item, number, reading) for number, item in enumerate(raw[:ITEM_LIMIT], 1)]
    return Feed(
        "JSON Feed",
        one_line(plain(str(head.get("title") or ""))),
        language,
        decoded.encoding,
        decoded.declared,
        _limited(items, len(raw)),
        hub=absolute(hub_of(head), base),
        topic=absolute(str(head.get("feed_url") or ""), url),
        older=absolute(str(head.get("next_url") or ""), base),
    )


def _with_ids_checked(feed: Feed, ids_are_unique: bool) -> Feed:
    """Fold what is there twice; where one id stands for several items, let them be known by what they say."""
    kept: dict[tuple[str, str, str] | int, Record | Unreadable] = {}
    addresses: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for number, item in enumerate(feed.items):
        if isinstance(item, Unreadable) or not item.item_id:
            kept[number] = item
            continue
        same_page = item.url and item.url != item.item_id
        key = (item.item_id, item.url, "" if same_page else item.title)
        addresses[item.item_id].add(key[1:])
        before = kept.get(key)
        kept[key] = _newer(before, item) if isinstance(before, Record) else item
    unique = ids_are_unique and all(len(places) == 1 for places in addresses.values())
    items = list(kept.values())
    if not unique:
        items = [replace(item, item_id=None) if isinstance(item, Record) else item for item in items]
    return replace(feed, items=items, ids_are_unique=unique)


def _newer(first: Record, second: Record) -> Record:
    if first.published_at and second.published_at and second.published_at > first.published_at:
        return second
    return first
