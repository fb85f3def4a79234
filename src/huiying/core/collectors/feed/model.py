"""What a feed looks like before anything is made of it: elements with names that no longer depend on prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

#: Most items read of one delivery (what comes after waits for no one: it is named once).
ITEM_LIMIT = 5_000


@dataclass(slots=True)
class Value:
    """One element: its text (or, where ``markup``, its HTML), its attributes in small letters, its simple children."""

    text: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    markup: bool = False
    children: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Item:
    """The elements of one item or of the feed itself, by canonical name and in order."""

    values: dict[str, list[Value]] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    #: Why it cannot be read, where that is known already.
    fault: str = ""

    def add(self, name: str, value: Value) -> None:
        """Append an element."""
        self.values.setdefault(name, []).append(value)

    def all(self, *names: str) -> list[Value]:
        """Return the elements of these names, name by name."""
        values = self.values
        return [value for name in names if name in values for value in values[name]]

    def text(self, *names: str) -> str:
        """Return the first text among these names that says anything."""
        for value in self.all(*names):
            stripped = value.text.strip()
            if stripped:
                return stripped
        return ""


@dataclass(slots=True)
class Document:
    """A feed taken apart: its own elements and its items."""

    kind: str
    head: Item
    items: list[Item]
    deleted: list[str] = field(default_factory=list)


#: Namespaces without scheme, "www." and trailing "/" or "#", in small letters; "" is RSS and Atom themselves.
_NAMESPACES: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "purl.org/rss/1.0", "purl.org/net/rss1.1", "my.netscape.com/rdf/simple/0.9", "channel.netscape.com/rdf/simple/0.9",
            "my.netscape.com/publish/formats/rss-0.91.dtd", "backend.userland.com/rss", "backend.userland.com/rss2",
            "blogs.law.harvard.edu/tech/rss", "rssboard.org/rss-specification", "w3.org/2005/atom", "purl.org/atom/ns",
        ),
        "",
    ),
    "w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "search.yahoo.com/mrss": "media",
    "itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "w3.org/1999/xhtml": "xhtml",
    "w3.org/xml/1998/namespace": "xml",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "purl.org/atompub/tombstones/1.0": "at",
    "purl.org/syndication/history/1.0": "fh",
    "purl.org/syndication/thread/1.0": "thr",
}  # fmt: skip
#: Prefixes that people use for Atom and RSS inside other documents.
_PREFIXES: Mapping[str, str] = {**dict.fromkeys(("atom", "atom10", "atom03", "a10", "a", "rss", "ns0"), ""), "d": "dc"}


@lru_cache(maxsize=4096)
def canonical(tag: str) -> str:
    """Return the name that an element has whatever its prefix: ``dc:creator``, ``title``; unknown namespaces get "?:".

    >>> canonical("{http://purl.org/dc/elements/1.1/}Creator"), canonical("pubDate")
    ('dc:creator', 'pubdate')
    """
    if not tag.startswith("{"):
        return tag.lower()
    namespace, local = tag[1:].split("}", 1)
    return _named(prefix_of(namespace), local)


def canonical_prefixed(name: str, prefixes: Mapping[str, str]) -> str:
    """Return the canonical name of ``prefix:local`` in a document whose declarations were read by eye."""
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return name.lower()
    return _named(prefixes.get(prefix, _PREFIXES.get(prefix.lower(), prefix.lower())), local)


def prefix_of(namespace: str) -> str:
    """Return our prefix for a namespace, however carelessly it was typed; "?" for one that says nothing here."""
    bare = namespace.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/#")
    return _NAMESPACES.get(bare, "?")


def _named(prefix: str, local: str) -> str:
    return f"{prefix}:{local.lower()}" if prefix else local.lower()
