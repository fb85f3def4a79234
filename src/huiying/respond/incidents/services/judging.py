"""What people judge about an incident: is it true, what is it, how grave is it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import may
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.grading.levels import EventGrade
from huiying.core.grading.scheme import Proposal
from huiying.core.grading.wording import level_label

from .. import rules
from ..models import Assessment, GradeDecision, Incident
from ..rules import COMMANDER_GRADES, GRADE_MOVES, GradeState, State
from ..selectors.grading import grade_hold, grade_proposal, latest_assessment
from ..signals import incident_graded
from .duties import duties_select
from .evidence import evidence_links
from .moving import incident_move
from .records import incident_to_change, needed, write


@dataclass(frozen=True)
class Judgement:
    """What an assessment says (R55-R63); the three last choices feed the grade scheme, empty = unknown."""

    nature: str
    cause: str
    scope: str
    trend: str
    risk: str
    evidence: str
    impacts: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    authority_attention: str = ""
    offline_impact: str = ""
    harm_if_rumour_believed: str = ""
    #: how sure each judgement is, by the names of ``rules.JUDGED_LABELS``
    confidence: Mapping[str, str] = field(default_factory=dict)
    story_ids: tuple[int, ...] = ()
    post_seqs: tuple[int, ...] = ()
    file_ids: tuple[int, ...] = ()
    measurements: str = ""


@transaction.atomic
def incident_confirm(*, actor: Actor, now: datetime, incident_id: int, basis: str, evidence: str, checks: Collection[str]) -> Incident:
    """Record the verification checklist and move the incident from suspected to confirmed."""
    require(actor, "incident.move")
    incident = incident_to_change(incident_id)
    _known("basis", basis, rules.BASIS_LABELS)
    unknown = set(checks) - set(rules.VERIFICATION_CHECKS)
    if unknown:
        raise BadInput(_("The checklist has no line “%(line)s”.") % {"line": sorted(unknown)[0]})
    incident.verification_basis = basis
    incident.verification_evidence = needed(evidence, _("Say what the confirmation rests on: who said it, where it can be seen."))
    incident.verification_checks = sorted(checks)
    incident.save(update_fields=["verification_basis", "verification_evidence", "verification_checks"])
    write(incident, "incident.verify", actor=actor, now=now, basis=basis, evidence=incident.verification_evidence, checks=sorted(checks))
    return incident_move(actor=actor, now=now, incident_id=incident_id, to=State.CONFIRMED)


@transaction.atomic
def incident_assess(*, actor: Actor, now: datetime, incident_id: int, judgement: Judgement) -> Assessment:
    """Save an assessment; earlier ones stay, the newest counts."""
    require(actor, "incident.assess")
    incident = incident_to_change(incident_id)
    _check(judgement)
    links = evidence_links(
        incident,
        story_ids=judgement.story_ids,
        post_seqs=judgement.post_seqs,
        file_ids=judgement.file_ids,
        measurements=judgement.measurements,
    )
    assessment = Assessment.objects.create(
        incident=incident,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
        nature=judgement.nature,
        cause=judgement.cause,
        impacts=list(judgement.impacts),
        affected=list(judgement.affected),
        features=list(judgement.features),
        scope=judgement.scope.strip(),
        trend=judgement.trend,
        risk=judgement.risk,
        authority_attention=judgement.authority_attention,
        offline_impact=judgement.offline_impact,
        harm_if_rumour_believed=judgement.harm_if_rumour_believed,
        evidence=judgement.evidence.strip(),
        confidence=dict(judgement.confidence),
        links=links,
    )
    incident.nature, incident.cause = judgement.nature, judgement.cause
    incident.save(update_fields=["nature", "cause"])
    write(
        incident,
        "incident.assess",
        actor=actor,
        now=now,
        assessment=assessment.pk,
        nature=judgement.nature,
        cause=judgement.cause,
        trend=judgement.trend,
        risk=judgement.risk,
        evidence=assessment.evidence,
        confidence=assessment.confidence,
        links=[f"{each['kind']} {each['ref']}".strip() for each in links],
    )
    return assessment


def _check(judgement: Judgement) -> None:
    needed(judgement.scope, _("Say how far it reaches: places, groups of people, services."))
    needed(judgement.evidence, _("An assessment needs its evidence: posts, readings, calls, reports."))
    words: tuple[tuple[str, str, Mapping[str, rules.Label]], ...] = (
        ("nature", judgement.nature, rules.NATURE_LABELS),
        ("cause", judgement.cause, rules.CAUSE_LABELS),
        ("trend", judgement.trend, rules.TREND_LABELS),
        ("risk", judgement.risk, rules.RISK_LABELS),
    )
    for name, value, labels in words:
        _known(name, value, labels)
    optional: tuple[tuple[str, str, Mapping[str, rules.Label]], ...] = (
        ("authority_attention", judgement.authority_attention, rules.ATTENTION_LABELS),
        ("offline_impact", judgement.offline_impact, rules.OFFLINE_LABELS),
        ("harm_if_rumour_believed", judgement.harm_if_rumour_believed, rules.HARM_LABELS),
    )
    for name, value, labels in optional:
        if value:
            _known(name, value, labels)
    several: tuple[tuple[str, Iterable[str], Mapping[str, rules.Label]], ...] = (
        ("impacts", judgement.impacts, rules.IMPACT_LABELS),
        ("affected", judgement.affected, rules.AFFECTED_LABELS),
        ("features", judgement.features, rules.FEATURE_LABELS),
    )
    for name, values, labels in several:
        for value in values:
            _known(name, value, labels)
    for name, word in judgement.confidence.items():
        _known("confidence", name, rules.JUDGED_LABELS)
        _known(name, word, rules.CONFIDENCE_LABELS)


def _known(name: str, value: str, labels: Mapping[str, rules.Label]) -> None:
    if value not in labels:
        raise BadInput(_("%(name)s is “%(value)s”: use one of %(known)s.") % {"name": name, "value": value, "known": ", ".join(labels)})


@transaction.atomic
def incident_grade(*, actor: Actor, now: datetime, incident_id: int, grade: EventGrade | str, reason: str = "") -> GradeDecision:
    """Decide the event grade beside the scheme's proposal.

    A reason is needed when the grade differs from the proposal or changes a grade in force. The
    first grade I or II waits for a commander unless a commander gives it; a lower grade needs the
    hold time and always waits for a second person; a higher one counts at once.
    """
    require(actor, "incident.grade")
    incident = incident_to_change(incident_id)
    chosen = _grade(grade)
    _may_be_graded(incident, chosen)
    proposal = grade_proposal(incident, now)
    if incident.grade or proposal.level != chosen:
        reason = needed(reason, _("This differs from the proposal or from the grade in force: write why."))
    if _is_lowering(incident, chosen):
        _require_hold(incident, now)
    decision = _decision(incident, chosen, proposal, actor=actor, now=now, reason=reason)
    if _is_lowering(incident, chosen) or (not incident.grade and chosen in COMMANDER_GRADES and not _commands(actor)):
        write(incident, "incident.grade_propose", actor=actor, now=now, decision=decision.pk, grade=chosen.value, reason=decision.reason)
        return decision
    _put_in_force(incident, decision, actor=actor, now=now)
    return decision


def _grade(grade: EventGrade | str) -> EventGrade:
    if grade not in set(EventGrade):
        raise BadInput(_("“%(grade)s” is no event grade: use one of %(known)s.") % {"grade": grade, "known": ", ".join(EventGrade)})
    return EventGrade(grade)


def _may_be_graded(incident: Incident, chosen: EventGrade) -> None:
    shown = {"number": incident.number, "state": incident.get_state_display()}
    if incident.state == State.SUSPECTED or incident.state not in rules.OPEN_STATES:
        raise NotNow(_("Incident %(number)s is %(state)s: it is graded between confirmation and resolution.") % shown)
    if latest_assessment(incident) is None:
        raise NotNow(_("Incident %(number)s has no assessment yet: assess it first.") % shown)
    if incident.grade == chosen:
        raise BadInput(_("That grade is already in force."))


def _is_lowering(incident: Incident, chosen: EventGrade) -> bool:
    return bool(incident.grade) and chosen.rank < EventGrade(incident.grade).rank


def _commands(actor: Actor) -> bool:
    return actor.is_system or may(actor.roles, "incident.command")


def _require_hold(incident: Incident, now: datetime) -> None:
    verdict = grade_hold(incident, now)
    if verdict.may_lower:
        return
    grade = level_label(incident.grade, get_language() or "zh-hans")
    if verdict.free_at is None:
        raise NotNow(_("The grade cannot go below %(grade)s now: the values still reach it.") % {"grade": grade})
    free = verdict.free_at.isoformat(timespec="minutes")
    raise NotNow(
        _("The grade cannot go below %(grade)s before %(free)s: the values must stay low until then.") % {"grade": grade, "free": free}
    )


def _decision(incident: Incident, chosen: EventGrade, proposal: Proposal, *, actor: Actor, now: datetime, reason: str) -> GradeDecision:
    for waiting in GradeDecision.objects.filter(incident=incident, state=GradeState.PROPOSED):
        _set_grade_state(waiting, GradeState.REPLACED)
    return GradeDecision.objects.create(
        incident=incident,
        state=GradeState.PROPOSED.value,
        grade=chosen.value,
        previous=incident.grade,
        proposed_grade=proposal.level.value if proposal.level else "",
        proposal=proposal.as_dict(),
        scheme_key=proposal.scheme_key,
        scheme_version=proposal.scheme_version,
        reason=reason.strip(),
        at=now,
        by_id=actor.id,
        by_name=actor.name,
    )


@transaction.atomic
def grade_accept(*, actor: Actor, now: datetime, decision_id: int) -> GradeDecision:
    """Accept a grade somebody else proposed; raises NotYou for the proposer."""
    decision, incident = _waiting(decision_id)
    lowering = _is_lowering(incident, EventGrade(decision.grade))
    require(actor, "incident.grade_lower" if lowering else "incident.command")
    if actor.id is not None and actor.id == decision.by_id:
        raise NotYou(_("You proposed this grade: a second person must accept it."))
    if lowering:
        _require_hold(incident, now)
    _put_in_force(incident, decision, actor=actor, now=now)
    return decision


@transaction.atomic
def grade_refuse(*, actor: Actor, now: datetime, decision_id: int, reason: str) -> GradeDecision:
    """Refuse a proposed grade; the grade in force stays."""
    decision, incident = _waiting(decision_id)
    require(actor, "incident.command")
    said = needed(reason, _("Say why the grade is refused."))
    _set_grade_state(decision, GradeState.REFUSED, actor=actor, now=now)
    write(incident, "incident.grade_refuse", actor=actor, now=now, decision=decision.pk, grade=decision.grade, reason=said)
    return decision


def _waiting(decision_id: int) -> tuple[GradeDecision, Incident]:
    decision = GradeDecision.objects.filter(pk=decision_id).first()
    if decision is None:
        raise NotThere(_("There is no grade decision %(id)s.") % {"id": decision_id})
    return decision, incident_to_change(decision.incident_id)


def _put_in_force(incident: Incident, decision: GradeDecision, *, actor: Actor, now: datetime) -> None:
    for old in GradeDecision.objects.filter(incident=incident, state=GradeState.IN_FORCE):
        _set_grade_state(old, GradeState.REPLACED)
    _set_grade_state(decision, GradeState.IN_FORCE, actor=actor, now=now)
    incident.grade, incident.scheme_key, incident.scheme_version = decision.grade, decision.scheme_key, decision.scheme_version
    incident.save(update_fields=["grade", "scheme_key", "scheme_version"])
    write(
        incident,
        "incident.grade",
        actor=actor,
        now=now,
        decision=decision.pk,
        grade=decision.grade,
        previous=decision.previous,
        proposed=decision.proposed_grade,
        scheme=f"{decision.scheme_key} {decision.scheme_version}",
        reason=decision.reason,
        by=decision.by_name,
    )
    if incident.state == State.CONFIRMED:
        incident_move(actor=actor, now=now, incident_id=incident.pk, to=State.GRADED)
    else:
        duties_select(actor=actor, now=now, incident=incident)
    incident_graded.send(sender=Incident, incident_id=incident.pk, grade=decision.grade, actor=actor, now=now)


def _set_grade_state(decision: GradeDecision, to: GradeState, *, actor: Actor | None = None, now: datetime | None = None) -> None:
    """Assign a decision's state, the only place that does, and only if nobody was first."""
    old = GradeState(decision.state)
    changes: dict[str, object] = {"state": to.value}
    if actor is not None:
        changes |= {"decided_at": now, "decided_by_id": actor.id, "decided_by_name": actor.name}
    if to not in GRADE_MOVES[old] or GradeDecision.objects.filter(pk=decision.pk, state=old.value).update(**changes) != 1:
        raise NotNow(_("This grade decision is %(state)s and cannot be changed.") % {"state": decision.get_state_display()})
    decision.refresh_from_db()
