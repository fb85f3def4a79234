"""Write a feed as Atom. Source: RFC 4287."""

from __future__ import annotations

from xml.etree import ElementTree

from .feed import Feed, FeedItem, instant, readable

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
ATOM = "http://www.w3.org/2005/Atom"
THREAD = "http://purl.org/syndication/thread/1.0"


def atom(feed: Feed) -> bytes:
    """Return the feed document as UTF-8 bytes."""
    ElementTree.register_namespace("", ATOM)
    ElementTree.register_namespace("thr", THREAD)
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", instant(feed.updated_at))
    _text(ElementTree.SubElement(root, f"{{{ATOM}}}author"), "name", feed.author)
    _link(root, "self", feed.self_url, "application/atom+xml")
    _link(root, "alternate", feed.home_url, "text/html")
    _text(root, "generator", "Huiying")
    for item in feed.items:
        _entry(root, item)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(root: ElementTree.Element, item: FeedItem) -> None:
    entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", item.id)
    _text(entry, "title", item.title)
    _text(entry, "published", instant(item.published_at))
    _text(entry, "updated", instant(max(item.updated_at, item.published_at)))
    _link(entry, "alternate", item.url, "text/html")
    for term in item.categories:
        ElementTree.SubElement(entry, f"{{{ATOM}}}category", {"term": readable(term)})
    if item.corrects:
        ElementTree.SubElement(entry, f"{{{THREAD}}}in-reply-to", {"ref": item.corrects})
    _text(entry, "content", "\n\n".join(item.paragraphs)).set("type", "text")


def _text(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = readable(text)
    return element


def _link(parent: ElementTree.Element, rel: str, href: str, media_type: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": media_type})
