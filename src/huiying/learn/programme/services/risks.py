"""Enter a risk, look at it again, and say what became of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.clocks.rules import Every, occurrence
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.formats.localised import localise

from ..models import Risk, RiskReview
from ..rules import EVERY_LABELS, RISK, RISK_MOVES, RISK_STATE_LABELS, STEPS, WITHIN, RiskState
from ..terms import RiskTerms
from .checks import is_named, needs_one_of, needs_person, needs_words
from .rhythm import in_every_language, rhythm_done, rhythm_end, rhythm_start


@transaction.atomic
def risk_add(*, actor: Actor, now: datetime, terms: RiskTerms) -> Risk:
    """Enter a risk; its rhythm asks for the first review one period from now."""
    require(actor, "risk.manage")
    risk = Risk(created_at=now, **_checked(terms))
    risk.weigh()
    risk.save()
    _begin_rhythm(risk, actor, now)
    _record(risk, "risk.add", actor, now, {"title": risk.title, "level": risk.level.value, "owner": risk.owner_id})
    return risk


@transaction.atomic
def risk_change(*, actor: Actor, now: datetime, risk_id: int, terms: RiskTerms) -> Risk:
    """Change the words, the measure, the owner or the rhythm; another weight comes by a review, with its reason."""
    require(actor, "risk.manage")
    risk = _watched(risk_id)
    wanted = {name: value for name, value in _checked(terms).items() if name not in {"likelihood", "impact"}}
    before = {name: getattr(risk, name) for name in wanted}
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    Risk.objects.filter(pk=risk.pk).update(**changed)
    risk.refresh_from_db()
    if changed.keys() & {"every", "title"}:
        rhythm_end(actor=actor, now=now, subject=(RISK, risk.pk))
        _begin_rhythm(risk, actor, now)
    told: dict[str, object] = {name: [before[name], value] for name, value in changed.items()}
    _record(risk, "risk.change", actor, now, {"changed": told})
    return risk


def _checked(terms: RiskTerms) -> dict[str, Any]:  # Any: the fields of a row, by name
    words = needs_words(title=terms.title, consequence=terms.consequence, measure=terms.measure)
    needs_one_of(terms.every, EVERY_LABELS, _("rhythm"))
    needs_person(terms.owner_id)
    _step(terms.impact)
    if terms.likelihood is not None:
        _step(terms.likelihood)
    return {**asdict(terms), **words}


def _step(value: int) -> int:
    if value not in STEPS:
        raise BadInput(_("Likelihood and impact go from 1 (low) to 3 (high), not %(value)s.") % {"value": value})
    return value


def _begin_rhythm(risk: Risk, actor: Actor, now: datetime) -> None:
    rhythm_start(
        actor=actor,
        now=now,
        subject=(RISK, risk.pk),
        label=in_every_language(lambda: _("Review of the risk “%(title)s”") % {"title": risk.title}),
        every=risk.every,
        starts_at=occurrence(timezone.localtime(now), Every(risk.every), 1),
        within=WITHIN[risk.every],
    )


@transaction.atomic
def risk_review(*, actor: Actor, now: datetime, risk_id: int, likelihood: int | None, impact: int, note: str) -> RiskReview:
    """Look at a risk again: weigh it and say why; the owner may, and whoever keeps the register. Stops the clock that asks for it."""
    risk = _watched(risk_id)
    if not is_named(actor, risk.owner_id):
        require(actor, "risk.manage")
    why = needs_words(note=note)["note"]
    before = risk.level
    risk.likelihood, risk.impact = None if likelihood is None else _step(likelihood), _step(impact)
    risk.weigh()
    risk.save(update_fields=["likelihood", "impact", "level_rank"])
    review = RiskReview.objects.create(
        risk=risk, at=now, by_name=actor.name, note=why, level_before=before.value, level_after=risk.level.value
    )
    rhythm_done(actor=actor, now=now, subject=(RISK, risk.pk), evidence=why)
    _record(risk, "risk.review", actor, now, {"from": before.value, "to": risk.level.value, "note": why})
    return review


@transaction.atomic
def risk_move(*, actor: Actor, now: datetime, risk_id: int, to: RiskState | str, reason: str) -> Risk:
    """Say what became of a risk, always with a reason; a closed one owes no review any more."""
    require(actor, "risk.manage")
    risk = _risk(risk_id)
    new = RiskState(needs_one_of(to, RISK_STATE_LABELS, _("state")))
    why = needs_words(reason=reason)["reason"]
    old = RiskState(risk.state)
    _set_state(risk, old, new, why)
    if new == RiskState.CLOSED:
        rhythm_done(actor=actor, now=now, subject=(RISK, risk.pk), evidence=why)
        rhythm_end(actor=actor, now=now, subject=(RISK, risk.pk))
    if old == RiskState.CLOSED:
        _begin_rhythm(risk, actor, now)
    _record(risk, "risk.move", actor, now, {"from": old.value, "to": new.value, "reason": why})
    return risk


def _set_state(risk: Risk, old: RiskState, new: RiskState, reason: str) -> None:
    """Assign the state, the only place that does, and only if nobody was first."""
    moved = new in RISK_MOVES[old] and Risk.objects.filter(pk=risk.pk, state=old).update(state=new.value, state_reason=reason)
    if moved != 1:
        shown = {"old": str(RISK_STATE_LABELS[old]), "new": str(RISK_STATE_LABELS[new])}
        raise NotNow(_("The risk is “%(old)s” and cannot become “%(new)s”.") % shown)
    risk.refresh_from_db()


@transaction.atomic
def risks_load_known(*, actor: Actor, now: datetime, owner_id: int) -> list[Risk]:
    """Enter the risks known from the start into an empty register, in the reader's language and under one owner."""
    require(actor, "risk.manage")
    if Risk.objects.exists():
        raise NotNow(_("The register is not empty any more: enter what is missing by hand."))
    text = files("huiying.learn.programme").joinpath("data/known_risks.yaml").read_text(encoding="utf-8")
    language = translation.get_language() or "zh-hans"
    added = []
    for row in yaml.safe_load(text):
        words = {name: localise(row[name], language) for name in ("title", "consequence", "measure")}
        terms = RiskTerms(**words, likelihood=None, impact=row["impact"], treat_by=None, owner_id=owner_id, every=row["every"])
        added.append(risk_add(actor=actor, now=now, terms=terms))
    return added


def _risk(risk_id: int) -> Risk:
    risk = Risk.objects.filter(pk=risk_id).first()
    if risk is None:
        raise NotThere(_("There is no risk %(id)s.") % {"id": risk_id})
    return risk


def _watched(risk_id: int) -> Risk:
    risk = _risk(risk_id)
    if risk.is_closed:
        raise NotNow(_("The risk is closed: open it again first."))
    return risk


def _record(risk: Risk, verb: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    record(actor=actor, verb=verb, subject=(RISK, risk.pk), now=now, detail=detail)
