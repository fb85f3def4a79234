"""Write periodic duties, and open their clocks as they fall due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow

from ..models import Cadence, Clock
from ..rules import SHORTEST_SECONDS, ClockRule, ClockState, Every, occurrence
from .running import clock_miss, clock_start

#: periods of one cadence opened in one sweep; after a long pause the rest follows in the next sweep.
CATCH_UP_LIMIT = 60


@transaction.atomic
def cadence_create(
    *,
    actor: Actor,
    now: datetime,
    subject: tuple[str, object],
    key: str,
    label: Mapping[str, str],
    every: Every,
    starts_at: datetime,
    seconds: int,
    ends_at: datetime | None = None,
    citation: Mapping[str, str] | str = "",
    exercise: bool = False,
) -> Cadence:
    """Set up a periodic duty: each time a clock of ``seconds`` opens; must end before the next begins."""
    if not 0 < seconds < SHORTEST_SECONDS[every]:
        shown = {"seconds": seconds, "limit": SHORTEST_SECONDS[every] - 1}
        raise BadInput(_("A cadence gives 1 to %(limit)s seconds each time, not %(seconds)s.") % shown)
    if Cadence.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), key=key, next_at__isnull=False).exists():
        raise NotNow(_("The cadence “%(key)s” already runs here: end it first.") % {"key": key})
    cadence = Cadence.objects.create(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        key=key,
        label=dict(label),
        citation=citation,
        every=every.value,
        seconds=seconds,
        starts_at=starts_at,
        next_at=starts_at,
        ends_at=ends_at,
        exercise=exercise,
    )
    detail: dict[str, object] = {"cadence": cadence.pk, "key": key, "every": every.value, "starts_at": starts_at}
    record(actor=actor, verb="cadence.create", subject=subject, now=now, detail=detail, exercise=exercise)
    return cadence


@transaction.atomic
def cadence_end(*, actor: Actor, now: datetime, cadence_id: int) -> Cadence:
    """End a periodic duty; the clocks it opened stay."""
    if Cadence.objects.filter(pk=cadence_id, next_at__isnull=False).update(next_at=None, ends_at=now) != 1:
        raise NotNow(_("Cadence %(id)s does not run.") % {"id": cadence_id})
    cadence = Cadence.objects.get(pk=cadence_id)
    subject = (cadence.subject_kind, cadence.subject_id)
    record(actor=actor, verb="cadence.end", subject=subject, now=now, detail={"cadence": cadence.pk}, exercise=cadence.exercise)
    return cadence


def cadences_sweep(*, now: datetime) -> int:
    """Open the clocks of all cadences that fell due; return how many were opened."""
    opened = 0
    for cadence in Cadence.objects.filter(next_at__lte=now):
        for _period in range(CATCH_UP_LIMIT):
            if cadence.next_at is None or cadence.next_at > now:
                break
            opened += _open(cadence, now)
    return opened


@transaction.atomic
def _open(cadence: Cadence, now: datetime) -> int:
    """Open one period's clock and step to the next; returns 0 when another worker did it."""
    fell_due = cadence.next_at
    if fell_due is None:
        return 0
    following: datetime | None = occurrence(timezone.localtime(cadence.starts_at), Every(cadence.every), cadence.opened + 1)
    if following and cadence.ends_at and following > cadence.ends_at:
        following = None
    claimed = Cadence.objects.filter(pk=cadence.pk, opened=cadence.opened, next_at=fell_due)
    if claimed.update(opened=cadence.opened + 1, next_at=following) != 1:
        cadence.refresh_from_db()
        return 0
    rule = ClockRule(cadence.key, cadence.label, cadence.seconds, None, cadence.citation)
    subject = (cadence.subject_kind, cadence.subject_id)
    before = Clock.objects.filter(subject_kind=subject[0], subject_id=subject[1], rule_key=cadence.key, state=ClockState.RUNNING)
    for last_period in before.filter(due_at__lt=fell_due):  # its time is over, the sweep was only not there yet
        clock_miss(last_period, now)
    clock_start(
        actor=SYSTEM,
        now=now,
        subject=subject,
        rule=rule,
        started_at=fell_due,
        start_evidence=f"cadence {cadence.pk}",
        exercise=cadence.exercise,
    )
    cadence.opened, cadence.next_at = cadence.opened + 1, following
    return 1
