"""The kinds of sources: the connectors of this build, and what comes from inside the house.

The connectors bring their readers with them, so they are imported when first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import get_language

from huiying.core.collectors.contract import Connector, Json, Mode
from huiying.core.formats.localised import localise

from .source import OWN_KIND_LABELS, OwnKind


def connectors() -> Mapping[str, Connector]:
    """Return the connectors of this build by key."""
    from huiying.core.collectors.registry import CONNECTORS

    return CONNECTORS


def checked(connector: Connector, options: Mapping[str, object]) -> dict[str, Json]:
    """Return every declared option with its value or default; raises BadOption."""
    from huiying.core.collectors.registry import checked_options

    return checked_options(connector, options)


def connector_label(key: str) -> str:
    """Return the name of a kind of source in the reader's language; its key when this build lacks it."""
    if key in connectors():
        return localise(connectors()[key].label, get_language() or "zh-hans")
    return str(OWN_KIND_LABELS[OwnKind(key)]) if key in set(OwnKind) else key


@lru_cache
def keys_of(*modes: Mode) -> frozenset[str]:
    """Return the keys of the connectors that work in one of these ways."""
    return frozenset(key for key, connector in connectors().items() if connector.mode in modes)


def watched_keys() -> frozenset[str]:
    """Return the kinds that the collector itself asks or holds open, so that their silence means something."""
    return keys_of(Mode.POLL, Mode.STREAM)
