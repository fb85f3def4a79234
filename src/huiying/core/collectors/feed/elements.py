"""Read a feed that is XML: as it stands, else after the usual repairs, else item by item."""

from __future__ import annotations

import html
import re
from html.entities import html5
from itertools import islice

from lxml import etree

from ..records import BadFeed
from .loose import loose_document
from .model import ITEM_LIMIT, Document, Item, Value, canonical

#: Elements that may hold markup of their own.
TEXTS = frozenset(
    [
        "title", "description", "summary", "content", "content:encoded", "subtitle", "tagline", "info", "rights", "copyright",
        "xhtml:body", "xhtml:div", "fullitem", "media:description", "media:title", "itunes:summary", "itunes:subtitle",
        "dc:title", "dc:description",
    ]
)  # fmt: skip
_LEAVES = frozenset(("guid", "id", "link", "pubdate", "published", "updated", "category"))
ITEMS = frozenset(("item", "entry"))
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex|opml|html)[\s>/]", re.IGNORECASE)
_FEED_ROOTS = frozenset(("rss", "feed", "rdf:rdf", "rdf", "channel", "?:rss"))
#: Unclosed ones reach to the end, so that a thousand of them cost no more than one.
_HIDDEN = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(?:#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));?|([A-Za-z][A-Za-z0-9]{1,30});|)")
_BARE = re.compile(r"&(?![#A-Za-z])")
_VOID = re.compile(r"<((?:br|hr|img|input|wbr|meta)(?:\s[^<>]*)?)(?<!/)>", re.IGNORECASE)
_VOID_END = re.compile(r"</(?:br|hr|img|input|wbr)\s*>", re.IGNORECASE)
_LONE_OPEN = re.compile(r"<(?![A-Za-z_/!?])")
_PREFIXED = re.compile(r"<(/?)[\w.-]+:([A-Za-z])")
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True}


def document_of(text: str) -> Document:
    """Return a feed taken apart; raises BadFeed when it is hostile, or nothing of it is a feed."""
    root_at = _ROOT.search(text)
    if _ENTITY.search(text) and _ENTITY.search(_HIDDEN.sub("", text)):
        raise BadFeed("The feed declares XML entities, which feeds never need and attacks do.", code="entity_bomb", detail="")
    if root_at is None:
        shown = text.strip()[:40]
        raise BadFeed(f"There is no feed in it: {shown!r}.", code="not_a_feed", detail=shown)
    body = text[root_at.start() :]  # the parser sees neither declaration nor DOCTYPE
    first = _parsed(body)
    root = first if first is not None else _parsed(repaired(body))
    if root is None:
        _refuse_other(root_at[0].strip("<>/ \t\r\n").lower())
        return loose_document(_NO_XML.sub("", body))
    _refuse_other(canonical(root.tag))
    return _document(root, based="xml:base" in body)


def _parsed(body: str) -> etree._Element | None:
    try:
        return etree.fromstring(body.encode("utf-8", "replace"), etree.XMLParser(encoding="utf-8", **_PARSER_OPTIONS))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _refuse_other(root: str) -> None:
    if root not in _FEED_ROOTS:
        raise BadFeed(f"It is no feed but <{root}>.", code="not_a_feed", detail=root.rpartition(":")[2].upper())


def repaired(body: str) -> str:
    """Return a document with the usual faults mended: controls, HTML entities, bare & and <, unclosed <br>."""
    parts = _CDATA.split(_NO_XML.sub("", body))
    for number in range(0, len(parts), 2):
        mended = _VOID.sub(r"<\1/>", _VOID_END.sub("", _REFERENCE.sub(_reference, _BARE.sub("&amp;", parts[number]))))
        parts[number] = _LONE_OPEN.sub("&lt;", mended.replace("]]>", "]]&gt;"))
    return "".join(parts)


def _reference(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        number = int(match[1], 16) if match[1] else int(match[2])
        if number in (9, 10, 13) or (number >= 32 and number <= 0x10FFFF and not _NO_XML.match(chr(number))):
            return f"&#{number};"
        return ""
    if match[3]:
        character = html5.get(f"{match[3]};")
        return html.escape(character, quote=False) if character else f"&amp;{match[3]};"
    return "&amp;"


def _document(root: etree._Element, *, based: bool) -> Document:
    kind = canonical(root.tag)
    elements = list(islice((element for element in root.iter("{*}*") if canonical(element.tag) in ITEMS), ITEM_LIMIT + 1))
    channel = next((element for element in root.iter("{*}*") if canonical(element.tag) == "channel"), None)
    head = _item(root if channel is None else channel, based=based)
    if channel is not None:
        head.attributes = {**_attributes(root), **head.attributes}
        head.base = head.base or root.base or ""
    deleted = [element.get("ref", "").strip() for element in root.iter("{*}deleted-entry") if canonical(element.tag) == "at:deleted-entry"]
    return Document(kind, head, [_item(element, based=based) for element in elements], [one for one in deleted if one])


def _attributes(element: etree._Element) -> dict[str, str]:
    return {canonical(name): value for name, value in element.items()} if element.attrib else {}


def _item(element: etree._Element, *, based: bool) -> Item:
    item = Item(attributes=_attributes(element), base=(element.base or "") if based else "")
    children = list(element)
    for child in children:  # grows below
        name = canonical(child.tag)
        if name in ITEMS or name == "channel" or name == "source":
            continue
        if name in _LEAVES and len(child):
            item.add(name, Value(child.text or "", _attributes(child)))
            children.extend(child)  # closed too late: what is inside belongs beside it
            continue
        if name in ("media:group", "media:content"):
            _add_media(item, child)
        else:
            item.add(name, _value(child, name))
    return item


def _add_media(item: Item, element: etree._Element) -> None:
    """Take a picture or film and what is said about it, however deep it is grouped."""
    for inner in element.iter("{*}*"):
        name = canonical(inner.tag)
        if name.startswith("media:") and name != "media:group":
            item.add(name, Value(inner.text or "", _attributes(inner)))


def _value(element: etree._Element, name: str) -> Value:
    attributes = _attributes(element)
    if len(element) == 0:
        return Value(element.text or "", attributes)
    if name in TEXTS:
        inner = html.escape(element.text or "", quote=False) + "".join(
            etree.tostring(child, encoding="unicode", method="xml") for child in element
        )
        return Value(_PREFIXED.sub(r"<\1\2", inner), attributes, markup=True)
    children = {canonical(child.tag): (child.text or "").strip() for child in element}
    return Value(" ".join(element.itertext()), attributes, children=children)
