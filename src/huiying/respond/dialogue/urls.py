"""Addresses of the public site and of the rehearsal site."""

from __future__ import annotations

from django.urls import path

from .views import PAGES, PUBLIC_VIEWS, REHEARSAL_VIEWS

app_name = "dialogue"
urlpatterns = [
    *(path(address, PUBLIC_VIEWS[name], name=name) for name, (address, _page) in PAGES.items()),
    *(path(f"rehearsal/{address}", REHEARSAL_VIEWS[name], name=f"rehearsal_{name}") for name, (address, _page) in PAGES.items()),
]
