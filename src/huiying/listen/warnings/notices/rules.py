"""The life of an issued warning (STANDARDS 8.2): one table of moves, who may do what, when it may go down (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.base.accounts.rules import Role
from huiying.base.clocks.rules import ClockRule
from huiying.core.grading.hold import GradeSample, HoldVerdict, may_lower
from huiying.core.grading.levels import EventGrade, WarningLevel

#: Who writes and confirms a notice: the people who judge warnings.
RIGHT = "warning.dismiss"
#: From this level on only a commander confirms the issue.
COMMANDER_FROM = WarningLevel.ORANGE
RENEW_CLOCK = "renew_notice"


class NoticeState(StrEnum):
    """Where an issued warning stands; passing its end time moves nothing."""

    DRAFT = "draft"
    ISSUED = "issued"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"
    LIFTED = "lifted"
    CANCELLED = "cancelled"


_CHANGES = frozenset({NoticeState.UPGRADED, NoticeState.DOWNGRADED, NoticeState.LIFTED, NoticeState.CANCELLED})
NOTICE_MOVES: dict[NoticeState, frozenset[NoticeState]] = {
    NoticeState.DRAFT: frozenset({NoticeState.ISSUED, NoticeState.CANCELLED}),
    NoticeState.ISSUED: _CHANGES,
    NoticeState.UPGRADED: _CHANGES,
    NoticeState.DOWNGRADED: _CHANGES,
    NoticeState.LIFTED: frozenset(),
    NoticeState.CANCELLED: frozenset(),
}
#: States in which people are to act by it.
IN_FORCE = (NoticeState.ISSUED.value, NoticeState.UPGRADED.value, NoticeState.DOWNGRADED.value)
STANDING = (NoticeState.DRAFT.value, *IN_FORCE)
NOTICE_LABELS = {
    NoticeState.DRAFT: pgettext_lazy("notice", "draft, waits for a second person"),
    NoticeState.ISSUED: pgettext_lazy("notice", "issued"),
    NoticeState.UPGRADED: pgettext_lazy("notice", "upgraded"),
    NoticeState.DOWNGRADED: pgettext_lazy("notice", "downgraded"),
    NoticeState.LIFTED: pgettext_lazy("notice", "lifted"),
    NoticeState.CANCELLED: pgettext_lazy("notice", "cancelled"),
}


class EditionKind(StrEnum):
    """What an edition of a notice does."""

    ISSUE = "issue"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    RENEW = "renew"
    LIFT = "lift"
    CANCEL = "cancel"


EDITION_LABELS = {
    EditionKind.ISSUE: pgettext_lazy("notice", "issue"),
    EditionKind.UPGRADE: pgettext_lazy("notice", "upgrade"),
    EditionKind.DOWNGRADE: pgettext_lazy("notice", "downgrade"),
    EditionKind.RENEW: pgettext_lazy("notice", "renewal"),
    EditionKind.LIFT: pgettext_lazy("notice", "lifting"),
    EditionKind.CANCEL: pgettext_lazy("notice", "cancellation"),
}
#: Kind of edition -> the state it moves the notice to; a renewal moves nothing.
STATE_AFTER = {
    EditionKind.ISSUE: NoticeState.ISSUED,
    EditionKind.UPGRADE: NoticeState.UPGRADED,
    EditionKind.DOWNGRADE: NoticeState.DOWNGRADED,
    EditionKind.LIFT: NoticeState.LIFTED,
    EditionKind.CANCEL: NoticeState.CANCELLED,
}
#: Editions that count only once a second person has confirmed them.
NEEDS_TWO = frozenset({EditionKind.ISSUE, EditionKind.DOWNGRADE})


class Category(StrEnum):
    """What kind of event a warning is about: the kinds of the law, and two of an organisation's own."""

    NATURAL_DISASTER = "natural_disaster"
    ACCIDENT = "accident"
    PUBLIC_HEALTH = "public_health"
    SOCIAL_SAFETY = "social_safety"
    PUBLIC_SERVICE = "public_service"
    OPINION = "opinion"


CATEGORY_LABELS = {
    Category.NATURAL_DISASTER: _("natural disaster"),
    Category.ACCIDENT: _("accident"),
    Category.PUBLIC_HEALTH: _("public health event"),
    Category.SOCIAL_SAFETY: _("social safety event"),
    Category.PUBLIC_SERVICE: _("failure of a public service"),
    Category.OPINION: _("public opinion"),
}
_GRADE_OF = {WarningLevel(level): grade for level, grade in zip(WarningLevel, EventGrade, strict=True)}


def needs_commander(kind: EditionKind, level: WarningLevel) -> bool:
    """Return whether only a commander may put an edition in force.

    >>> needs_commander(EditionKind.ISSUE, WarningLevel.ORANGE), needs_commander(EditionKind.ISSUE, WarningLevel.YELLOW)
    (True, False)
    """
    return kind is EditionKind.ISSUE and level.rank >= COMMANDER_FROM.rank


def is_commander(roles: frozenset[str]) -> bool:
    """Return whether one of the roles commands."""
    return Role.COMMANDER in roles


def hold_verdict(level: WarningLevel, below_since: datetime | None, now: datetime) -> HoldVerdict:
    """Return whether values were below the level for as long as its grade asks (24, 24, 12, 6 hours)."""
    samples = [] if below_since is None else [GradeSample(below_since, None)]
    return may_lower(_GRADE_OF[level], samples, now)


def renew_rule(starts_at: datetime, ends_at: datetime) -> ClockRule:
    """Return the clock that runs until a notice must be renewed or ended; it reminds an hour before."""
    seconds = max(int((ends_at - starts_at) / timedelta(seconds=1)), 1)
    label = {"zh-Hans": "续发、调整或解除预警", "en": "Renew, change or lift the warning"}
    warn = seconds - 3600 if seconds > 3600 else None
    return ClockRule(RENEW_CLOCK, label, seconds, warn, {"zh-Hans": "突发事件应对法第七十条", "en": "Emergency Response Law, Art. 70"})
