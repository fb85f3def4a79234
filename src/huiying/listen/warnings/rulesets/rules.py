"""Where a rule set stands, and what its lines were worth (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import pgettext_lazy

from ..rules import Worth

#: Who may write, replay and approve rules: the people who judge warnings.
RIGHT = "warning.dismiss"
#: people who must approve the very text besides those who wrote it.
APPROVALS_NEEDED = 2
#: days that a back-test may look back; further back the calendar and the sources were others.
DAYS_LEAST, DAYS_USUAL, DAYS_MOST = 7, 30, 90
#: Below so many judged alarms no precision is told.
FEWEST_JUDGED = 5
#: A line whose alarms of so many days were all noise, at least so many, is proposed for retirement.
NOISE_ONLY, NOISE_DAYS = 10, timedelta(days=30)


class RuleState(StrEnum):
    """Where a rule set stands; one at most is in force."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


RULE_MOVES: dict[RuleState, frozenset[RuleState]] = {
    RuleState.DRAFT: frozenset({RuleState.IN_REVIEW, RuleState.WITHDRAWN}),
    RuleState.IN_REVIEW: frozenset({RuleState.DRAFT, RuleState.IN_FORCE, RuleState.WITHDRAWN}),
    RuleState.IN_FORCE: frozenset({RuleState.SUPERSEDED}),
    RuleState.SUPERSEDED: frozenset(),
    RuleState.WITHDRAWN: frozenset(),
}
RULE_LABELS = {
    RuleState.DRAFT: pgettext_lazy("rule set", "draft"),
    RuleState.IN_REVIEW: pgettext_lazy("rule set", "in review"),
    RuleState.IN_FORCE: pgettext_lazy("rule set", "in force"),
    RuleState.SUPERSEDED: pgettext_lazy("rule set", "superseded"),
    RuleState.WITHDRAWN: pgettext_lazy("rule set", "withdrawn"),
}
RULE_TONES = {
    RuleState.DRAFT: "plain",
    RuleState.IN_REVIEW: "yellow",
    RuleState.IN_FORCE: "ok",
    RuleState.SUPERSEDED: "plain",
    RuleState.WITHDRAWN: "plain",
}


class TestState(StrEnum):
    """Whether a back-test is finished."""

    __test__ = False
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class LineWorth:
    """What the judged alarms of one line were worth."""

    useful: int = 0
    noise: int = 0
    late: int = 0
    waiting: int = 0

    @property
    def judged(self) -> int:
        """How many alarms somebody judged: the n of the precision."""
        return self.useful + self.noise + self.late

    @property
    def precision(self) -> float | None:
        """The useful share of what was judged, None below five."""
        return self.useful / self.judged if self.judged >= FEWEST_JUDGED else None

    @property
    def is_only_noise(self) -> bool:
        """Whether the line is proposed for retirement.

        >>> LineWorth(noise=10).is_only_noise, LineWorth(noise=10, useful=1).is_only_noise
        (True, False)
        """
        return self.noise >= NOISE_ONLY and self.noise == self.judged


def worth_of_lines(alarms: Iterable[tuple[Iterable[str], str]]) -> Mapping[str, LineWorth]:
    """Add up alarms, each the lines that carried it and what it was worth ("" while nobody judged it).

    >>> worth_of_lines([(["a", "b"], "noise"), (["a"], "")])["a"]
    LineWorth(useful=0, noise=1, late=0, waiting=1)
    """
    counts: dict[str, dict[str, int]] = {}
    for lines, worth in alarms:
        for line in lines:
            row = counts.setdefault(line, {"useful": 0, "noise": 0, "late": 0, "waiting": 0})
            row[Worth(worth).value if worth else "waiting"] += 1
    return {line: LineWorth(**row) for line, row in counts.items()}
