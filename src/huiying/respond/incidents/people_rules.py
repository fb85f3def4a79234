"""Who may be called in besides the standing groups, and the states of an invitation (pure; R30-R38)."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from .rules import Label


class ExpertKind(StrEnum):
    """What somebody of the directory is called in for."""

    OPINION = "opinion_analysis"
    CRISIS = "crisis_management"
    LAW = "legal_adviser"
    SUBJECT = "subject_matter"
    SOCIAL_WORK = "social_worker"
    COUNSELLOR = "counsellor"
    STAFF = "staff_pool"


EXPERT_LABELS: dict[str, Label] = {
    ExpertKind.OPINION: _("expert on public opinion"),
    ExpertKind.CRISIS: _("expert on crisis management"),
    ExpertKind.LAW: _("legal adviser"),
    ExpertKind.SUBJECT: _("expert on the matter itself"),
    ExpertKind.SOCIAL_WORK: _("social worker"),
    ExpertKind.COUNSELLOR: _("psychological counsellor"),
    ExpertKind.STAFF: _("staff pool: analysts, writers, trainers, technicians"),
}
#: The care roles of R35.
CARE = frozenset({ExpertKind.SOCIAL_WORK, ExpertKind.COUNSELLOR})


class Availability(StrEnum):
    """Whether somebody can be called in."""

    AVAILABLE = "available"
    BY_ARRANGEMENT = "by_arrangement"
    AWAY = "away"


AVAILABILITY_LABELS: dict[str, Label] = {
    Availability.AVAILABLE: _("can be called at any time"),
    Availability.BY_ARRANGEMENT: _("by arrangement"),
    Availability.AWAY: _("away"),
}


class InvitationState(StrEnum):
    """Where an invitation stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


INVITATION_LABELS: dict[str, Label] = {
    InvitationState.ASKED: _("asked, no answer yet"),
    InvitationState.ACCEPTED: _("takes part"),
    InvitationState.DECLINED: _("declined"),
}
