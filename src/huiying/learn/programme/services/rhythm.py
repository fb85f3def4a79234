"""The rhythm of a thing: a cadence that opens a clock each turn, and the act that stops it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from huiying.base.audit.rules import Actor
from huiying.base.clocks.rules import Every
from huiying.base.clocks.selectors import cadence_of
from huiying.base.clocks.services import cadence_create, cadence_end, clock_stop

from ..rules import RHYTHM_KEYS

Subject = tuple[str, int]


def in_every_language(sentence: Callable[[], str]) -> dict[str, str]:
    """Return a sentence in every language, for what is stored now and read by others later."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    return texts


def rhythm_start(
    *, actor: Actor, now: datetime, subject: Subject, label: Mapping[str, str], every: str, starts_at: datetime, within: timedelta
) -> None:
    """Begin a rhythm; the first turn is at ``starts_at``."""
    cadence_create(
        actor=actor,
        now=now,
        subject=subject,
        key=RHYTHM_KEYS[subject[0]],
        label=label,
        every=Every(every),
        starts_at=starts_at,
        seconds=int(within.total_seconds()),
    )


def rhythm_done(*, actor: Actor, now: datetime, subject: Subject, evidence: str) -> None:
    """Stop what the rhythm asks for now, if anything."""
    key = RHYTHM_KEYS[subject[0]]
    clock_stop(actor=actor, now=now, subject=subject, rule_key=key, stopped_at=now, stop_evidence=evidence)


def rhythm_end(*, actor: Actor, now: datetime, subject: Subject) -> None:
    """End a rhythm; the clocks it opened stay."""
    cadence = cadence_of(subject, RHYTHM_KEYS[subject[0]])
    if cadence is not None:
        cadence_end(actor=actor, now=now, cadence_id=cadence.pk)
