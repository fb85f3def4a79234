"""What every page's frame needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .frame import frame_of
from .registry import SECTIONS, NavItem, nav_items


@dataclass(frozen=True)
class NavLine:
    """One navigation line as shown to this person."""

    url: str
    label: str
    count: int | None
    is_hot: bool
    is_here: bool


def frame(request: HttpRequest) -> dict[str, object]:
    """Return navigation, languages and the hour; the navigation is built only when a template asks."""
    return {
        "navigation": lambda: navigation(request),
        "languages": settings.LANGUAGES,
        "now": timezone.now(),
        "is_demo": settings.DEMO,
    }


def navigation(request: HttpRequest) -> list[tuple[str, list[NavLine]]]:
    """Return the sections with the lines this person may open."""
    from huiying.base.ui.rights import may_see

    headings = {"": "", "listen": _("Listen"), "respond": _("Respond"), "learn": _("Learn"), "base": _("Organisation")}
    sections = []
    for section in SECTIONS:
        lines = [
            line for item in nav_items() if item.section == section and may_see(request, item.action) and (line := _line(item, request))
        ]
        if lines:
            sections.append((headings[section], lines))
    return sections


def _line(item: NavItem, request: HttpRequest) -> NavLine | None:
    try:
        url = reverse(item.url_name)
    except NoReverseMatch:
        return None
    count = frame_of(request).counts[item.url_name] if item.counted else None
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return NavLine(url, str(item.label), count, item.is_hot and bool(count), here)
