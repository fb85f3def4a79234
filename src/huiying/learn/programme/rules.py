"""Objectives, meetings and risks: how they move, and how they are judged (pure but for words)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.base.clocks.rules import Every

Label = str | Promise

#: What each kind of thing here is called where clocks, tasks and the log point at it, and the key of its rhythm.
OBJECTIVE, SERIES, MEETING, RISK = "objective", "meeting_series", "meeting", "risk"
RHYTHM_KEYS = {OBJECTIVE: "reading", SERIES: "meeting", RISK: "risk_review"}

#: The rhythms the work plans name (R155-R183); a daily one is a duty of the roster, not of the programme.
EVERY_LABELS: dict[str, Label] = {
    Every.WEEKLY: _("every week"),
    Every.MONTHLY: _("every month"),
    Every.QUARTERLY: _("every quarter"),
    Every.YEARLY: _("every year"),
}
#: How long the work of one period may take before its clock is missed: well inside the period.
WITHIN: dict[str, timedelta] = {
    Every.WEEKLY: timedelta(days=3),
    Every.MONTHLY: timedelta(days=7),
    Every.QUARTERLY: timedelta(days=14),
    Every.YEARLY: timedelta(days=30),
}
#: Minutes are worth something while people remember: two days after the meeting.
RECORD_WITHIN = timedelta(days=2)


class ObjectiveState(StrEnum):
    """Where an objective stands."""

    ACTIVE = "active"
    ATTAINED = "attained"
    NOT_ATTAINED = "not_attained"
    DROPPED = "dropped"


_O = ObjectiveState
#: An objective that was judged too early goes back to work, with a reason.
OBJECTIVE_MOVES: dict[ObjectiveState, frozenset[ObjectiveState]] = {
    _O.ACTIVE: frozenset({_O.ATTAINED, _O.NOT_ATTAINED, _O.DROPPED}),
    _O.ATTAINED: frozenset({_O.ACTIVE}),
    _O.NOT_ATTAINED: frozenset({_O.ACTIVE}),
    _O.DROPPED: frozenset({_O.ACTIVE}),
}
OBJECTIVE_LABELS: dict[str, Label] = {
    _O.ACTIVE: pgettext_lazy("objective", "being worked on"),
    _O.ATTAINED: _("attained"),
    _O.NOT_ATTAINED: _("not attained"),
    _O.DROPPED: _("dropped"),
}
OBJECTIVE_MOVE_LABELS: dict[str, Label] = {
    _O.ACTIVE: _("Take it up again"),
    _O.ATTAINED: _("Attained"),
    _O.NOT_ATTAINED: _("Not attained"),
    _O.DROPPED: _("Drop it"),
}
OBJECTIVE_TONES = {_O.ACTIVE: "blue", _O.ATTAINED: "ok", _O.NOT_ATTAINED: "red", _O.DROPPED: "plain"}


class Theme(StrEnum):
    """What an objective is for (R4-R7)."""

    NOTICE = "notice"
    PUBLIC_LIFE = "public_life"
    TRUST = "trust"
    PROCESS = "process"
    OTHER = "other"


THEME_LABELS: dict[str, Label] = {
    Theme.NOTICE: _("notice and answer in time"),
    Theme.PUBLIC_LIFE: _("least effect on public life"),
    Theme.TRUST: _("public trust and credibility"),
    Theme.PROCESS: _("working process and readiness"),
    Theme.OTHER: _("other"),
}


class Direction(StrEnum):
    """On which side of the target the value must come."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


DIRECTION_LABELS: dict[str, Label] = {Direction.AT_LEAST: _("at least"), Direction.AT_MOST: _("at most")}


class Standing(StrEnum):
    """How an objective looks by its readings: a judgement of the figures, not a state."""

    NO_READING = "no_reading"
    REACHED = "reached"
    ON_COURSE = "on_course"
    BEHIND = "behind"
    OVERDUE = "overdue"


STANDING_LABELS: dict[str, Label] = {
    Standing.NO_READING: _("no reading yet"),
    Standing.REACHED: _("target reached"),
    Standing.ON_COURSE: _("on course"),
    Standing.BEHIND: _("behind"),
    Standing.OVERDUE: _("over its date"),
}
STANDING_TONES = {
    Standing.NO_READING: "plain",
    Standing.REACHED: "ok",
    Standing.ON_COURSE: "ok",
    Standing.BEHIND: "orange",
    Standing.OVERDUE: "red",
}


