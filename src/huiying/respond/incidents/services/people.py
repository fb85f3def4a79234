"""Experts and care roles, who is called in for an incident, and its task force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import may
from huiying.base.accounts.selectors import person
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

from ..models import Expert, Incident, Invitation, TaskForce, TaskForceSeat
from ..people_rules import AVAILABILITY_LABELS, EXPERT_LABELS, Availability, InvitationState
from .records import incident_of, incident_to_change, needed, write
from .telling import tell


@dataclass(frozen=True)
class ExpertEntry:
    """What is written down about an expert."""

    name: str
    kind: str
    skills: str
    works_at: str = ""
    contact: str = ""
    person_id: int | None = None
    availability: str = Availability.AVAILABLE.value
    away_until: date | None = None
    note: str = ""
    is_listed: bool = True


@transaction.atomic
def expert_save(*, actor: Actor, now: datetime, entry: ExpertEntry, expert_id: int | None = None) -> Expert:
    """Enter or change somebody of the directory; the log names who changed what, never how to reach them."""
    require(actor, "incident.move")
    if entry.kind not in EXPERT_LABELS or entry.availability not in AVAILABILITY_LABELS:
        known = ", ".join([*EXPERT_LABELS, *AVAILABILITY_LABELS])
        raise BadInput(_("“%(kind)s” or “%(availability)s” is not known: use %(known)s.") % {**vars(entry), "known": known})
    if entry.person_id is not None and person(entry.person_id) is None:
        raise BadInput(_("There is no person %(id)s.") % {"id": entry.person_id})
    expert = Expert() if expert_id is None else _expert(expert_id)
    expert.name = needed(entry.name, _("Write the name."))[:80]
    expert.fields = needed(entry.skills, _("Write what they know."))[:300]
    expert.kind, expert.availability, expert.away_until = entry.kind, entry.availability, entry.away_until
    expert.works_at, expert.contact, expert.note = entry.works_at.strip(), entry.contact.strip(), entry.note.strip()
    expert.person_id, expert.is_listed = entry.person_id, entry.is_listed
    expert.save()
    detail: dict[str, object] = {"kind": expert.kind, "availability": expert.availability, "listed": expert.is_listed}
    record(actor=actor, verb="expert.save", subject=("expert", expert.pk), now=now, detail=detail, exercise=False)
    return expert


def _expert(expert_id: int) -> Expert:
    found = Expert.objects.filter(pk=expert_id).first()
    if found is None:
        raise NotThere(_("There is no expert %(id)s.") % {"id": expert_id})
    return found


@transaction.atomic
def expert_invite(*, actor: Actor, now: datetime, incident_id: int, expert_id: int, purpose: str) -> Invitation:
    """Call somebody in; who has an account is told at once."""
    require(actor, "incident.move")
    incident, expert = incident_to_change(incident_id), _expert(expert_id)
    if not expert.is_listed or not expert.can_be_called(timezone.localdate(now)):
        raise NotNow(_("%(name)s cannot be called in now: away, or no longer in the list.") % {"name": expert.name})
    waiting = (InvitationState.ASKED, InvitationState.ACCEPTED)
    if Invitation.objects.filter(incident=incident, expert=expert, state__in=waiting).exists():
        raise NotNow(_("%(name)s is called in already.") % {"name": expert.name})
    said = needed(purpose, _("Say for what they are called in."))
    invitation = Invitation.objects.create(
        incident=incident, expert=expert, purpose=said, asked_at=now, asked_by_id=actor.id, asked_by_name=actor.name
    )
    write(incident, "incident.invite", actor=actor, now=now, expert=expert.pk, kind=expert.kind, purpose=said)
    if expert.person_id:
        url = reverse("incidents:invitation", args=[incident.pk, invitation.pk])

        def sentence() -> str:
            return _("You are called in for “%(title)s”: %(purpose)s") % {"title": incident.title, "purpose": said}

        key = f"incident-invitation:{invitation.pk}"
        tell(incident, now=now, person_ids=[expert.person_id], sentence=sentence, url=url, key=key, priority=1)
    return invitation


@transaction.atomic
def invitation_answer(*, actor: Actor, now: datetime, invitation_id: int, accept: bool, answer: str = "") -> Invitation:
    """Answer for oneself, or write down what somebody without an account said."""
    found = Invitation.objects.select_for_update().select_related("expert", "incident").filter(pk=invitation_id).first()
    if found is None:
        raise NotThere(_("There is no invitation %(id)s.") % {"id": invitation_id})
    is_own = actor.id is not None and found.expert.person_id == actor.id
    if not is_own and (found.expert.person_id is not None or not may(actor.roles, "incident.move")):
        raise NotYou(_("Who was called in answers; for somebody without an account the command writes the answer down."))
    if found.state != InvitationState.ASKED:
        raise NotNow(_("This invitation is answered already: %(state)s.") % {"state": found.get_state_display()})
    if found.incident.has_ended:
        raise NotNow(_("The incident is over."))
    found.state = (InvitationState.ACCEPTED if accept else InvitationState.DECLINED).value
    found.answered_at, found.answer, found.answered_by_name = now, answer.strip(), actor.name
    found.save(update_fields=["state", "answered_at", "answer", "answered_by_name"])
    write(found.incident, "incident.invitation_answer", actor=actor, now=now, expert=found.expert_id, state=found.state)
    if is_own and found.asked_by_id:
        shown = {"name": found.expert.name, "title": found.incident.title}

        def sentence() -> str:
            return (_("%(name)s takes part in “%(title)s”.") if accept else _("%(name)s cannot take part in “%(title)s”.")) % shown

        url, key = reverse("incidents:people", args=[found.incident_id]), f"incident-invitation-answer:{found.pk}"
        tell(found.incident, now=now, person_ids=[found.asked_by_id], sentence=sentence, url=url, key=key)
    return found


@transaction.atomic
def task_force_form(*, actor: Actor, now: datetime, incident_id: int, name: str, mission: str) -> TaskForce:
    """Form the task force of an incident, or change its name and mission; the log keeps what it was."""
    require(actor, "incident.command")
    incident = incident_to_change(incident_id)
    called = needed(name, _("Give the task force a name."))[:120]
    said = needed(mission, _("Say what the task force is to reach."))
    made = {"formed_at": now, "formed_by_name": actor.name}
    force, _new = TaskForce.objects.update_or_create(
        incident=incident, defaults={"name": called, "mission": said}, create_defaults={"name": called, "mission": said, **made}
    )
    write(incident, "incident.task_force", actor=actor, now=now, name=called, mission=said)
    return force


@transaction.atomic
def task_force_join(*, actor: Actor, now: datetime, incident_id: int, person_id: int, duty: str) -> TaskForceSeat:
    """Take somebody into the task force with one duty, and tell them."""
    require(actor, "incident.command")
    incident = incident_to_change(incident_id)
    force = _force(incident)
    member = person(person_id)
    if member is None:
        raise BadInput(_("There is no person %(id)s.") % {"id": person_id})
    said = needed(duty, _("Say what they look after."))[:200]
    if force.seats.filter(person_id=person_id, left_at=None).exists():
        raise NotNow(_("%(name)s is in the task force already.") % {"name": member})
    seat = TaskForceSeat.objects.create(force=force, person_id=person_id, duty=said, joined_at=now)
    write(incident, "incident.task_force_join", actor=actor, now=now, person=person_id, name=str(member), duty=said)

    def sentence() -> str:
        return _("You are in the task force “%(force)s” for “%(title)s”: %(duty)s") % {
            "force": force.name, "title": incident.title, "duty": said,
        }  # fmt: skip

    url, key = reverse("incidents:people", args=[incident.pk]), f"incident-task-force:{seat.pk}"
    tell(incident, now=now, person_ids=[person_id], sentence=sentence, url=url, key=key)
    return seat


@transaction.atomic
def task_force_leave(*, actor: Actor, now: datetime, incident_id: int, seat_id: int) -> TaskForceSeat:
    """Let a member go; that they were there stays on record."""
    require(actor, "incident.command")
    incident = incident_of(incident_id)
    seat = _force(incident).seats.filter(pk=seat_id, left_at=None).first()
    if seat is None:
        raise NotThere(_("The task force has no such member."))
    seat.left_at = now
    seat.save(update_fields=["left_at"])
    write(incident, "incident.task_force_leave", actor=actor, now=now, person=seat.person_id)
    return seat


def _force(incident: Incident) -> TaskForce:
    force = TaskForce.objects.filter(incident=incident).first()
    if force is None:
        raise NotNow(_("This incident has no task force yet: form it first."))
    return force
