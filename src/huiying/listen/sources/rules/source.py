"""What a source may be: its state, its reach, its legal ground, its log (Django-free but for words)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum, StrEnum

from django.utils.translation import gettext_lazy as _

#: The two logs that count: what is real, and what belongs to an exercise.
STREAMS = ("live", "exercise")
#: The log of the canary, which nobody reads but the canary.
CANARY_STREAM = "canary"


class OwnKind(StrEnum):
    """Sources without a connector: what comes from inside the house."""

    REPLAY = "replay"
    REPORT = "report"
    ENQUIRY = "enquiry"
    CANARY = "canary"


OWN_KIND_LABELS = {
    OwnKind.REPLAY: _("recorded file"),
    OwnKind.REPORT: _("staff first report"),
    OwnKind.ENQUIRY: _("public enquiry form"),
    OwnKind.CANARY: _("canary"),
}


class SourceState(StrEnum):
    """Whether the collector reads the source."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


SOURCE_STATE_LABELS = {SourceState.ACTIVE: _("active"), SourceState.PAUSED: _("paused"), SourceState.GONE: _("gone for good")}
SOURCE_MOVES: dict[SourceState, frozenset[SourceState]] = {
    SourceState.ACTIVE: frozenset({SourceState.PAUSED, SourceState.GONE}),
    SourceState.PAUSED: frozenset({SourceState.ACTIVE}),
    SourceState.GONE: frozenset({SourceState.ACTIVE, SourceState.PAUSED}),
}


class MediaTier(IntEnum):
    """How far the voice of a source carries (STANDARDS 1.3: media_tier_max)."""

    SELF_MEDIA = 0
    LOCAL = 1
    MAIN = 2
    CENTRAL = 3


MEDIA_TIER_LABELS = {
    MediaTier.SELF_MEDIA: _("self-media, forum"),
    MediaTier.LOCAL: _("local media"),
    MediaTier.MAIN: _("main or provincial media"),
    MediaTier.CENTRAL: _("central or foreign media"),
}


class LegalBasis(StrEnum):
    """On which ground of the Personal Information Protection Law, article 13, a source is read."""

    PUBLIC = "public"
    DUTY = "duty"
    INTEREST = "interest"
    EMERGENCY = "emergency"
    CONTRACT = "contract"
    CONSENT = "consent"


LEGAL_BASIS_LABELS = {
    LegalBasis.PUBLIC: _("lawfully public information, within reason (PIPL 13 (6), 27)"),
    LegalBasis.DUTY: _("statutory duty (PIPL 13 (3))"),
    LegalBasis.INTEREST: _("public interest supervision (PIPL 13 (5))"),
    LegalBasis.EMERGENCY: _("public health or emergency (PIPL 13 (4))"),
    LegalBasis.CONTRACT: _("own service contract (PIPL 13 (2))"),
    LegalBasis.CONSENT: _("consent of the person (PIPL 13 (1))"),
}

#: A source asked every minute may miss two polls before it counts as silent.
MISSED_POLLS = 3
#: No source is called silent before this long, whatever its poll interval.
LEAST_SILENCE = timedelta(minutes=10)


def silence_allowed(poll_seconds: int) -> timedelta:
    """Return how long after its last success a source still counts as alive."""
    return max(MISSED_POLLS * timedelta(seconds=poll_seconds), LEAST_SILENCE)


def stream_of(connector: str, *, exercise: bool) -> str:
    """Return the log that a source's posts go to.

    >>> stream_of("feed", exercise=True), stream_of("canary", exercise=False)
    ('exercise', 'canary')
    """
    if connector == OwnKind.CANARY:
        return CANARY_STREAM
    return "exercise" if exercise else "live"


def fingerprint_of(url: str, options: Mapping[str, object]) -> str:
    """Return what makes a place the same place: its address and its options, whatever their order."""
    text = json.dumps([url, dict(options)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
