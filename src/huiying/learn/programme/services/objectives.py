"""Set an objective, note a reading, and say what became of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from math import isfinite

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.clocks.rules import Every, occurrence
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import Objective, Reading
from ..rules import (
    DIRECTION_LABELS,
    EVERY_LABELS,
    OBJECTIVE,
    OBJECTIVE_LABELS,
    OBJECTIVE_MOVES,
    THEME_LABELS,
    WITHIN,
    Direction,
    ObjectiveState,
    number_words,
)
from ..terms import ObjectiveTerms
from .checks import is_named, needs_one_of, needs_person, needs_words
from .rhythm import in_every_language, rhythm_done, rhythm_end, rhythm_start

#: Larger figures are slips of the keyboard; money of a programme is counted in thousands.
LARGEST = 1e12


@transaction.atomic
def objective_add(*, actor: Actor, now: datetime, terms: ObjectiveTerms) -> Objective:
    """Set an objective; its rhythm asks for the first reading one period after it begins."""
    require(actor, "objective.manage")
    objective = Objective.objects.create(created_at=now, **_checked(terms))
    _begin_rhythm(objective, actor, now)
    _record(objective, "objective.add", actor, now, {"target": objective.target, "due_at": objective.due_at, "owner": objective.owner_id})
    return objective


@transaction.atomic
def objective_change(*, actor: Actor, now: datetime, objective_id: int, terms: ObjectiveTerms, reason: str) -> Objective:
    """Change an objective that is worked on, with a reason; the log keeps what each figure was before."""
    require(actor, "objective.manage")
    objective = _active(objective_id)
    wanted = _checked(terms)
    before = {name: getattr(objective, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if not changed:
        return objective
    why = needs_words(reason=reason)["reason"]
    if Objective.objects.filter(pk=objective.pk, state=ObjectiveState.ACTIVE).update(**changed) != 1:
        raise NotNow(_("The objective was ended a moment ago: load the page again."))
    objective.refresh_from_db()
    if changed.keys() & {"every", "starts_at", "title"}:
        rhythm_end(actor=actor, now=now, subject=(OBJECTIVE, objective.pk))
        _begin_rhythm(objective, actor, now)
    told: dict[str, object] = {name: [before[name], value] for name, value in changed.items()}
    _record(objective, "objective.change", actor, now, {"changed": told, "reason": why})
    return objective


def _checked(terms: ObjectiveTerms) -> dict[str, object]:
    words = needs_words(title=terms.title, measure=terms.measure, unit=terms.unit)
    needs_one_of(terms.theme, THEME_LABELS, _("theme"))
    needs_one_of(terms.direction, DIRECTION_LABELS, _("direction"))
    needs_one_of(terms.every, EVERY_LABELS, _("rhythm"))
    needs_person(terms.owner_id)
    for figure in (terms.target, terms.baseline):
        if figure is not None:
            _usable(figure)
    if terms.due_at <= terms.starts_at:
        raise BadInput(_("An objective is due after it begins: check the two dates."))
    is_upward = terms.direction == Direction.AT_LEAST
    if terms.baseline is not None and (terms.baseline >= terms.target if is_upward else terms.baseline <= terms.target):
        shown = {"baseline": number_words(terms.baseline), "target": number_words(terms.target)}
        raise BadInput(_("The baseline %(baseline)s already satisfies the target %(target)s: check both, and the direction.") % shown)
    return {**asdict(terms), **words}


def _usable(value: float) -> float:
    if not isfinite(value) or not 0 <= value <= LARGEST:
        raise BadInput(_("A figure lies between 0 and %(largest)s, not %(value)s.") % {"largest": f"{LARGEST:,.0f}", "value": value})
    return value


def _begin_rhythm(objective: Objective, actor: Actor, now: datetime) -> None:
    """Ask for readings from one period after the begin; turns that lie in the past are not asked for any more."""
    every, begins, number = Every(objective.every), timezone.localtime(objective.starts_at), 1
    while occurrence(begins, every, number) <= now:
        number += 1
    rhythm_start(
        actor=actor,
        now=now,
        subject=(OBJECTIVE, objective.pk),
        label=in_every_language(lambda: _("Reading of the objective “%(title)s”") % {"title": objective.title}),
        every=objective.every,
        starts_at=occurrence(begins, every, number),
        within=WITHIN[objective.every],
    )


@transaction.atomic
def reading_add(*, actor: Actor, now: datetime, objective_id: int, value: float, at: datetime, evidence: str) -> Reading:
    """Note a dated value with what shows it; the owner may, and whoever measures. Stops the clock that asks for it."""
    objective = _active(objective_id)
    if not is_named(actor, objective.owner_id):
        require(actor, "objective.measure")
    shown_by = needs_words(evidence=evidence)["evidence"]
    if at > now:
        raise BadInput(_("A reading cannot be of the future: enter when the value was measured."))
    reading = Reading.objects.create(objective=objective, at=at, value=_usable(value), evidence=shown_by, by_name=actor.name, noted_at=now)
    rhythm_done(actor=actor, now=now, subject=(OBJECTIVE, objective.pk), evidence=shown_by)
    _record(objective, "objective.reading", actor, now, {"value": value, "at": at, "evidence": shown_by})
    return reading


@transaction.atomic
def objective_move(*, actor: Actor, now: datetime, objective_id: int, to: ObjectiveState | str, reason: str) -> Objective:
    """Say what became of an objective, or take it up again; always with a reason.

    Attained needs a newest reading that reaches the target; not attained needs the date to be over.
    """
    require(actor, "objective.manage")
    objective = _objective(objective_id)
    new = ObjectiveState(needs_one_of(to, OBJECTIVE_LABELS, _("state")))
    why = needs_words(reason=reason)["reason"]
    old = ObjectiveState(objective.state)
    if new in OBJECTIVE_MOVES[old]:
        _must_be_true(objective, new, now)
    _set_state(objective, old, new, why)
    subject = (OBJECTIVE, objective.pk)
    if new == ObjectiveState.ACTIVE:
        _begin_rhythm(objective, actor, now)
    else:
        rhythm_done(actor=actor, now=now, subject=subject, evidence=why)
        rhythm_end(actor=actor, now=now, subject=subject)
    _record(objective, "objective.move", actor, now, {"from": old.value, "to": new.value, "reason": why})
    return objective


def _must_be_true(objective: Objective, new: ObjectiveState, now: datetime) -> None:
    if new == ObjectiveState.ATTAINED:
        last = objective.readings.order_by("-at", "-pk").first()
        if last is None:
            raise NotNow(_("The objective has no reading yet: note one before you call it attained."))
        if not objective.aim.is_reached(last.value):
            shown = {"value": f"{last.words} {objective.unit}", "target": objective.target_words}
            raise NotNow(_("The newest reading is %(value)s and the target is %(target)s: it is not attained yet.") % shown)
    if new == ObjectiveState.NOT_ATTAINED and now < objective.due_at:
        raise NotNow(_("The objective still has time: drop it with a reason, or wait for its date."))


def _set_state(objective: Objective, old: ObjectiveState, new: ObjectiveState, reason: str) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    moved = new in OBJECTIVE_MOVES[old] and Objective.objects.filter(pk=objective.pk, state=old).update(
        state=new.value, state_reason=reason
    )
    if moved != 1:
        shown = {"old": str(OBJECTIVE_LABELS[old]), "new": str(OBJECTIVE_LABELS[new])}
        raise NotNow(_("The objective is “%(old)s” and cannot become “%(new)s”.") % shown)
    objective.refresh_from_db()


def _objective(objective_id: int) -> Objective:
    objective = Objective.objects.filter(pk=objective_id).first()
    if objective is None:
        raise NotThere(_("There is no objective %(id)s.") % {"id": objective_id})
    return objective


def _active(objective_id: int) -> Objective:
    objective = _objective(objective_id)
    if not objective.is_active:
        raise NotNow(_("The objective is “%(state)s”: take it up again first.") % {"state": str(objective.state_label)})
    return objective


def _record(objective: Objective, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=(OBJECTIVE, objective.pk), now=now, detail=detail)
