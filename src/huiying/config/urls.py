"""Every room's addresses, under the room's own prefix."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

_PREFIXES = {
    "learn.dashboard": "",
    "base.accounts": "people/",
    "base.audit": "audit/",
    "base.jobs": "jobs/",
    "base.notify": "messages/",
    "base.sharing": "files/",
    "base.clocks": "clocks/",
    "base.tasks": "tasks/",
    "base.rosters": "rosters/",
    "base.escalation": "escalation/",
    "listen.sources": "sources/",
    "listen.stories": "stories/",
    "listen.warnings": "warnings/",
    "respond.incidents": "incidents/",
    "respond.plans": "plans/",
    "respond.statements": "statements/",
    "respond.dialogue": "public/",
    "learn.reviews": "reviews/",
    "learn.exercises": "exercises/",
    "learn.programme": "programme/",
    "base.ui": "ui/",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path(_PREFIXES[room], include(f"huiying.{room}.urls"))
    for room in settings.ROOMS
    if room in _PREFIXES and f"huiying.{room}" in settings.INSTALLED_APPS and find_spec(f"huiying.{room}.urls")
]

handler404 = "huiying.base.ui.middleware.not_found"
