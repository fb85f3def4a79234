"""Start, stop and waive deadlines, and notice those that ran out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Clock
from ..rules import CLOCK_MOVES, ClockRule, ClockState, state_when_stopped
from ..signals import clock_missed, clock_warned

#: clocks; what one sweep takes, so that its transactions stay short.
SWEEP_LIMIT = 200


@transaction.atomic
def clock_start(
    *, actor: Actor, now: datetime, subject: tuple[str, object], rule: ClockRule, started_at: datetime, start_evidence: str, exercise: bool
) -> Clock:
    """Start a clock, or return the one of this rule that already runs or already ran for that very span.

    Starting again never resets. Who must change the length of a running clock waives it first; both stay visible.
    """
    if known := _known(subject, rule, started_at):
        return known
    clock = Clock(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        rule_key=rule.key,
        label=dict(rule.label),
        citation=rule.citation,
        started_at=started_at,
        start_evidence=start_evidence,
        due_at=rule.due_at(started_at),
        warn_at=rule.warn_at(started_at),
        exercise=exercise,
    )
    try:
        with transaction.atomic():
            clock.save(force_insert=True)
    except IntegrityError:  # another worker was first
        return Clock.objects.get(subject_kind=subject[0], subject_id=str(subject[1]), rule_key=rule.key, state=ClockState.RUNNING)
    detail: dict[str, object] = {
        "clock": clock.pk,
        "rule": rule.key,
        "started_at": started_at,
        "due_at": clock.due_at,
        "evidence": start_evidence,
    }
    record(actor=actor, verb="clock.start", subject=subject, now=now, detail=detail, exercise=exercise)
    return clock


def _known(subject: tuple[str, object], rule: ClockRule, started_at: datetime) -> Clock | None:
    same_rule = Clock.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), rule_key=rule.key)
    same_span = same_rule.filter(started_at=started_at, due_at=rule.due_at(started_at)).exclude(state=ClockState.WAIVED)
    return same_rule.filter(state=ClockState.RUNNING).first() or same_span.first()


@transaction.atomic
def clock_stop(
    *,
    actor: Actor,
    now: datetime,
    subject: tuple[str, object],
    rule_key: str,
    stopped_at: datetime,
    stop_evidence: str,
    started_at: datetime | None = None,
) -> Clock | None:
    """Stop what is open of a rule and return the newest of it, or None when nothing was open.

    In time it is met. Too late it is missed, and the time of the stop is written beside it.
    ``started_at`` stops only the clock of that one turn, where each turn of a rhythm is work of its own.
    """
    rule = Clock.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]), rule_key=rule_key)
    turn = rule if started_at is None else rule.filter(started_at=started_at)
    opened = list(turn.filter(stopped_at=None, state__in=[ClockState.RUNNING, ClockState.MISSED]).order_by("started_at", "pk"))
    for clock in opened:
        _stop(clock, actor=actor, now=now, stopped_at=stopped_at, evidence=stop_evidence)
    return opened[-1] if opened else None


def _stop(clock: Clock, *, actor: Actor, now: datetime, stopped_at: datetime, evidence: str) -> None:
    ran = clock.state == ClockState.RUNNING
    if ran:
        _move(clock, state_when_stopped(clock.due_at, stopped_at), stopped_at=stopped_at, stop_evidence=evidence)
    else:
        Clock.objects.filter(pk=clock.pk, stopped_at=None).update(stopped_at=stopped_at, stop_evidence=evidence)
        clock.stopped_at, clock.stop_evidence = stopped_at, evidence
    _record(clock, "clock.stop", actor, now, {"stopped_at": stopped_at, "state": clock.state, "evidence": evidence})
    if ran and clock.state == ClockState.MISSED:
        clock_missed.send(sender=Clock, clock=clock, now=now)


@transaction.atomic
def clock_waive(*, actor: Actor, now: datetime, clock_id: int, reason: str) -> Clock:
    """Let a running clock go, with a reason that stays."""
    require(actor, "incident.waive_clock")
    if not reason.strip():
        raise BadInput(_("A clock is waived only with a reason: write why."))
    clock = _clock(clock_id)
    _move(clock, ClockState.WAIVED, waived_reason=reason.strip())
    _record(clock, "clock.waive", actor, now, {"reason": reason.strip()})
    return clock


@transaction.atomic
def clock_correct_start(*, actor: Actor, now: datetime, clock_id: int, started_at: datetime, start_evidence: str) -> Clock:
    """Move the start of a running clock to what is now known; the log keeps both values.

    Raises NotNow for a clock that no longer runs: what was met or missed is history.
    """
    clock = _clock(clock_id)
    shift: timedelta = started_at - clock.started_at
    old = clock.started_at
    changes: dict[str, object] = {
        "started_at": started_at,
        "due_at": clock.due_at + shift,
        "warn_at": clock.warn_at + shift if clock.warn_at else None,
        "start_evidence": start_evidence,
    }
    if Clock.objects.filter(pk=clock.pk, state=ClockState.RUNNING).update(**changes) != 1:
        raise NotNow(_("Clock %(id)s no longer runs, so its start stays as it is.") % {"id": clock.pk})
    clock.refresh_from_db()
    _record(clock, "clock.correct", actor, now, {"from": old, "to": started_at, "evidence": start_evidence})
    return clock


def clocks_sweep(*, now: datetime) -> int:
    """Mark clocks past their due time as missed and remind once at the warning time; return how many."""
    running = Clock.objects.filter(state=ClockState.RUNNING)
    overdue = list(running.filter(due_at__lt=now)[:SWEEP_LIMIT])
    done = sum(clock_miss(clock, now) for clock in overdue)
    for clock in running.filter(warn_at__lte=now, warned_at=None, due_at__gte=now)[:SWEEP_LIMIT]:
        done += _warn(clock, now)
    return done


@transaction.atomic
def clock_miss(clock: Clock, now: datetime) -> int:
    """Mark one overdue clock as missed and tell; returns 0 when somebody stopped it first."""
    try:
        _move(clock, ClockState.MISSED)
    except NotNow:  # somebody stopped it in this very moment
        return 0
    _record(clock, "clock.miss", SYSTEM, now, {"due_at": clock.due_at})
    clock_missed.send(sender=Clock, clock=clock, now=now)
    return 1


@transaction.atomic
def _warn(clock: Clock, now: datetime) -> int:
    if Clock.objects.filter(pk=clock.pk, state=ClockState.RUNNING, warned_at=None).update(warned_at=now) != 1:
        return 0
    clock.warned_at = now
    clock_warned.send(sender=Clock, clock=clock, now=now)
    return 1


def _move(clock: Clock, to: ClockState, **changes: object) -> None:
    """Move a clock's state, the only place that does, and only if nobody was first."""
    old = ClockState(clock.state)
    if to not in CLOCK_MOVES[old] or Clock.objects.filter(pk=clock.pk, state=old).update(state=to, **changes) != 1:
        shown = {"id": clock.pk, "old": old.value, "new": to.value}
        raise NotNow(_("Clock %(id)s is %(old)s and cannot become %(new)s.") % shown)
    clock.state = to.value
    for field, value in changes.items():
        setattr(clock, field, value)


def _clock(clock_id: int) -> Clock:
    clock = Clock.objects.filter(pk=clock_id).first()
    if clock is None:
        raise NotThere(_("There is no clock %(id)s.") % {"id": clock_id})
    return clock


def _record(clock: Clock, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    told: dict[str, object] = {"clock": clock.pk, "rule": clock.rule_key, **detail}
    record(actor=actor, verb=verb, subject=(clock.subject_kind, clock.subject_id), now=now, detail=told, exercise=clock.exercise)
