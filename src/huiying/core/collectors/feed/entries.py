"""Make a record of one item of an RSS, RDF or Atom feed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urljoin, urlsplit

from ..dateorder import Order
from ..dates import read_date
from ..plaintext import literal, one_line, plain
from ..records import Record, Unreadable
from .model import Item, Value

#: Where an item says when it was published, best first.
PUBLISHED = ("published", "issued", "pubdate", "dc:date", "dcterms:issued", "dcterms:created", "created", "date")
UPDATED = ("updated", "modified", "dcterms:modified", "lastbuilddate")
_TITLES = ("title", "dc:title", "media:title", "itunes:title")
_TEXTS = (
    "content:encoded", "content", "fullitem", "xhtml:body", "xhtml:div", "description", "summary", "media:description",
    "itunes:summary",
)  # fmt: skip
_TEXTS_LAST = ("dc:description", "dcterms:abstract", "subtitle", "itunes:subtitle")
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
#: An address that needs no joining; most are.
_ABSOLUTE = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?(?:[/?#]\S*)?$")
_NAMED_MAIL = re.compile(r"^\S+@\S+\s*\((.+)\)$")
_MAIL_OF = re.compile(r"^(.+?)\s*<\S+@\S+>$")
#: Most media and tags kept of one item.
KEPT = 20
#: Most of one text that is read (characters): intake keeps less of it.
LONGEST_TEXT = 400_000


@dataclass(frozen=True)
class Reading:
    """What holds for all items of one feed."""

    kind: str
    base: str
    language: str | None
    author: str
    now: datetime | None
    zone: tzinfo
    order: Order | None


def record_of(item: Item, number: int, reading: Reading) -> Record | Unreadable:
    """Return the record of one item, or why there is none."""
    place = f"item {number}"
    base = urljoin(reading.base, item.base) if item.base else reading.base
    title, text, url = title_of(item, reading.kind), text_of(item, reading.kind), link_of(item, base)
    if item.fault:
        return Unreadable(item.fault, place, title or text)
    if not title and not text:
        return Unreadable("neither title nor text", place, url or item.text("guid", "id"))
    try:
        published = time_of(item, reading)
    except ValueError as error:
        return Unreadable(str(error), place, title or text)
    return Record(
        item_id=item.text("guid", "id") or item.attributes.get("rdf:about", "").strip() or url or None,
        published_at=published,
        title=title,
        text=text,
        url=url,
        author_handle=author_of(item) or reading.author or None,
        language=language_of(item.attributes.get("xml:lang"), item.text("dc:language", "language")) or reading.language,
        extra=_extra(item, base, reading),
        place=place,
    )


def title_of(item: Item, kind: str) -> str:
    """Return the title on one line."""
    for value in item.all(*_TITLES):
        title = one_line(_shown(value, kind, title=True))
        if title:
            return title
    return ""


def text_of(item: Item, kind: str) -> str:
    """Return the fullest text that the item gives of itself."""
    best = ""
    for value in item.all(*_TEXTS):
        if len(value.text) > len(best):  # text never grows by losing its markup
            text = _shown(value, kind)
            best = text if len(text) > len(best) else best
    if best:
        return best
    return next((text for value in item.all(*_TEXTS_LAST) if (text := _shown(value, kind))), "")


def _shown(value: Value, kind: str, *, title: bool = False) -> str:
    declared = value.attributes.get("type", "").strip().lower()
    text = value.text[:LONGEST_TEXT]
    if value.attributes.get("mode", "").lower() == "base64":
        return plain(_from_base64(text))
    if value.markup:
        return plain(text)
    if value.attributes.get("src") and not text.strip():
        return ""
    if declared.startswith(("image/", "audio/", "video/", "application/octet")):
        return ""
    if declared in ("text", "text/plain", "plain") or (not declared and (title or kind == "feed")):
        return literal(text)
    return plain(text)


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def time_of(item: Item, reading: Reading) -> datetime | None:
    """Return when the item was published, else updated; raises ValueError when it says so in no way that can be read."""
    fault: ValueError | None = None
    for value in item.all(*PUBLISHED, *UPDATED):
        try:
            at = read_date(value.text, now=reading.now, zone=reading.zone, order=reading.order)
        except ValueError as error:
            fault = fault or error
            continue
        if at is not None:
            return at
    if fault:
        raise fault
    return None


def link_of(item: Item, base: str) -> str:
    """Return the absolute web address of the item, "" when it gives none."""
    for candidate in _links(item):
        url = absolute(candidate, base)
        if url:
            return url
    return ""


def _links(item: Item) -> Iterator[str]:
    yield item.text("feedburner:origlink")
    for value in item.all("link"):
        if value.attributes.get("href") is None:
            yield value.text
        elif value.attributes.get("rel", "alternate") == "alternate" and "json" not in value.attributes.get("type", ""):
            yield value.attributes["href"]
    for value in item.all("guid"):
        if value.attributes.get("ispermalink", "true").strip().lower() != "false" and value.text.strip().startswith(
            ("http://", "https://", "/")
        ):
            yield value.text
    yield item.attributes.get("rdf:about", "")
    for value in item.all("id"):
        if value.text.strip().startswith(("http://", "https://")):
            yield value.text


def absolute(address: str, base: str) -> str:
    """Return an http(s) address made absolute, "" when there is none.

    >>> absolute("../b?x=1", "https://a.example/c/d"), absolute("javascript:x", "https://a.example/")
    ('https://a.example/b?x=1', '')
    """
    address = "".join(address.split())
    if not address or _ABSOLUTE.match(address):
        return address
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        return joined if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def author_of(item: Item) -> str:
    """Return who wrote it, as the feed names them."""
    for value in item.all("author", "dc:creator", "itunes:author", "creator"):
        children = value.children
        name = children.get("name") or children.get("email") or children.get("uri") or ""
        if not children:
            name = one_line(plain(value.text))
            match = _NAMED_MAIL.match(name) or _MAIL_OF.match(name)
            name = match[1].strip() if match else name
        if name:
            return name
    return ""


def language_of(*claims: str | None) -> str | None:
    """Return the first claim that is a language tag.

    >>> language_of("", "zh_CN"), language_of("Chinese!")
    ('zh-CN', None)
    """
    for claim in claims:
        claim = (claim or "").strip()
        if _LANGUAGE.match(claim):
            return claim.replace("_", "-")
    return None


def _extra(item: Item, base: str, reading: Reading) -> dict[str, object]:
    extra: dict[str, object] = {}
    tags = [tag for value in item.all("category", "dc:subject") if (tag := _tag(value))]
    if tags:
        extra["tags"] = list(dict.fromkeys(tags))[:KEPT]
    media = [url for url in (absolute(address, base) for address in _media(item)) if url]
    if media:
        extra["media"] = list(dict.fromkeys(media))[:KEPT]
    try:
        updated = read_date(item.text(*UPDATED), now=reading.now, zone=reading.zone, order=reading.order)
    except ValueError:
        updated = None
    if updated:
        extra["updated_at"] = updated.isoformat()
    return extra


def _tag(value: Value) -> str:
    attributes = value.attributes
    return one_line(plain(attributes.get("label") or attributes.get("term") or value.text))


def _media(item: Item) -> Iterator[str]:
    for value in item.all("enclosure", "media:content", "media:thumbnail"):
        yield value.attributes.get("url", "")
    for value in item.all("link"):
        if value.attributes.get("rel") == "enclosure":
            yield value.attributes.get("href", "")
    for value in item.all("itunes:image"):
        yield value.attributes.get("href", "")
