"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from .frame import frame_of
from .navigation import address_of, families, item_here
from .registry import SECTIONS, NavItem


@dataclass(frozen=True)
class NavLine:
    """One line of the navigation as shown to this person; ``current`` is what ``aria-current`` says, empty elsewhere."""

    url: str
    label: str
    count: int | None
    is_hot: bool
    current: str


@dataclass(frozen=True)
class Tabs:
    """The pages beside this one, under the name of their line."""

    label: str
    lines: list[NavLine]


def frame(request: HttpRequest) -> dict[str, object]:
    """Return navigation, languages and the hour; the navigation is built only when a template asks."""
    return {
        "navigation": lambda: navigation(request),
        "beside": lambda: beside(request),
        "languages": settings.LANGUAGES,
        "now": timezone.now(),
        "is_demo": settings.DEMO,
    }


def navigation(request: HttpRequest) -> list[tuple[str, list[NavLine]]]:
    """Return the sections with the lines this person may open; a line leads to the first of its pages that is open to them."""
    headings = {"": "", "listen": _("Listen"), "respond": _("Respond"), "learn": _("Learn"), "base": _("Organisation")}
    here = item_here(request)
    lines: dict[str, list[NavLine]] = {section: [] for section in SECTIONS}
    for head, open_ in families(request):
        is_here = here is not None and here.family == head.url_name
        lines[head.section].append(_line(request, open_[0], str(head.label), is_here=is_here))
    return [(headings[section], found) for section, found in lines.items() if found]


def beside(request: HttpRequest) -> Tabs | None:
    """Return the pages that share a row of tabs with this one, if there are several."""
    here = item_here(request)
    for head, open_ in families(request):
        if here is not None and here.family == head.url_name and len(open_) > 1:
            return Tabs(str(head.label), [_line(request, item, str(item.label), is_here=item == here) for item in open_])
    return None


def _line(request: HttpRequest, item: NavItem, label: str, *, is_here: bool) -> NavLine:
    url = address_of(item)
    count = frame_of(request).counts.get(item.url_name)
    current = ("page" if request.path == url else "true") if is_here else ""
    return NavLine(url, label, count, item.is_hot and bool(count), current)
