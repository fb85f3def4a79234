"""How much of the intake log the rooms above still need: a tick goes only when nobody will read it again."""

from __future__ import annotations

from collections.abc import Callable

from .rules.source import CANARY_STREAM

#: stream -> number of the newest tick that is not needed any more
Needless = Callable[[str], int]

_keepers: dict[str, Needless] = {}


def register_keeper(name: str, needless: Needless) -> None:
    """Say how to learn up to which tick a room has read a stream for good."""
    _keepers[name] = needless


def last_needless_tick(stream: str) -> int | None:
    """Return the newest tick that no room needs, or None when no room reads the log."""
    if stream == CANARY_STREAM:
        return None
    return min((needless(stream) for needless in _keepers.values()), default=None)
