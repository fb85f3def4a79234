"""States of an incident, who may move it where, and the words an assessment uses (pure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise


class State(StrEnum):
    """Where an incident stands (STANDARDS 8.1)."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    GRADED = "graded"
    RESPONDING = "responding"
    STABILISING = "stabilising"
    RESOLVED = "resolved"
    REVIEWING = "reviewing"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"


STATE_LABELS: dict[str, Label] = {
    State.SUSPECTED: _("suspected"),
    State.CONFIRMED: _("confirmed"),
    State.GRADED: _("graded"),
    State.RESPONDING: _("responding"),
    State.STABILISING: _("stabilising"),
    State.RESOLVED: _("resolved"),
    State.REVIEWING: _("in review"),
    State.CLOSED: _("closed"),
    State.DISMISSED: _("dismissed"),
    State.MERGED: _("merged into another incident"),
}

S = State

#: state -> states it may move to, with the right a person needs for that move.
MOVES: dict[State, dict[State, str]] = {
    S.SUSPECTED: {S.CONFIRMED: "incident.move", S.DISMISSED: "incident.move", S.MERGED: "incident.command"},
    S.DISMISSED: {S.SUSPECTED: "incident.move"},
    S.CONFIRMED: {S.GRADED: "incident.grade", S.MERGED: "incident.command"},
    S.GRADED: {S.RESPONDING: "incident.command", S.MERGED: "incident.command"},
    S.RESPONDING: {S.STABILISING: "incident.command", S.MERGED: "incident.command"},
    S.STABILISING: {S.RESOLVED: "incident.command", S.RESPONDING: "incident.command", S.MERGED: "incident.command"},
    S.RESOLVED: {S.REVIEWING: "incident.move", S.RESPONDING: "incident.command"},
    S.REVIEWING: {S.CLOSED: "incident.command"},
    S.CLOSED: {},
    S.MERGED: {},
}

#: Moves that say nothing by themselves: a person must write why.
NEEDS_REASON = frozenset(
    {
        (S.SUSPECTED, S.DISMISSED),
        (S.DISMISSED, S.SUSPECTED),
        (S.STABILISING, S.RESPONDING),
        (S.RESOLVED, S.RESPONDING),
        *((state, S.MERGED) for state, targets in MOVES.items() if S.MERGED in targets),
    }
)
OPEN_STATES = frozenset({S.SUSPECTED, S.CONFIRMED, S.GRADED, S.RESPONDING, S.STABILISING})
ENDED_STATES = frozenset({S.CLOSED, S.DISMISSED, S.MERGED})

#: Posts an hour over all linked stories below which a matter counts as calm: the scheme calls 20
#: comments a day the first sign of grade IV, so under 20 an hour nobody new is being drawn in.
CALM_POSTS_PER_HOUR = 20
#: Hours of calm before a response may be called stabilising (STANDARDS 8.1).
CALM_HOURS = 12
#: Grades whose first use a commander must accept (STANDARDS 8.1).
COMMANDER_GRADES = frozenset({"I_EXTRAORDINARY", "II_MAJOR"})

SUBJECT = "incident"


def told_group(incident_id: int) -> str:
    """Return the name under which everything people are told about an incident is kept in the outbox.

    >>> told_group(7)
    'incident:7'
    """
    return f"{SUBJECT}:{incident_id}"


