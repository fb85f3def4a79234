"""Looking back on grades: what changed how fast, and whether it was right (pure; R68, STANDARDS 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from huiying.core.grading.levels import EventGrade

from .rules import Label

#: Cases below which a share says nothing (STANDARDS 5).
FEWEST = 5
QUICK = timedelta(hours=1)
BIG_STEP = 2


class Verdict(StrEnum):
    """How the final grade looks afterwards."""

    RIGHT = "right"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"


VERDICT_LABELS: dict[str, Label] = {
    Verdict.RIGHT: _("the grade was right"),
    Verdict.TOO_HIGH: _("the grade was too high"),
    Verdict.TOO_LOW: _("the grade was too low"),
}


@dataclass(frozen=True)
class Decided:
    """One grade that was in force, beside what the scheme proposed then."""

    grade: EventGrade
    at: datetime
    proposed: str = ""


@dataclass(frozen=True)
class GradeHistory:
    """The grades of one incident, oldest first."""

    decided: Sequence[Decided]

    @property
    def first(self) -> Decided:
        """The first grade."""
        return self.decided[0]

    @property
    def final(self) -> Decided:
        """The last grade."""
        return self.decided[-1]

    @property
    def jumped(self) -> bool:
        """Whether one change went over two levels or more."""
        return any(abs(new.grade.rank - old.grade.rank) >= BIG_STEP for old, new in self._steps())

    @property
    def changed_quickly(self) -> bool:
        """Whether a grade was changed within the hour."""
        return any(new.grade != old.grade and new.at - old.at <= QUICK for old, new in self._steps())

    @property
    def is_unstable(self) -> bool:
        """Whether the case counts against grade stability."""
        return self.jumped or self.changed_quickly

    @property
    def follows_proposal(self) -> bool | None:
        """Whether the final grade is the proposed one; None where the scheme proposed nothing."""
        return self.final.grade.value == self.final.proposed if self.final.proposed else None

    def _steps(self) -> Iterable[tuple[Decided, Decided]]:
        return zip(self.decided, self.decided[1:], strict=False)


@dataclass(frozen=True)
class Share:
    """So many of so many; with fewer than five cases it is no share."""

    count: int
    n: int

    @property
    def is_too_few(self) -> bool:
        """Whether there are too few cases to say a share."""
        return self.n < FEWEST

    @property
    def percent(self) -> float:
        """The share in percent.

        >>> Share(3, 6).percent
        50.0
        """
        return round(100 * self.count / self.n, 1) if self.n else 0.0
