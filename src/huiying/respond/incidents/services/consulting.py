"""Consultations: who judged what together, who was against, and what was set aside."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import ROLE_LABELS, Role
from huiying.base.accounts.selectors import people
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotThere

from ..models import Assessment, Consultation, ConsultationSeat, Expert, Incident
from .records import incident_to_change, needed, options_of, write


@dataclass(frozen=True)
class Minutes:
    """What was asked, said and concluded."""

    question: str
    opinions_for: str
    opinions_against: str
    conclusion: str
    rejected: str = ""
    assessment_id: int | None = None
    person_ids: tuple[int, ...] = ()
    expert_ids: tuple[int, ...] = ()


@transaction.atomic
def consultation_record(*, actor: Actor, now: datetime, incident_id: int, held_at: datetime, minutes: Minutes) -> Consultation:
    """Keep a consultation with who took part; like every paper of an incident it is never changed afterwards."""
    require(actor, "incident.log")
    incident = incident_to_change(incident_id)
    Incident.objects.select_for_update().get(pk=incident.pk)  # two who write at once get two numbers
    if held_at > now:
        raise BadInput(_("The consultation lies in the future: record it once it was held."))
    seats = [*_people(minutes.person_ids), *_experts(minutes.expert_ids)]
    if len(seats) < 2:
        raise BadInput(_("A consultation needs two people at least: say who took part."))
    last = Consultation.objects.filter(incident=incident).order_by("-number").first()
    kept = Consultation.objects.create(
        incident=incident,
        number=last.number + 1 if last else 1,
        assessment=_assessment(incident, minutes.assessment_id),
        question=needed(minutes.question, _("Write which question was put.")),
        opinions_for=needed(minutes.opinions_for, _("Write which opinions spoke for it.")),
        opinions_against=needed(minutes.opinions_against, _("Write which opinions spoke against it, or that nobody was against.")),
        conclusion=needed(minutes.conclusion, _("Write what was concluded.")),
        rejected=options_of(minutes.rejected),
        held_at=held_at,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
    )
    for seat in seats:
        seat.consultation = kept
    ConsultationSeat.objects.bulk_create(seats)
    detail: dict[str, object] = {"consultation": kept.number, "question": kept.question, "conclusion": kept.conclusion}
    write(incident, "incident.consult", actor=actor, now=now, **detail, seats=len(seats), rejected=kept.rejected)
    return kept


def _people(ids: Collection[int]) -> list[ConsultationSeat]:
    known = {line.id: line for line in people()} if ids else {}
    if unknown := set(ids) - set(known):
        raise BadInput(_("There is no person %(id)s.") % {"id": min(unknown)})
    return [
        ConsultationSeat(person_id=id, name=known[id].name, role=", ".join(str(ROLE_LABELS[Role(role)]) for role in known[id].roles)[:150])
        for id in dict.fromkeys(ids)
    ]


def _experts(ids: Collection[int]) -> list[ConsultationSeat]:
    known = Expert.objects.in_bulk(list(ids)) if ids else {}
    if unknown := set(ids) - set(known):
        raise BadInput(_("There is no expert %(id)s.") % {"id": min(unknown)})
    return [
        ConsultationSeat(expert=known[id], person_id=None, name=known[id].name, role=known[id].get_kind_display())
        for id in dict.fromkeys(ids)
    ]


def _assessment(incident: Incident, assessment_id: int | None) -> Assessment | None:
    if assessment_id is None:
        return None
    found = incident.assessments.filter(pk=assessment_id).first()
    if found is None:
        raise NotThere(_("The incident has no assessment %(id)s.") % {"id": assessment_id})
    return found
