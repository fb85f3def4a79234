"""Somebody signed in without any role asks every address of the program, and learns nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db
#: What anybody may ask: signing in, their own page, the public site, and what machines send with a proof of their own.
OPEN = {
    *(f"accounts:{name}" for name in ("sign_in", "enter", "me")),
    *(f"dialogue:{name}" for name in ("home", "feed_atom", "feed_json", "policy", "ask")),
    "sources:hub",
}
WORDS = {"level": "ORANGE", "form": "docx"}


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, str]]:
    """Yield every address by name, its numbers 1."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, ":".join(part for part in (space, pattern.namespace) if part))
            continue
        name = f"{space}:{pattern.name}" if space else str(pattern.name)
        try:
            yield name, reverse(name, kwargs=_numbers(pattern))
        except NoReverseMatch:  # a word from a list of its own; the room's tests ask for it
            continue


def _numbers(pattern: URLPattern) -> dict[str, Any]:
    kinds = {key: type(converter).__name__ for key, converter in pattern.pattern.converters.items()}
    return {key: 1 if kind == "IntConverter" else WORDS.get(key, "x") for key, kind in kinds.items()}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_person_without_a_role_learns_nothing(method: str, client_as: Callable[[str], Client], cast: Any, now: datetime) -> None:
    from huiying.respond.incidents.services import incident_open

    incident_open(actor=cast.actor("analyst"), now=now, title="Brown water", crisis_at=now, crisis_evidence="A call")
    client = client_as("outsider")
    asked = [(name, getattr(client, method)(address).status_code) for name, address in addresses(get_resolver()) if name not in OPEN]
    assert len(asked) > 200
    assert [(name, status) for name, status in asked if status not in (302, 403, 404, 405)] == []
