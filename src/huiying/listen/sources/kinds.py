"""The kinds of sources as a person chooses among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from huiying.core.collectors.contract import Connector, Mode
from huiying.core.formats.localised import localise

from .rules.channels import connectors


@dataclass(frozen=True)
class SourceKind:
    """One kind of source in the reader's language."""

    key: str
    label: str
    terms: str
    who: str
    way: str
    is_asked: bool
    signals_deletions: bool


def kinds(chosen: Iterable[Connector] | None = None) -> list[SourceKind]:
    """Return the kinds of this build, those that we ask ourselves first."""
    language = get_language() or "zh-hans"
    ways = {
        Mode.POLL: _("We ask it from time to time."),
        Mode.STREAM: _("We hold a connection open and it talks."),
        Mode.PUSH: _("It calls us."),
        Mode.DROP: _("Somebody uploads a file or puts it into a folder."),
    }
    who = {
        Mode.POLL: pgettext("who begins", "we ask"),
        Mode.STREAM: pgettext("who begins", "we listen"),
        Mode.PUSH: pgettext("who begins", "it calls"),
        Mode.DROP: pgettext("who begins", "a person"),
    }
    order = list(Mode)
    found = sorted(
        connectors().values() if chosen is None else chosen, key=lambda kind: (kind.key != "feed", order.index(kind.mode), kind.key)
    )
    return [
        SourceKind(
            kind.key,
            localise(kind.label, language),
            localise(kind.terms, language),
            who[kind.mode],
            ways[kind.mode],
            kind.mode is Mode.POLL,
            kind.signals_deletions,
        )
        for kind in found
    ]
