"""Roles and the table of rights: (role, action) -> yes. Asking for an undeclared right raises."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person may be asked to do; several at once are usual."""

    ADMINISTRATOR = "administrator"
    COMMANDER = "commander"
    ANALYST = "analyst"
    INFORMATION_OFFICER = "information_officer"
    WRITER = "writer"
    FACT_CHECKER = "fact_checker"
    LEGAL_REVIEWER = "legal_reviewer"
    APPROVER = "approver"
    PUBLISHER = "publisher"
    MEDIA_DESK = "media_desk"
    LOGISTICS = "logistics"
    EXERCISE_CONTROLLER = "exercise_controller"
    EVALUATOR = "evaluator"
    AUDITOR = "auditor"


ROLE_LABELS = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.COMMANDER: _("commander"),
    Role.ANALYST: _("analyst"),
    Role.INFORMATION_OFFICER: _("information officer"),
    Role.WRITER: _("writer"),
    Role.FACT_CHECKER: _("fact checker"),
    Role.LEGAL_REVIEWER: _("legal reviewer"),
    Role.APPROVER: _("approver"),
    Role.PUBLISHER: _("publisher"),
    Role.MEDIA_DESK: _("media desk"),
    Role.LOGISTICS: _("logistics"),
    Role.EXERCISE_CONTROLLER: _("exercise controller"),
    Role.EVALUATOR: _("evaluator"),
    Role.AUDITOR: _("auditor"),
}

_ALL = frozenset(Role)
_R = Role

#: action -> roles that may do it. The object's state is checked by its room's transition table.
PERMISSIONS: dict[str, frozenset[Role]] = {
    "board.read": _ALL,
    "source.read": _ALL,
    "source.manage": frozenset({_R.ADMINISTRATOR, _R.ANALYST}),
    "quarantine.manage": frozenset({_R.ADMINISTRATOR, _R.ANALYST}),
    "post.read": _ALL - {_R.LOGISTICS},
    "post.export": frozenset({_R.ANALYST, _R.COMMANDER, _R.AUDITOR}),
    "evidence.hold": frozenset({_R.ANALYST, _R.COMMANDER, _R.LEGAL_REVIEWER}),
    "evidence.confirm": frozenset({_R.COMMANDER, _R.LEGAL_REVIEWER}),
    "subject.request": frozenset({_R.ADMINISTRATOR, _R.LEGAL_REVIEWER, _R.ANALYST}),
    "subject.confirm": frozenset({_R.LEGAL_REVIEWER, _R.COMMANDER}),
    "calibration.read": _ALL,
    "calibration.judge": frozenset({_R.ANALYST, _R.EVALUATOR, _R.INFORMATION_OFFICER}),
    "calibration.manage": frozenset({_R.ADMINISTRATOR, _R.EVALUATOR, _R.COMMANDER}),
    "watch.read": _ALL - {_R.LOGISTICS},
    "watch.manage": frozenset({_R.ANALYST, _R.COMMANDER, _R.INFORMATION_OFFICER, _R.MEDIA_DESK, _R.ADMINISTRATOR}),
    "report.file": _ALL,
    "story.read": _ALL,
    "warning.read": _ALL,
    "warning.acknowledge": frozenset({_R.ANALYST, _R.COMMANDER, _R.INFORMATION_OFFICER}),
    "warning.dismiss": frozenset({_R.ANALYST, _R.COMMANDER}),
    "incident.read": _ALL,
    "incident.open": frozenset({_R.ANALYST, _R.COMMANDER, _R.INFORMATION_OFFICER}),
    "incident.assess": frozenset({_R.ANALYST, _R.COMMANDER}),
    "incident.grade": frozenset({_R.ANALYST, _R.COMMANDER}),
    "incident.grade_lower": frozenset({_R.COMMANDER}),
    "incident.move": frozenset({_R.ANALYST, _R.COMMANDER}),
    "incident.command": frozenset({_R.COMMANDER}),
    "incident.waive_clock": frozenset({_R.COMMANDER}),
    "incident.confide": frozenset({_R.COMMANDER}),
    "incident.retain": frozenset({_R.LEGAL_REVIEWER}),
    "incident.share": frozenset({_R.COMMANDER}),
    "incident.log": _ALL,
    "task.read": _ALL,
    "task.manage": frozenset({_R.COMMANDER, _R.ANALYST, _R.LOGISTICS, _R.MEDIA_DESK, _R.WRITER}),
    "plan.read": _ALL,
    "plan.activate": frozenset({_R.COMMANDER}),
    "fact.add": frozenset({_R.ANALYST, _R.INFORMATION_OFFICER, _R.WRITER, _R.FACT_CHECKER, _R.COMMANDER}),
    "fact.verify": frozenset({_R.FACT_CHECKER, _R.COMMANDER}),
    "statement.read": _ALL,
    "statement.write": frozenset({_R.WRITER, _R.MEDIA_DESK, _R.COMMANDER}),
    "statement.check": frozenset({_R.FACT_CHECKER}),
    "statement.legal": frozenset({_R.LEGAL_REVIEWER}),
    "statement.approve": frozenset({_R.APPROVER, _R.COMMANDER}),
    "statement.publish": frozenset({_R.PUBLISHER, _R.COMMANDER}),
    "review.read": _ALL,
    "review.write": frozenset({_R.ANALYST, _R.COMMANDER, _R.EVALUATOR}),
    "review.approve": frozenset({_R.COMMANDER}),
    "action.manage": frozenset({_R.ANALYST, _R.COMMANDER, _R.EVALUATOR}),
    "action.verify": frozenset({_R.EVALUATOR, _R.COMMANDER}),
    "programme.read": _ALL,
    "objective.manage": frozenset({_R.COMMANDER, _R.ADMINISTRATOR}),
    "objective.measure": frozenset({_R.EVALUATOR, _R.ANALYST, _R.COMMANDER}),
    "meeting.manage": frozenset({_R.COMMANDER, _R.ADMINISTRATOR}),
    "meeting.record": frozenset({_R.COMMANDER, _R.ADMINISTRATOR, _R.ANALYST, _R.LOGISTICS}),
    "risk.manage": frozenset({_R.COMMANDER, _R.ANALYST, _R.EVALUATOR}),
    "exercise.control": frozenset({_R.EXERCISE_CONTROLLER, _R.ADMINISTRATOR}),
    "roster.read": _ALL,
    "roster.hand_over": _ALL,
    "roster.manage": frozenset({_R.ADMINISTRATOR, _R.COMMANDER}),
    "person.read": _ALL,
    "person.manage": frozenset({_R.ADMINISTRATOR}),
    "file.add": _ALL,
    "comment.add": _ALL,
    "notification.read": _ALL,
    "job.manage": frozenset({_R.ADMINISTRATOR}),
    "audit.read": frozenset({_R.AUDITOR, _R.ADMINISTRATOR, _R.COMMANDER}),
}