@dataclass(frozen=True)
class Unmet:
    """One condition of a move that does not hold; ``may_waive`` = a commander may go on with a reason."""

    key: str
    text: str
    may_waive: bool = False


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened, for the timeline, the log and the marks on the chart."""

    at: datetime
    kind: str
    text: str
    actor_name: str = ""
    detail: str = ""
    is_mark: bool = False


#: What a higher room may be asked before a move: (incident id, now) -> the sentence that stops it, or None.
OutsideCheck = Callable[[int, datetime], str | None]
#: Moves that must not happen until a higher room has answered: (from, to) -> names of the checks.
OUTSIDE_CHECKS: dict[tuple[State, State], tuple[str, ...]] = {
    (S.RESOLVED, S.REVIEWING): ("review_opened",),
    (S.REVIEWING, S.CLOSED): ("review_approved",),
}
_outside: dict[str, OutsideCheck] = {}


def register_check(name: str, check: OutsideCheck) -> None:
    """Let a higher room answer one of ``OUTSIDE_CHECKS``; called in its ``AppConfig.ready``."""
    known = {each for names in OUTSIDE_CHECKS.values() for each in names}
    if name not in known:
        raise ValueError(f"No incident move asks for the check {name!r}: use one of {sorted(known)}.")
    _outside[name] = check


def outside_check(name: str) -> OutsideCheck | None:
    """Return what a higher room registered under the name, or None."""
    return _outside.get(name)


def may_move(old: State, new: State) -> bool:
    """Return whether the table knows the move at all.

    >>> may_move(State.SUSPECTED, State.CLOSED)
    False
    """
    return new in MOVES[old]


class Basis(StrEnum):
    """What lets a suspicion count as confirmed."""

    SECOND_SOURCE = "second_source"
    OWNER_WORD = "owner_word"


BASIS_LABELS: dict[str, Label] = {
    Basis.SECOND_SOURCE: _("a second, independent source"),
    Basis.OWNER_WORD: _("the word of the department concerned"),
}
#: Verification checklist (CERC initial checklist, STANDARDS 2.3).
VERIFICATION_CHECKS: dict[str, Label] = {
    "origin": _("the origin of the first posts is known"),
    "credible": _("the origin is credible"),
    "consistent": _("the accounts agree with each other"),
    "plausible": _("it is plausible with what we know of our service"),
}
NATURE_LABELS: dict[str, Label] = {
    "political": _("political"),
    "economic": _("economic"),
    "social": _("social"),
    "cultural": _("cultural"),
    "natural": _("natural"),
}
CAUSE_LABELS: dict[str, Label] = {
    "event": _("event: accident, dispute, complaint"),
    "social": _("social: hot issue, sensitive topic"),
    "media": _("media: report, online spread"),
}
IMPACT_LABELS: dict[str, Label] = {
    "reputation": _("reputation harm"),
    "resources": _("wasted resources"),
    "unrest": _("social unrest"),
    "safety": _("people's health or safety"),
    "none": _("no impact seen"),
}
AFFECTED_LABELS: dict[str, Label] = {"society": _("society"), "individuals": _("individuals"), "enterprises": _("enterprises")}
FEATURE_LABELS: dict[str, Label] = {
    "sudden": _("sudden"),
    "fast": _("spreads fast"),
    "wide": _("wide reach"),
    "many": _("many participants"),
    "emotional": _("emotional"),
    "rumour": _("rumour or false information in it"),
}
TREND_LABELS: dict[str, Label] = {
    "rising": _("rising"),
    "steady": _("steady"),
    "falling": _("falling"),
    "unclear": _("cannot be told yet"),
}
RISK_LABELS: dict[str, Label] = {"high": _("high"), "medium": _("medium"), "low": _("low")}
#: The judgements of an assessment that say how sure they are.
JUDGED_LABELS: dict[str, Label] = {
    "nature": _("Nature"),
    "cause": _("Cause"),
    "scope": _("Scope"),
    "trend": _("Trend"),
    "risk": _("Risk if nothing is done"),
}
CONFIDENCE_LABELS: dict[str, Label] = {"high": _("sure"), "medium": _("probable"), "low": _("unsure")}
#: What an assessment may rest on besides words.
EVIDENCE_LABELS: dict[str, Label] = {
    "story": _("story"),
    "post": _("post"),
    "file": _("file"),
    "measurement": _("measurement"),
}
ATTENTION_LABELS: dict[str, Label] = {
    "none": _("none"),
    "sector_superior": _("our superior body"),
    "provincial_or_municipal": _("provincial or municipal bodies"),
    "central": _("central bodies"),
}
OFFLINE_LABELS: dict[str, Label] = {
    "none": _("none"),
    "complaints_or_local_break": _("surge of complaints or local break of service"),
    "gathering_injury_or_wide_break": _("gathering, injuries or wide break of service"),
    "deaths_or_public_order": _("deaths, or public order affected"),
}
HARM_LABELS: dict[str, Label] = {
    "none": _("none"),
    "money_or_time": _("people lose money or time"),
    "health_or_safety_behaviour": _("people act wrongly about health or safety"),
    "danger_to_life": _("danger to life"),
}


class LogKind(StrEnum):
    """What a line in the decision log is."""

    DECISION = "decision"
    OBSERVATION = "observation"
    STRATEGY = "strategy"


LOG_LABELS: dict[str, Label] = {
    LogKind.DECISION: _("decision"),
    LogKind.OBSERVATION: _("observation"),
    LogKind.STRATEGY: _("response strategy"),
}


class ReportKind(StrEnum):
    """Duty reports upward and inside: first, follow-up, upward, final."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    UPWARD = "upward"
    FINAL = "final"


REPORT_LABELS: dict[str, Label] = {
    ReportKind.FIRST: _("first report"),
    ReportKind.FOLLOW_UP: _("follow-up report"),
    ReportKind.UPWARD: _("report upward"),
    ReportKind.FINAL: _("final report"),
}


class GradeState(StrEnum):
    """Whether a grade decision counts: waiting for a second person, in force, replaced or refused."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REFUSED = "refused"


GRADE_MOVES: dict[GradeState, frozenset[GradeState]] = {
    GradeState.PROPOSED: frozenset({GradeState.IN_FORCE, GradeState.REFUSED, GradeState.REPLACED}),
    GradeState.IN_FORCE: frozenset({GradeState.REPLACED}),
    GradeState.REPLACED: frozenset(),
    GradeState.REFUSED: frozenset(),
}
GRADE_STATE_LABELS: dict[str, Label] = {
    GradeState.PROPOSED: _("waits for a second person"),
    GradeState.IN_FORCE: _("in force"),
    GradeState.REPLACED: _("replaced"),
    GradeState.REFUSED: _("refused"),
}
