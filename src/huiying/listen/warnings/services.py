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
from huiying.base.escalation.services import escalation_acknowledge, escalation_end
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.listen.stories.matters.selectors import stories_of_matter

from .evaluation import stories_evaluate
from .models import Warning
from .rules import ACKNOWLEDGE_CLOCK, DISMISSALS, LIVE, MOVES, STATE_LABELS, Outcome, WarningState, Worth, acknowledge_rule, worth_of
from .telling import tell_unanswered

__all__ = [
    "stories_evaluate",
    "warning_acknowledge",
    "warning_dismiss",
    "warning_judge",
    "warning_mark_opened",
    "warnings_follow",
    "warnings_join",
    "warnings_sweep",
]


@transaction.atomic
def warning_acknowledge(*, actor: Actor, now: datetime, warning_id: int) -> Warning:
    """Take a warning: its clock stops and the person who took it is written down."""
    require(actor, "warning.acknowledge")
    escalation_acknowledge(actor=actor, now=now, subject=("warning", warning_id))
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
        worth=worth_of(outcome),
    )
    _stop_clock(warning, actor, now, "warning.dismiss")
    escalation_end(actor=actor, now=now, subject=("warning", warning.pk))
    _record(warning, "warning.dismiss", actor, now, {"reason": reason.strip(), "outcome": warning.outcome})
    return warning


@transaction.atomic
def warning_mark_opened(*, actor: Actor, now: datetime, warning_id: int, incident_id: int) -> Warning:
    """Note that an incident was opened from an acknowledged warning."""
    require(actor, "incident.open")
    warning = _warning(warning_id)
    _move(
        warning,
        WarningState.OPENED,
        opened_at=now,
        incident_id=incident_id,
        outcome=Outcome.INCIDENT.value,
        worth=worth_of(Outcome.INCIDENT),
    )
    _record(warning, "warning.open", actor, now, {"incident": incident_id})
    return warning


@transaction.atomic
def warning_judge(*, actor: Actor, now: datetime, warning_id: int, worth: Worth | str) -> Warning:
    """Say what an alarm was worth, once it is decided; whoever judges again has the last word, and the log keeps every one."""
    require(actor, "warning.dismiss")
    if worth not in [each.value for each in Worth]:
        shown = {"worth": worth, "accepted": ", ".join(Worth)}
        raise BadInput(_("“%(worth)s” is not what an alarm can be worth: use one of %(accepted)s.") % shown)
    warning = _warning(warning_id)
    if not warning.outcome:
        raise NotNow(_("The warning “%(title)s” is not decided yet: its worth is judged afterwards.") % {"title": warning.title})
    old, warning.worth = warning.worth, Worth(worth).value
    warning.save(update_fields=["worth"])
    _record(warning, "warning.judge", actor, now, {"worth": warning.worth, "from": old})
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
    if not _fold((former, into), _("The story was merged with the one of warning %(number)s."), now):
        return
    for warning in Warning.objects.filter(story_id=former):
        Warning.objects.filter(pk=warning.pk).update(story_id=into)
        _record(warning, "warning.follow", SYSTEM, now, {"from": former, "to": into})


@transaction.atomic
def warnings_join(*, story_id: int, main_id: int, now: datetime) -> None:
    """Let a matter have one warning when a story is linked to its main story: it stays with its story, the other one is handled by it."""
    _fold((story_id, *stories_of_matter(main_id)), _("The story belongs to the matter of warning %(number)s."), now)


def _fold(story_ids: Iterable[int], reason: str, now: datetime) -> bool:
    """Keep the furthest of the live warnings of these stories and dismiss the others; False where two have an incident each."""
    live = list(Warning.objects.filter(story_id__in=set(story_ids), state__in=LIVE).order_by("issued_at", "pk"))
    order = [*LIVE]
    kept = max(live, key=lambda each: (order.index(each.state), each.level_rank, -each.pk), default=None)
    others = [each for each in live if kept is not None and each.pk != kept.pk]
    free = [each for each in others if WarningState.DISMISSED in MOVES[WarningState(each.state)]]
    for each in free:
        _hand_over(each, reason % {"number": kept.pk if kept else 0}, now)
    return len(free) == len(others)


def _hand_over(warning: Warning, reason: str, now: datetime) -> None:
    """Dismiss a warning that another one handles already."""
    if warning.state == WarningState.PROPOSED:
        _stop_clock(warning, SYSTEM, now, "warning.follow")
        escalation_end(actor=SYSTEM, now=now, subject=("warning", warning.pk))
    outcome = Outcome.ALREADY_HANDLED
    changes = {"dismissed_at": now, "dismissed_reason": reason, "outcome": outcome.value}  # of no worth: another alarm told it
    _move(warning, WarningState.DISMISSED, **changes)
    _record(warning, "warning.dismiss", SYSTEM, now, {"reason": reason, "outcome": outcome.value})


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
