"""The made-up utility of the demo and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass

from huiying.base.accounts.rules import GroupKind, Role

ORGANISATION_ZH = "清源水务（演示）"
ORGANISATION_EN = "Qingyuan Water (demo)"


@dataclass(frozen=True)
class DemoPerson:
    """One invented colleague."""

    username: str
    name: str
    roles: frozenset[Role]


_R = Role
DUTY_OFFICER, COMMANDER, CHECKER, ADMINISTRATOR = "linxiao", "chenjing", "zhoumin", "wangqiang"
PEOPLE = (
    DemoPerson(DUTY_OFFICER, "林晓", frozenset({_R.ANALYST, _R.INFORMATION_OFFICER, _R.WRITER, _R.MEDIA_DESK})),
    DemoPerson(COMMANDER, "陈静", frozenset({_R.COMMANDER, _R.APPROVER, _R.PUBLISHER})),
    DemoPerson(CHECKER, "周敏", frozenset({_R.FACT_CHECKER, _R.LEGAL_REVIEWER, _R.APPROVER, _R.EVALUATOR})),
    DemoPerson(ADMINISTRATOR, "王强", frozenset({_R.ADMINISTRATOR, _R.EXERCISE_CONTROLLER, _R.LOGISTICS, _R.AUDITOR})),
)
#: group -> (head, deputy, members)
GROUPS = {
    GroupKind.COMMAND: (COMMANDER, CHECKER, (DUTY_OFFICER, ADMINISTRATOR)),
    GroupKind.INFORMATION: (DUTY_OFFICER, ADMINISTRATOR, (DUTY_OFFICER,)),
    GroupKind.COMMUNICATION: (DUTY_OFFICER, CHECKER, (CHECKER,)),
    GroupKind.LOGISTICS: (ADMINISTRATOR, DUTY_OFFICER, (ADMINISTRATOR,)),
}
#: role -> who is on duty while the exercise runs
ON_DUTY = {
    _R.COMMANDER: COMMANDER,
    _R.ANALYST: DUTY_OFFICER,
    _R.INFORMATION_OFFICER: DUTY_OFFICER,
    _R.WRITER: DUTY_OFFICER,
    _R.FACT_CHECKER: CHECKER,
    _R.LOGISTICS: ADMINISTRATOR,
}

#: channel of the exercise feed -> (name of the source, media tier)
SOURCES = {
    "microblog": ("江城微博客（演练）", 0),
    "forum": ("江城论坛（演练）", 0),
    "hotline": ("12345 工单（演练）", 0),
    "news": ("江城晚报（演练）", 1),
}