@dataclass(frozen=True)
class Aim:
    """The figures of an objective; ``baseline`` is None while nobody measured where it began."""

    baseline: float | None
    target: float
    direction: Direction
    starts_at: datetime
    due_at: datetime

    def is_reached(self, value: float) -> bool:
        """Return whether a value is on the right side of the target; the target itself counts."""
        return value >= self.target if self.direction == Direction.AT_LEAST else value <= self.target

    def progress(self, value: float) -> int | None:
        """Return the way done from the baseline to the target in whole percent, 0..100; None without a baseline.

        >>> from datetime import UTC
        >>> a_year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        >>> Aim(60.0, 30.0, Direction.AT_MOST, *a_year).progress(45.0)
        50
        """
        if self.baseline is None:
            return None
        share = (value - self.baseline) / (self.target - self.baseline)
        return int(100 * max(0.0, min(1.0, share)))

    def expected(self, at: datetime) -> float | None:
        """Return where the value should be at a moment on a straight way to the target; None without a baseline."""
        if self.baseline is None:
            return None
        share = (at - self.starts_at) / (self.due_at - self.starts_at)
        return self.baseline + (self.target - self.baseline) * max(0.0, min(1.0, share))

    def standing(self, value: float | None, at: datetime | None, now: datetime) -> Standing:
        """Return how it looks by its newest reading."""
        if value is not None and self.is_reached(value):
            return Standing.REACHED
        if now > self.due_at:
            return Standing.OVERDUE
        if value is None or at is None:
            return Standing.NO_READING
        expected = self.expected(at)
        is_short = expected is not None and (value < expected if self.direction == Direction.AT_LEAST else value > expected)
        return Standing.BEHIND if is_short else Standing.ON_COURSE


def number_words(value: float | None) -> str:
    """Return a figure without needless zeros, at most three decimals.

    >>> number_words(1200.5), number_words(30.0), number_words(None)
    ('1,200.5', '30', '–')
    """
    if value is None:
        return "–"
    return f"{value:,.3f}".rstrip("0").rstrip(".")


class MeetingState(StrEnum):
    """Where one meeting stands."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"


_M = MeetingState
#: Minutes that come late are still taken: the missed clock keeps the miss.
MEETING_MOVES: dict[MeetingState, frozenset[MeetingState]] = {
    _M.PLANNED: frozenset({_M.HELD, _M.MISSED, _M.CANCELLED}),
    _M.HELD: frozenset(),
    _M.MISSED: frozenset({_M.HELD}),
    _M.CANCELLED: frozenset(),
}
MEETING_LABELS: dict[str, Label] = {
    _M.PLANNED: pgettext_lazy("meeting", "planned"),
    _M.HELD: pgettext_lazy("meeting", "held"),
    _M.MISSED: pgettext_lazy("meeting", "missed"),
    _M.CANCELLED: pgettext_lazy("meeting", "cancelled"),
}
MEETING_TONES = {_M.PLANNED: "blue", _M.HELD: "ok", _M.MISSED: "red", _M.CANCELLED: "plain"}


class RiskState(StrEnum):
    """Where a risk stands (STANDARDS 8.7)."""

    OPEN = "open"
    TREATED = "treated"
    ACCEPTED = "accepted"
    CLOSED = "closed"


_K = RiskState
#: A risk that returns is opened again; one that is closed owes no review any more.
RISK_MOVES: dict[RiskState, frozenset[RiskState]] = {
    _K.OPEN: frozenset({_K.TREATED}),
    _K.TREATED: frozenset({_K.ACCEPTED, _K.CLOSED, _K.OPEN}),
    _K.ACCEPTED: frozenset({_K.OPEN, _K.CLOSED}),
    _K.CLOSED: frozenset({_K.OPEN}),
}
RISK_STATE_LABELS: dict[str, Label] = {
    _K.OPEN: pgettext_lazy("risk", "open"),
    _K.TREATED: pgettext_lazy("risk", "treated"),
    _K.ACCEPTED: pgettext_lazy("risk", "accepted"),
    _K.CLOSED: pgettext_lazy("risk", "closed"),
}
RISK_MOVE_LABELS: dict[str, Label] = {
    _K.OPEN: _("Open it again"),
    _K.TREATED: _("The measure is in place"),
    _K.ACCEPTED: _("Accept what is left"),
    _K.CLOSED: _("Close it"),
}
RISK_STATE_TONES = {_K.OPEN: "yellow", _K.TREATED: "blue", _K.ACCEPTED: "plain", _K.CLOSED: "ok"}


class Level(StrEnum):
    """How much a risk weighs."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


#: Three steps, because the plans say "high" and "medium" and nobody can tell seven apart.
STEPS: dict[int, Label] = {
    1: pgettext_lazy("risk step", "low"),
    2: pgettext_lazy("risk step", "medium"),
    3: pgettext_lazy("risk step", "high"),
}
LEVEL_LABELS: dict[str, Label] = {Level.HIGH: STEPS[3], Level.MEDIUM: STEPS[2], Level.LOW: STEPS[1]}
LEVEL_TONES = {Level.HIGH: "red", Level.MEDIUM: "orange", Level.LOW: "blue"}
LEVEL_RANKS = {Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3}
#: Likelihood x impact (1..9): from 6 on at least one of the two is high and the other not low; 3 and 4 lie between.
HIGH_FROM, MEDIUM_FROM = 6, 3


def level_of(likelihood: int | None, impact: int) -> Level:
    """Return the level from likelihood and impact, 1..3 each; by impact alone while nobody estimated the likelihood.

    >>> level_of(2, 3), level_of(1, 3), level_of(None, 3)
    (<Level.HIGH: 'high'>, <Level.MEDIUM: 'medium'>, <Level.HIGH: 'high'>)
    """
    if likelihood is None:
        return {3: Level.HIGH, 2: Level.MEDIUM, 1: Level.LOW}[impact]
    weight = likelihood * impact
    return Level.HIGH if weight >= HIGH_FROM else Level.MEDIUM if weight >= MEDIUM_FROM else Level.LOW
