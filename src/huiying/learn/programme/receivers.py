"""Tell whoever answers for it that a reading, a meeting or a review was missed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from huiying.base.clocks.signals import clock_missed
from huiying.base.notify.services import notify
from huiying.base.rosters.rules import register_own_alarm
from huiying.base.sharing.selectors import url_of_subject

from .rules import RHYTHM_KEYS, SERIES
from .selectors import person_in_charge
from .services import meeting_miss
from .services.rhythm import in_every_language


def connect() -> None:
    """Listen to the clocks; these are office matters, so their alarm goes to the person in charge and not to the duty desk."""
    for kind, key in RHYTHM_KEYS.items():
        register_own_alarm(kind, key)
    clock_missed.connect(on_clock_missed, dispatch_uid="programme.clock_missed")


def on_clock_missed(*, clock: Any, now: datetime, **_kwargs: object) -> None:  # Any: a lower room's record, read only by name
    """Mark the meeting of the clock, and tell the owner or the chair."""
    if RHYTHM_KEYS.get(clock.subject_kind) != clock.rule_key:
        return
    if clock.subject_kind == SERIES:
        meeting_miss(series_id=int(clock.subject_id), scheduled_at=clock.started_at, now=now)
    person_id = person_in_charge(clock.subject_kind, int(clock.subject_id))
    text = in_every_language(lambda: _("Deadline missed: %(label)s") % {"label": clock.label_text})
    url = url_of_subject(clock.subject_kind, clock.subject_id)
    notify(now=now, person_ids=[person_id] if person_id else [], text=text, url=url, key=f"clock:{clock.pk}:missed", exercise=False)
