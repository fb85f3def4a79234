"""Where rooms hang their parts into the shared frame: navigation, status line, page slots.

A lower room cannot import a higher one; it leaves a named slot in its template, and the higher
room registers a renderer for that slot in its ``AppConfig.ready``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # counted rows may be of any table

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise

Label = str | Promise
Renderer = Callable[[HttpRequest, object], str]
SECTIONS = ("", "listen", "respond", "learn", "base")


@dataclass(frozen=True)
class NavItem:
    """One line of the navigation; ``action`` is the permission a person needs to see it, ``counted`` the rows whose number it shows.

    ``beside`` names the line that it stands beside: it is then no line of the side bar, but a tab on the pages of that line.
    A page belongs to the line whose address its own begins with; ``pages`` names those of which that is not true.
    """

    section: str
    order: int
    url_name: str
    label: Label
    action: str
    counted: Callable[[], QuerySet[Any]] | None = None
    is_hot: bool = False
    beside: str = ""
    pages: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The line of the side bar under which this one is found."""
        return self.beside or self.url_name


@dataclass(frozen=True)
class _Slot:
    order: int
    render: Renderer


_nav: dict[str, NavItem] = {}
_slots: dict[str, dict[str, _Slot]] = defaultdict(dict)


def register_nav(item: NavItem) -> None:
    """Add a line to the navigation; registering the same url name again replaces it."""
    if item.section not in SECTIONS:
        raise ValueError(f"Navigation section {item.section!r}: use one of {SECTIONS}.")
    _nav[item.url_name] = item


def nav_items() -> list[NavItem]:
    """Return all navigation lines in display order."""
    return sorted(_nav.values(), key=lambda item: (SECTIONS.index(item.section), item.order))


def register_slot(slot: str, name: str, render: Renderer, *, order: int = 50) -> None:
    """Hang ``render(request, obj) -> safe html`` into the slot under a stable name."""
    _slots[slot][name] = _Slot(order, render)


def slot_renderers(slot: str) -> list[Renderer]:
    """Return the renderers of a slot in display order."""
    return [entry.render for entry in sorted(_slots[slot].values(), key=lambda entry: entry.order)]
