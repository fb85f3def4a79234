"""Facts: added with evidence, verified by somebody else, withdrawn in the open."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.ui.errors import NotThere, NotYou

from ..models import Fact, Statement
from ..rules import FACT_MOVES, RUNNING, FactState, StatementState
from .moving import exercise_of, move, needed, open_incident


@transaction.atomic
def fact_add(*, actor: Actor, now: datetime, incident_id: int, text_zh: str, text_en: str, evidence: str, public_source: str = "") -> Fact:
    """Add a fact that somebody else still has to verify."""
    require(actor, "fact.add")
    open_incident(incident_id, correcting=True)
    text_zh = needed(text_zh, _("A fact needs a text in Chinese."))
    evidence = needed(evidence, _("A fact needs evidence: who measured or saw it, where it is written."))
    last = Fact.objects.filter(incident_id=incident_id).aggregate(last=Max("number"))["last"] or 0
    fact = Fact.objects.create(
        incident_id=incident_id,
        number=last + 1,
        text_zh=text_zh,
        text_en=text_en.strip(),
        evidence=evidence,
        public_source=public_source.strip(),
        author_id=actor.id,
        created_at=now,
        exercise=exercise_of(incident_id),
    )
    _log(fact, "fact.add", actor, now, text=text_zh)
    return fact


@transaction.atomic
def fact_verify(*, actor: Actor, now: datetime, fact_id: int, note: str = "") -> Fact:
    """Confirm a fact after looking at its evidence; the one who added it cannot."""
    require(actor, "fact.verify")
    fact = _fact(fact_id)
    if fact.author_id is not None and fact.author_id == actor.id:
        raise NotYou(_("You added %(fact)s, so somebody else must verify it.") % {"fact": fact.label})
    move(fact, FactState.VERIFIED, FACT_MOVES, verifier_id=actor.id, verified_at=now, verification_note=note.strip())
    _log(fact, "fact.verify", actor, now)
    return fact


@transaction.atomic
def fact_withdraw(*, actor: Actor, now: datetime, fact_id: int, reason: str) -> Fact:
    """Take a fact back with a reason; every text that stands on it lights up and its people are told."""
    require(actor, "fact.add")
    fact = _fact(fact_id)
    reason = needed(reason, _("Say why the fact is withdrawn: everybody who used it reads this."))
    move(fact, FactState.WITHDRAWN, FACT_MOVES, withdrawn_at=now, withdrawn_reason=reason)
    affected = list(
        Statement.objects.filter(sentences__facts=fact, state__in=[*RUNNING, StatementState.PUBLISHED])
        .distinct()
        .prefetch_related("authors")
    )
    _log(fact, "fact.withdraw", actor, now, reason=reason, affected=[statement.pk for statement in affected])
    for statement in affected:
        _tell_the_people_of(statement, fact, now)
    return fact


def _tell_the_people_of(statement: Statement, fact: Fact, now: datetime) -> None:
    release = getattr(statement, "release", None)
    people = {person.pk for person in statement.authors.all()} | {release.by_id if release else None, statement.submitter_id}
    notify(
        now=now,
        person_ids=sorted(pk for pk in people if pk is not None),
        text={
            "zh-Hans": f"事实 {fact.label} 已撤回，声明《{statement.title_zh}》受到影响：请更正或修改。",
            "en": f"Fact {fact.label} was withdrawn; the statement “{statement.title_en}” is affected: correct or change it.",
        },
        url=statement.get_absolute_url(),
        key=f"fact-withdrawn:{fact.pk}:{statement.pk}",
        exercise=statement.exercise,
    )


def _fact(fact_id: int) -> Fact:
    fact = Fact.objects.filter(pk=fact_id).first()
    if fact is None:
        raise NotThere(_("There is no fact %(id)s.") % {"id": fact_id})
    return fact


def _log(fact: Fact, verb: str, actor: Actor, now: datetime, **detail: object) -> None:
    told: dict[str, object] = {"fact": fact.pk, "number": fact.label, **detail}
    record(actor=actor, verb=verb, subject=("incident", fact.incident_id), now=now, detail=told, exercise=fact.exercise)