class UndeclaredRight(LookupError):
    """The action is in no table: declare it in accounts/rules.py before asking for it."""


def may(roles: frozenset[str], action: str) -> bool:
    """Return whether any of the roles carries the action.

    >>> may(frozenset({"commander"}), "plan.activate")
    True
    """
    if action not in PERMISSIONS:
        raise UndeclaredRight(f"Right {action!r} is not declared in accounts/rules.py.")
    return bool(PERMISSIONS[action] & roles)


class OrganisationType(StrEnum):
    """The kinds of organisation served (R1)."""

    GOVERNMENT = "government_department"
    PUBLIC_ENTERPRISE = "public_enterprise_or_institution"
    SOCIAL = "social_organisation"


ORGANISATION_TYPE_LABELS = {
    OrganisationType.GOVERNMENT: _("government department"),
    OrganisationType.PUBLIC_ENTERPRISE: _("public enterprise or institution"),
    OrganisationType.SOCIAL: _("social organisation"),
}


class GroupKind(StrEnum):
    """The groups of R16-R28."""

    LEADING = "leading_group"
    COMMAND = "command_group"
    INFORMATION = "information_group"
    COMMUNICATION = "communication_group"
    LOGISTICS = "logistics_group"
    CRISIS_TEAM = "crisis_communication_team"
    COLLABORATION = "collaboration_group"
    COORDINATION = "coordination_committee"


GROUP_LABELS = {
    GroupKind.LEADING: _("leading group"),
    GroupKind.COMMAND: _("command group"),
    GroupKind.INFORMATION: _("information collection and analysis group"),
    GroupKind.COMMUNICATION: _("handling and communication group"),
    GroupKind.LOGISTICS: _("logistics group"),
    GroupKind.CRISIS_TEAM: _("crisis communication team"),
    GroupKind.COLLABORATION: _("cross-department collaboration group"),
    GroupKind.COORDINATION: _("project coordination committee"),
}
