"""What the side bar shows, what stands as tabs on the pages, and where a page is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.conftest import Cast

from huiying.base.ui import registry

pytestmark = pytest.mark.django_db


def parts(client: Client, path: str) -> tuple[str, str]:
    """Return the side bar and the row of tabs of a page."""
    body = client.get(path).content.decode()
    tabs = re.search(r'<nav class="tabs pages".*?</nav>', body, re.DOTALL)
    return body[body.index('<nav class="rail"') : body.index("</nav>")], tabs.group(0) if tabs else ""


def current(part: str) -> list[tuple[str, str]]:
    """Return address and kind of what a part says is current."""
    return re.findall(r'href="([^"]+)" class="here" aria-current="(\w+)"', part)


def test_the_side_bar_shows_for_listening_only_what_duty_uses(client_as: Callable[[str], Client]) -> None:
    rail, _tabs = parts(client_as("analyst"), reverse("sources:list"))
    listen = rail[rail.index(">Listen<") : rail.index(">Respond<")]
    assert re.findall(r'href="([^"]+)"', listen) == [
        reverse(name) for name in ("stories:list", "warnings:list", "sources:search", "sources:report", "sources:list")
    ]


def test_the_pages_about_sources_stand_beside_each_other(client_as: Callable[[str], Client]) -> None:
    for name in ("list", "outages", "quarantine", "coverage", "calibration", "files", "opml", "archive", "legal"):
        rail, tabs = parts(client_as("analyst"), reverse(f"sources:{name}"))
        assert current(tabs) == [(reverse(f"sources:{name}"), "page")]
        assert current(rail) == [(reverse("sources:list"), "page" if name == "list" else "true")]


def test_a_page_deeper_down_says_where_it_belongs(client_as: Callable[[str], Client]) -> None:
    rail, tabs = parts(client_as("analyst"), reverse("stories:watch_add"))
    assert current(rail) == [(reverse("sources:search"), "true")] and current(tabs) == [(reverse("stories:watches"), "true")]
    rail, tabs = parts(client_as("analyst"), reverse("sources:add"))
    assert current(rail) == current(tabs) == [(reverse("sources:list"), "true")]


def test_a_page_without_neighbours_has_no_tabs(client_as: Callable[[str], Client]) -> None:
    assert parts(client_as("analyst"), reverse("clocks:list"))[1] == ""


def test_nobody_sees_a_tab_that_is_closed_to_them(client_as: Callable[[str], Client]) -> None:
    _rail, tabs = parts(client_as("writer"), reverse("sources:list"))
    assert reverse("sources:opml") not in tabs and reverse("sources:files") in tabs


def test_a_line_whose_own_page_is_closed_leads_to_the_first_open_one(
    client_as: Callable[[str], Client], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_nav", dict(registry._nav))
    registry.register_nav(registry.NavItem("base", 99, "jobs:list", "Machines", "job.manage"))
    registry.register_nav(registry.NavItem("base", 99, "rosters:list", "Roster", "roster.read", beside="jobs:list"))
    rail, _tabs = parts(client_as("writer"), "/")
    assert re.search(rf'href="{reverse("rosters:list")}"[^>]*>Machines', rail)


def test_a_tab_shows_its_number_only_where_the_tabs_are(client_as: Callable[[str], Client]) -> None:
    from huiying.listen.sources.models import Quarantine, Source

    source = Source.objects.create(name="A", connector="table", channel="hotline", created_at="2026-11-23T00:00Z")
    Quarantine.objects.create(source=source, reason="unreadable", detail="x", place="line 1", item_key="k", at="2026-11-23T00:00Z")
    _rail, tabs = parts(client_as("analyst"), reverse("sources:coverage"))
    assert 'Held back <span class="count">1</span>' in tabs
