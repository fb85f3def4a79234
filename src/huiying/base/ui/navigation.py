"""Which lines of the navigation a person may open, and to which of them a page belongs."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from .registry import NavItem, nav_items
from .rights import may_see
from .together import once


def address_of(item: NavItem) -> str:
    """Return where a line leads; empty when its room has no such page in this installation."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def families(request: HttpRequest) -> list[tuple[NavItem, list[NavItem]]]:
    """Return each line of the side bar with those of its pages that this person may open, the line itself first."""
    return once(request, "families", lambda: _families(request))


def _families(request: HttpRequest) -> list[tuple[NavItem, list[NavItem]]]:
    items = nav_items()
    open_ = [item for item in items if may_see(request, item.action) and address_of(item)]
    members = ((head, [item for item in open_ if item.family == head.url_name]) for head in items if not head.beside)
    return [(head, found) for head, found in members if found]


def item_here(request: HttpRequest) -> NavItem | None:
    """Return the line to which the page belongs: one that names it, else the one whose address its own begins with furthest."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    items = nav_items()
    named = [item for item in items if name in item.pages]
    begun = [item for item in items if (url := address_of(item)) and _is_within(request.path, url)]
    return named[0] if named else max(begun, key=lambda item: len(address_of(item)), default=None)


def counted_here(request: HttpRequest) -> list[NavItem]:
    """Return the lines whose numbers this page shows: those of the side bar, and the tabs beside it."""
    here = item_here(request)
    shown = {item.url_name: item for _head, found in families(request) for item in found[:1]}
    if here is not None:
        shown |= {item.url_name: item for head, found in families(request) if head.url_name == here.family for item in found}
    return [item for item in shown.values() if item.counted]


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
