"""Ask whether the signed-in person may do something, without knowing who keeps the table.

``accounts`` is above this room; it sets ``decide`` once at start.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

_decide: list[Callable[[HttpRequest, str], bool]] = []


def set_decider(decide: Callable[[HttpRequest, str], bool]) -> None:
    """Name the function that answers ``may_see``."""
    _decide[:] = [decide]


def may_see(request: HttpRequest, action: str) -> bool:
    """Return whether the action is open to whoever sent the request; no answerer means no."""
    return bool(_decide) and _decide[0](request, action)
