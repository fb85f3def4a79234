"""Read one page of HTML: its title, text and date, or the links of a list (no I/O)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode
from trafilatura import extract
from trafilatura.settings import use_config

from ..addresses import FetchError, checked_url
from ..plaintext import plain
from ..records import Record, Unreadable
from ..seen import digest
from .dating import find_date
from .settings import Settings

#: A page with more elements is a dump, not an article.
ELEMENT_LIMIT = 30_000
#: Finding the main text takes more than a second beyond so many elements; with a selector it takes none.
EXTRACTION_LIMIT = 6_000
#: What is never part of a text.
_NEVER_TEXT = ("script", "style", "noscript", "svg", "iframe", "nav", "footer", "aside")
#: Elements that hold one item of a list.
_ROWS = frozenset({"li", "tr", "dd", "article"})
#: Links read of one list page.
LINK_LIMIT = 500
#: How much around a link is searched for its date (characters).
_NEAR = 300
_METAS = (
    'meta[property="article:published_time"]',
    'meta[name="PubDate"]',
    'meta[name="pubdate"]',
    'meta[name="publishdate"]',
    'meta[name="publish_time"]',
    'meta[itemprop="datePublished"]',
    "time[datetime]",
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{6,40})"')
_LABELLED_DATE = re.compile(
    r"(?:发布|發布|发表|發表|更新|刊登)(?:时间|時間|日期|于|於)?\s*[:：]?\s*(.{4,60})|(?:Published|Posted|Updated)(?: on)?[:\s]\s*(.{6,60})"
)
_BYLINE = re.compile(
    r"(?:发布|發布|更新)(?:时间|時間|日期)|浏览(?:次数|量)|瀏覽|点击(?:数|量)|點擊|阅读(?:量|数|次数)?[:：]"
    r"|【?字[体号][:：]|[来來]源[:：]|^By "
)
#: Lines of a text in which a byline may stand.
_HEAD_LINES = 4
_TAG_OPENS = re.compile(r"<[A-Za-z]")


@dataclass(frozen=True)
class Link:
    """One item of a list page, and the date that stands beside it."""

    url: str
    published_at: datetime | None


def _settings_of_extraction() -> ConfigParser:
    """Return the settings of the extraction: a Chinese notice of two sentences is a text, not too little of one."""
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "20")
    return config


_EXTRACTION = _settings_of_extraction()


def read_page(html: str, url: str, settings: Settings, *, received: datetime, hint: datetime | None = None) -> Record | Unreadable:
    """Return what a page says; its id holds a hash of title and text, so a changed page is a new record.

    ``hint`` is a date found elsewhere (a list, a sitemap), used when the page itself shows none.
    """
    tree = _tree(html)
    title, root = _title(tree, settings), tree.css_first("html")
    dates = list(_date_texts(tree, html, settings))
    _remove(tree, (*settings.drop, *_NEVER_TEXT))
    if settings.text:
        text = "\n".join(filter(None, (plain(node.html or "") for node in tree.css(settings.text))))
        missing = f"nothing matches the selector of the text, {settings.text}"
    elif len(_TAG_OPENS.findall(markup := tree.html or "")) > EXTRACTION_LIMIT:
        text, missing = "", f"more than {EXTRACTION_LIMIT} elements: name the text by a CSS selector"
    else:
        bylines, text = _main_text(markup, title)
        dates += [] if settings.date else bylines
        missing = "no main text was found"
    if not text.strip():
        return Unreadable(missing, url, html[:2000])
    found = (find_date(said, received=received, zone=settings.zone) for said in dates)
    return Record(
        item_id=f"{url}#{digest(_flat(title + text))}",
        published_at=next((date for date in found if date), hint),
        title=title,
        text=text.strip(),
        url=url,
        language=(root.attributes.get("lang") or None) if root else None,
        place=url,
    )


def _main_text(html: str, title: str) -> tuple[list[str], str]:
    """Return the bylines and the main text without them; a counter of visits would make each reading a new text."""
    lines = (extract(html, config=_EXTRACTION, include_comments=False, include_links=False, deduplicate=False) or "").split("\n")
    head = [line for line in lines[:_HEAD_LINES] if _flat(line) != title]
    bylines = [line for line in head if len(line) <= 120 and _BYLINE.search(line)]
    return bylines, "\n".join([line for line in head if line not in bylines] + lines[_HEAD_LINES:])


def links_of(html: str, url: str, settings: Settings, *, received: datetime) -> list[Link]:
    """Return the items of a list page in its order; raises FetchError "no_links" when the selector finds none."""
    found: dict[str, Link] = {}
    anchors = list(_anchors(_tree(html), settings.links))
    rows = [_row(anchor) for anchor in anchors]
    alone = Counter(row.mem_id for row in rows)
    for anchor, row in zip(anchors, rows, strict=True):
        target = urldefrag(_joined(url, anchor)).url
        if target in found or target == urldefrag(url).url or not _usable(target):
            continue
        if not settings.other_hosts and urlsplit(target).hostname != urlsplit(url).hostname:
            continue
        near = row.text(separator=" ")[:_NEAR] if alone[row.mem_id] == 1 else ""
        found[target] = Link(target, find_date(near, received=received, zone=settings.zone))
        if len(found) == LINK_LIMIT:
            break
    if not found:
        raise FetchError("no_links", settings.links[:200])
    return list(found.values())


def _row(anchor: LexborNode) -> LexborNode:
    """Return the row of a list in which a link stands; its date stands there too."""
    node = anchor
    for _level in range(4):
        if node.parent is None:
            break
        node = node.parent
        if node.tag in _ROWS:
            return node
    return anchor.parent or anchor


def _joined(url: str, anchor: LexborNode) -> str:
    try:
        return urljoin(url, (anchor.attributes.get("href") or "").strip())
    except ValueError:
        return ""


def _remove(tree: LexborHTMLParser, selectors: Iterable[str]) -> None:
    for selector in selectors:
        for node in reversed(tree.css(selector)):  # from the inside out: removing the outer one frees the inner
            node.decompose()


def _tree(html: str) -> LexborHTMLParser:
    if len(_TAG_OPENS.findall(html)) > ELEMENT_LIMIT:
        raise FetchError("too_many_elements", str(ELEMENT_LIMIT))
    return LexborHTMLParser(html)


def _anchors(tree: LexborHTMLParser, selector: str) -> Iterator[LexborNode]:
    for node in tree.css(selector):
        yield from [node] if node.tag == "a" else node.css("a[href]")


def _usable(url: str) -> bool:
    try:
        checked_url(url)
    except FetchError:
        return False
    return True


def _title(tree: LexborHTMLParser, settings: Settings) -> str:
    if settings.title:
        node = tree.css_first(settings.title)
        return plain(node.html or "") if node else ""
    meta = tree.css_first('meta[property="og:title"]')
    if meta and (meta.attributes.get("content") or "").strip():
        return _flat(meta.attributes.get("content") or "")
    node = tree.css_first("h1") or tree.css_first("title")
    return _flat(node.text()) if node else ""


def _date_texts(tree: LexborHTMLParser, html: str, settings: Settings) -> Iterator[str]:
    if settings.date:
        for node in tree.css(settings.date)[:3]:
            yield node.attributes.get("datetime") or node.attributes.get("content") or node.text(separator=" ")[:_NEAR]
        return
    for selector in _METAS:
        meta = tree.css_first(selector)
        if meta:
            yield (meta.attributes.get("content") or meta.attributes.get("datetime") or "")[:60]
    stated = _JSON_DATE.search(html)
    if stated:
        yield stated.group(1)
    body = tree.body
    labelled = _LABELLED_DATE.search(body.text(separator=" ") if body else "")
    if labelled:
        yield labelled.group(1) or labelled.group(2)


def _flat(text: str) -> str:
    return " ".join(text.split())
