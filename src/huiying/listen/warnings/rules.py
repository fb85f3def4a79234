"""What may happen to a warning, who is told, and how a story's factors are read."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from django.utils.translation import gettext_lazy as _

from huiying.base.clocks.rules import ClockRule, clock_rules
from huiying.core.grading.factors import FactorTable
from huiying.core.grading.levels import WarningLevel


class WarningState(StrEnum):
    """Where a warning stands; its level may change in the first three."""

    PROPOSED = "proposed"
    ACKNOWLEDGED = "acknowledged"
    OPENED = "opened"
    DISMISSED = "dismissed"


#: Opened and dismissed end the choice of a person; a warning never ends itself.
MOVES: dict[WarningState, frozenset[WarningState]] = {
    WarningState.PROPOSED: frozenset({WarningState.ACKNOWLEDGED, WarningState.DISMISSED}),
    WarningState.ACKNOWLEDGED: frozenset({WarningState.OPENED, WarningState.DISMISSED}),
    WarningState.OPENED: frozenset(),
    WarningState.DISMISSED: frozenset(),
}
#: States in which the warning follows its story; a story has at most one such warning.
LIVE = (WarningState.PROPOSED.value, WarningState.ACKNOWLEDGED.value, WarningState.OPENED.value)
#: States in which somebody still has to decide.
UNDECIDED = (WarningState.PROPOSED.value, WarningState.ACKNOWLEDGED.value)

STATE_LABELS = {
    WarningState.PROPOSED: _("waiting for acknowledgement"),
    WarningState.ACKNOWLEDGED: _("acknowledged, being assessed"),
    WarningState.OPENED: _("became an incident"),
    WarningState.DISMISSED: _("dismissed"),
}
STATE_TONES = {
    WarningState.PROPOSED: "red",
    WarningState.ACKNOWLEDGED: "orange",
    WarningState.OPENED: "ok",
    WarningState.DISMISSED: "plain",
}


class Outcome(StrEnum):
    """What came of an alarm, so that its usefulness can be measured."""

    INCIDENT = "incident"
    FALSE_ALARM = "false_alarm"
    NOT_OURS = "not_ours"
    ALREADY_HANDLED = "already_handled"
    NO_ACTION = "no_action"


OUTCOME_LABELS = {
    Outcome.INCIDENT: _("an incident was opened"),
    Outcome.FALSE_ALARM: _("false alarm: no real matter behind it"),
    Outcome.NOT_OURS: _("a real matter, but not ours"),
    Outcome.ALREADY_HANDLED: _("a real matter, already being handled"),
    Outcome.NO_ACTION: _("a real matter that needs nothing from us now"),
}
#: What a person may choose when dismissing.
DISMISSALS = tuple(outcome for outcome in Outcome if outcome is not Outcome.INCIDENT)


class Worth(StrEnum):
    """What an alarm was worth to those who got it."""

    USEFUL = "useful"
    NOISE = "noise"
    LATE = "late"


WORTH_WORDS = {Worth.USEFUL: _("useful"), Worth.NOISE: _("noise"), Worth.LATE: _("late")}
#: What an outcome says about the alarm unless somebody judges otherwise. A real matter that needs nothing may be either: a person says.
WORTH_OF = {
    Outcome.INCIDENT: Worth.USEFUL,
    Outcome.FALSE_ALARM: Worth.NOISE,
    Outcome.NOT_OURS: Worth.NOISE,
    Outcome.ALREADY_HANDLED: Worth.LATE,
}


def worth_of(outcome: Outcome | str) -> str:
    """Return what an outcome says about the worth of its alarm, empty when it says nothing.

    >>> worth_of("incident"), worth_of("no_action")
    ('useful', '')
    """
    found = WORTH_OF.get(Outcome(outcome))
    return found.value if found else ""


#: From this level on the commander is told at once, not only the analyst on duty.
COMMANDER_FROM = WarningLevel.ORANGE
#: How old the last evaluation of an undecided warning may get before it is done again without new posts.
STALE_AFTER = timedelta(minutes=5)
ACKNOWLEDGE_CLOCK = "acknowledge"


@lru_cache(maxsize=1)
def acknowledge_rule() -> ClockRule:
    """Return the time limit for acknowledging, from the room's data file."""
    text = (files("huiying.listen.warnings") / "data" / "clock_rules.yaml").read_text(encoding="utf-8")
    return clock_rules(text, place="warnings/data/clock_rules.yaml")[ACKNOWLEDGE_CLOCK]


def roles_to_tell(level: WarningLevel) -> tuple[str, ...]:
    """Return the duty roles that hear of a warning of this level at once.

    >>> roles_to_tell(WarningLevel.BLUE), roles_to_tell(WarningLevel.RED)
    (('analyst',), ('analyst', 'commander'))
    """
    return ("analyst", "commander") if level.rank >= COMMANDER_FROM.rank else ("analyst",)


def as_known(factors: FactorTable) -> FactorTable:
    """Read posts without a single author as "authors unknown": many feeds name none, and zero would be a claim.

    >>> as_known(FactorTable(posts_24h=40, authors_24h=0)).authors_24h is None
    True
    """
    if factors.authors_24h == 0 and (factors.posts_24h or 0) > 0:
        return factors.with_values(authors_24h=None)
    return factors
