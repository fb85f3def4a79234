"""Who is there for an incident: the standing groups, who is on duty, who was called in, the task force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.selectors import GroupLine, groups
from huiying.base.rosters.rules import GROUPS_OF_ROLE
from huiying.base.rosters.selectors import on_duty
from huiying.base.ui.errors import NotThere

from ..models import Consultation, Expert, Invitation, TaskForce
from ..people_rules import InvitationState

#: The four groups of R17-R21 that work on an incident.
STANDING = (GroupKind.COMMAND, GroupKind.INFORMATION, GroupKind.COMMUNICATION, GroupKind.LOGISTICS)


@dataclass(frozen=True)
class GroupNow:
    """A standing group with who of it is on duty, and what is missing."""

    group: GroupLine
    on_duty: list[str]
    gaps: list[str]


@dataclass
class ExpertLine:
    """Somebody of the directory with what they were called in for before."""

    expert: Expert
    can_be_called: bool
    invitations: list[Invitation] = field(default_factory=list)
    consultations: list[Consultation] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """How often they came."""
        return sum(each.state == InvitationState.ACCEPTED for each in self.invitations)


def groups_now(at: datetime) -> list[GroupNow]:
    """Return the four groups with head, deputy, members and who is on the roster now; every gap is named."""
    lines = {line.kind: line for line in groups()}
    on: dict[GroupKind, list[str]] = defaultdict(list)
    for duty in on_duty(at):
        for kind in GROUPS_OF_ROLE.get(duty.role, ()):
            if duty.name not in on[kind]:
                on[kind].append(duty.name)
    return [GroupNow(lines[kind.value], on[kind], _gaps(lines[kind.value], on[kind])) for kind in STANDING]


def _gaps(line: GroupLine, on: Sequence[str]) -> list[str]:
    wanted = ((line.head, _("no head")), (line.deputy, _("no deputy")), (line.members, _("no members")), (on, _("nobody on duty now")))
    return [word for found, word in wanted if not found]


def experts(*, listed: bool = True) -> QuerySet[Expert]:
    """Return the directory, by kind and name."""
    return Expert.objects.filter(is_listed=True) if listed else Expert.objects.all()


def expert(expert_id: int) -> Expert:
    """Return one of the directory; raises NotThere."""
    found = Expert.objects.filter(pk=expert_id).first()
    if found is None:
        raise NotThere(_("There is no expert %(id)s.") % {"id": expert_id})
    return found


def expert_lines(today: date, *, exercise: bool = False) -> list[ExpertLine]:
    """Return the directory with its history; four queries for any number."""
    lines = {each.pk: ExpertLine(each, each.can_be_called(today)) for each in experts(listed=False)}
    for invitation in Invitation.objects.filter(incident__exercise=exercise).select_related("incident"):
        lines[invitation.expert_id].invitations.append(invitation)
    seats = Consultation.objects.filter(incident__exercise=exercise, seats__expert__isnull=False)
    for consultation in seats.prefetch_related("seats").distinct():
        for seat in consultation.seats.all():
            if seat.expert_id in lines:
                lines[seat.expert_id].consultations.append(consultation)
    return sorted(lines.values(), key=lambda line: not line.expert.is_listed)


def invitations_of(incident_id: int) -> QuerySet[Invitation]:
    """Return who was called in, newest first."""
    return Invitation.objects.filter(incident_id=incident_id).select_related("expert")


def invitation(incident_id: int, invitation_id: int) -> Invitation:
    """Return one invitation; raises NotThere."""
    found = invitations_of(incident_id).filter(pk=invitation_id).first()
    if found is None:
        raise NotThere(_("There is no invitation %(id)s.") % {"id": invitation_id})
    return found


def task_force_of(incident_id: int) -> TaskForce | None:
    """Return the task force with its members, or None."""
    return TaskForce.objects.prefetch_related("seats__person").filter(incident_id=incident_id).first()


def consultations_of(incident_id: int) -> QuerySet[Consultation]:
    """Return the consultations with who took part, newest first."""
    return Consultation.objects.filter(incident_id=incident_id).select_related("assessment").prefetch_related("seats")
