"""What people do with a warning, and the regular look at those nobody took."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.clocks.services import clock_stop
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from .evaluation import stories_evaluate
from .models import Warning
from .rules import ACKNOWLEDGE_CLOCK, DISMISSALS, LIVE, MOVES, STATE_LABELS, Outcome, WarningState, acknowledge_rule
from .telling import tell_unanswered

__all__ = ["stories_evaluate", "warning_acknowledge", "warning_dismiss", "warning_mark_opened", "warnings_follow", "warnings_sweep"]


@transaction.atomic
def warning_acknowledge(*, actor: Actor, now: datetime, warning_id: int) -> Warning:
    """Take a warning: its clock stops and the person who took it is written down."""
    require(actor, "warning.acknowledge")
    warning = _warning(warning_id)
    _move(warning, WarningState.ACKNOWLEDGED, acknowledged_by_id=actor.id, acknowledged_at=now)
    _stop_clock(warning, actor, now, "warning.acknowledge")
    _record(warning, "warning.acknowledge", actor, now, {"level": warning.level})
    return warning


@transaction.atomic
def warning_dismiss(*, actor: Actor, now: datetime, warning_id: int, reason: str, outcome: Outcome | str = Outcome.NO_ACTION) -> Warning:
    """Say that nothing has to be done, why, and what the alarm was worth."""
    require(actor, "warning.dismiss")
    if not reason.strip():
        raise BadInput(_("A warning is dismissed only with a reason: write why nothing has to be done."))
    if outcome not in DISMISSALS:
        accepted = ", ".join(DISMISSALS)
        raise BadInput(
            _("“%(outcome)s” is not an outcome of a dismissed warning: use one of %(accepted)s.")
            % {"outcome": outcome, "accepted": accepted}
        )
    warning = _warning(warning_id)
    _move(
        warning,
        WarningState.DISMISSED,
        dismissed_by_id=actor.id,
        dismissed_at=now,
        dismissed_reason=reason.strip(),
        outcome=Outcome(outcome).value,
    )
    _stop_clock(warning, actor, now, "warning.dismiss")
    _record(warning, "warning.dismiss", actor, now, {"reason": reason.strip(), "outcome": warning.outcome})
    return warning


@transaction.atomic
def warning_mark_opened(*, actor: Actor, now: datetime, warning_id: int, incident_id: int) -> Warning:
    """Note that an incident was opened from an acknowledged warning."""
    require(actor, "incident.open")
    warning = _warning(warning_id)
    _move(warning, WarningState.OPENED, opened_at=now, incident_id=incident_id, outcome=Outcome.INCIDENT.value)
    _record(warning, "warning.open", actor, now, {"incident": incident_id})
    return warning


@transaction.atomic
def warnings_follow(*, merges: Iterable[tuple[int, int]], now: datetime) -> None:
    """Let the warnings of merged stories ``(former, into)`` follow them, in the order of the merges."""
    pairs = list(merges)
    warned = set(Warning.objects.filter(story_id__in=[former for former, _into in pairs]).values_list("story_id", flat=True))
    for former, into in pairs:
        if former in warned:
            _follow(former, into, now)
            warned.add(into)


def _follow(former: int, into: int, now: datetime) -> None:
    """Let the warnings of one story follow it. Of two live ones the further one stays; the other is already handled by it."""
    live = list(Warning.objects.filter(story_id__in=(former, into), state__in=LIVE).order_by("issued_at", "pk"))
    if len(live) == 2:
        order = [*LIVE]
        kept = max(live, key=lambda each: (order.index(each.state), each.level_rank, -each.pk))
        other = next(each for each in live if each.pk != kept.pk)
        if WarningState.DISMISSED not in MOVES[WarningState(other.state)]:
            return  # each has its incident; both stay where they are
        reason = _("The story was merged with the one of warning %(number)s.") % {"number": kept.pk}
        changes = {"dismissed_at": now, "dismissed_reason": reason, "outcome": Outcome.ALREADY_HANDLED.value}
        if other.state == WarningState.PROPOSED:
            _stop_clock(other, SYSTEM, now, "warning.follow")
        _move(other, WarningState.DISMISSED, **changes)
        _record(other, "warning.dismiss", SYSTEM, now, {"reason": reason, "outcome": Outcome.ALREADY_HANDLED.value})
    for warning in Warning.objects.filter(story_id=former):
        Warning.objects.filter(pk=warning.pk).update(story_id=into)
        _record(warning, "warning.follow", SYSTEM, now, {"from": former, "to": into})


def warnings_sweep(*, now: datetime) -> int:
    """Judge undecided warnings again and bring those nobody took in time to the commander; return how many of these."""
    stories_evaluate(story_ids=(), now=now)
    limit = now - timedelta(seconds=acknowledge_rule().seconds)
    late = Warning.objects.filter(state=WarningState.PROPOSED, escalated_at=None, issued_at__lte=limit).select_related("story")
    return sum(_escalate(warning, now) for warning in late.order_by("issued_at", "pk")[:100])


@transaction.atomic
def _escalate(warning: Warning, now: datetime) -> int:
    if Warning.objects.filter(pk=warning.pk, state=WarningState.PROPOSED, escalated_at=None).update(escalated_at=now) != 1:
        return 0  # somebody took it in this very moment
    _record(warning, "warning.escalate", SYSTEM, now, {"level": warning.level})
    tell_unanswered(warning, now)
    return 1


def _move(warning: Warning, to: WarningState, **changes: object) -> None:
    """Move a warning's state, the only place that does, and only if nobody was first."""
    old = WarningState(warning.state)
    if to not in MOVES[old] or Warning.objects.filter(pk=warning.pk, state=old).update(state=to.value, **changes) != 1:
        raise NotNow(_refusal(to) % {"title": warning.title, "state": STATE_LABELS[old]})
    warning.state = to.value
    for field, value in changes.items():
        setattr(warning, field, value)


def _refusal(to: WarningState) -> str:
    if to is WarningState.OPENED:
        return _("The warning “%(title)s” is “%(state)s”: an incident is opened from a warning that is acknowledged and not decided yet.")
    return _("The warning “%(title)s” is “%(state)s”, so this is not possible now. Load the page again to see what happened.")


def _stop_clock(warning: Warning, actor: Actor, now: datetime, evidence: str) -> None:
    clock_stop(actor=actor, now=now, subject=("warning", warning.pk), rule_key=ACKNOWLEDGE_CLOCK, stopped_at=now, stop_evidence=evidence)


def _record(warning: Warning, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=("warning", warning.pk), now=now, detail=detail, exercise=warning.exercise)


def _warning(warning_id: int) -> Warning:
    warning = Warning.objects.select_related("story").filter(pk=warning_id).first()
    if warning is None:
        raise NotThere(_("There is no warning %(id)s.") % {"id": warning_id})
    return warning
