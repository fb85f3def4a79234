"""States of a plan version and of an activation, and who fills which post (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from huiying.core.planning.model import Moment

Label = str | Promise


class PlanState(StrEnum):
    """Where a plan version stands (STANDARDS 8.3)."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


P = PlanState
PLAN_MOVES: dict[PlanState, frozenset[PlanState]] = {
    P.DRAFT: frozenset({P.IN_REVIEW}),
    P.IN_REVIEW: frozenset({P.APPROVED, P.RETURNED}),
    P.RETURNED: frozenset({P.IN_REVIEW}),
    P.APPROVED: frozenset({P.PUBLISHED, P.RETURNED}),
    P.PUBLISHED: frozenset({P.SUPERSEDED, P.SUSPENDED, P.RETIRED}),
    P.SUSPENDED: frozenset({P.PUBLISHED, P.RETIRED}),
    P.SUPERSEDED: frozenset(),
    P.RETIRED: frozenset(),
}
PLAN_STATE_LABELS: dict[str, Label] = {
    P.DRAFT: _("draft"),
    P.IN_REVIEW: pgettext_lazy("plan", "in review"),
    P.RETURNED: _("returned"),
    P.APPROVED: _("approved"),
    P.PUBLISHED: _("in force"),
    P.SUSPENDED: _("suspended"),
    P.SUPERSEDED: _("replaced by a newer version"),
    P.RETIRED: _("retired"),
}
PLAN_TONES: dict[str, str] = {P.PUBLISHED: "ok", P.SUSPENDED: "orange", P.RETURNED: "orange"}


class ActivationState(StrEnum):
    """Whether an activation still binds people."""

    IN_FORCE = "in_force"
    STOOD_DOWN = "stood_down"


ACTIVATION_MOVES: dict[ActivationState, frozenset[ActivationState]] = {
    ActivationState.IN_FORCE: frozenset({ActivationState.STOOD_DOWN}),
    ActivationState.STOOD_DOWN: frozenset(),
}
ACTIVATION_STATE_LABELS: dict[str, Label] = {ActivationState.IN_FORCE: _("in force"), ActivationState.STOOD_DOWN: _("stood down")}


class FilledBy(StrEnum):
    """How a post came to its person; empty = nobody was found."""

    INCIDENT = "incident"
    ROSTER = "roster"
    GROUP = "group"
    ROLE = "role"
    HAND = "hand"
    NOBODY = ""


FILLED_BY_LABELS: dict[str, Label] = {
    FilledBy.INCIDENT: _("named in the incident"),
    FilledBy.ROSTER: _("on the roster"),
    FilledBy.GROUP: _("by appointment to the group"),
    FilledBy.ROLE: _("holds the role"),
    FilledBy.HAND: _("chosen by hand"),
    FilledBy.NOBODY: _("nobody found"),
}
STANDING_LABELS: dict[str, Label] = {"head": _("head"), "deputy": _("deputy"), "member": _("member")}
MOMENT_LABELS: dict[str, Label] = {
    "crisis": _("the crisis"),
    "detection": _("detection"),
    "activation": _("activation"),
    "resolution": _("resolution"),
}
PHASE_LABELS: dict[str, Label] = {
    "warning": pgettext_lazy("plan phase", "warning"),
    "response": pgettext_lazy("plan phase", "response"),
    "aftermath": pgettext_lazy("plan phase", "aftermath"),
}
RESOURCE_LABELS: dict[str, Label] = {"human": _("people"), "material": _("material"), "financial": _("money")}
SENTENCE_LABELS: dict[str, Label] = {
    "empathy": _("empathy"),
    "fact": _("fact"),
    "unknown": _("not known yet"),
    "action": _("action"),
    "commitment": _("promise"),
}

SUBJECT = "incident"
#: The states of a task, as the tasks room names them, that matter here. A blocked task is left to people.
TASK_OPEN = frozenset({"todo", "doing"})
TASK_DONE = "done"
#: States in which an incident's plan no longer binds anybody.
INCIDENT_OVER = frozenset({"closed", "merged", "dismissed"})
INCIDENT_GRADED = "graded"
INCIDENT_RESOLVED = "resolved"
#: Prefix of the rule keys of a plan's own clocks, so that they never meet the incident's.
CLOCK_PREFIX = "plan."


def rule_key(clock_key: str) -> str:
    """Return the rule key under which a plan's clock runs.

    >>> rule_key("strategy_decided")
    'plan.strategy_decided'
    """
    return f"{CLOCK_PREFIX}{clock_key}"


def task_source(plan_key: str, version: str, step_key: str) -> str:
    """Return where a task came from.

    >>> task_source("online_opinion", "1.0", "convene")
    'plan:online_opinion@1.0:convene'
    """
    return f"plan:{plan_key}@{version}:{step_key}"


def step_of_source(source: str) -> str | None:
    """Return the step a task was made from, or None for a task that came from no plan."""
    return source.rsplit(":", 1)[1] if source.startswith("plan:") and source.count(":") == 2 else None


@dataclass(frozen=True)
class Vacancy:
    """One post to be filled; ``place`` is its number in the plan."""

    place: int
    group: str
    standing: str
    role: str


@dataclass(frozen=True)
class Holders:
    """Who could fill posts: on the roster by role, appointed by group, and anybody by role."""

    roster: Mapping[str, Sequence[int]]
    appointed: Mapping[tuple[str, str], Sequence[int]]
    role: Mapping[str, Sequence[int]]


Filling = tuple[int | None, FilledBy]


def fill(vacancies: Sequence[Vacancy], holders: Holders, named: Mapping[int, int]) -> list[Filling]:
    """Return who takes each post: whom the incident names, then roster, then appointment, then role.

    Nobody takes two posts of one group, so head and deputy are always two people; somebody may
    serve in two groups, because small organisations have no other choice.

    >>> fill([Vacancy(0, "g", "head", "r"), Vacancy(1, "g", "deputy", "r")], Holders({}, {}, {"r": [7]}), {})
    [(7, <FilledBy.ROLE: 'role'>), (None, <FilledBy.NOBODY: ''>)]
    """
    taken: dict[str, set[int]] = {}
    for vacancy in vacancies:
        if vacancy.place in named:
            taken.setdefault(vacancy.group, set()).add(named[vacancy.place])
    fillings: list[Filling] = []
    for vacancy in vacancies:
        if vacancy.place in named:
            fillings.append((named[vacancy.place], FilledBy.INCIDENT))
            continue
        used = taken.setdefault(vacancy.group, set())
        person, how = _first_free(vacancy, holders, used)
        if person is not None:
            used.add(person)
        fillings.append((person, how))
    return fillings


def _first_free(vacancy: Vacancy, holders: Holders, used: set[int]) -> Filling:
    ways = (
        (FilledBy.ROSTER, holders.roster.get(vacancy.role, ())),
        (FilledBy.GROUP, holders.appointed.get((vacancy.group, vacancy.standing), ())),
        (FilledBy.ROLE, holders.role.get(vacancy.role, ())),
    )
    for how, people in ways:
        for person in people:
            if person not in used:
                return person, how
    return None, FilledBy.NOBODY


class IncidentMoments(Protocol):
    """The moments of an incident that limits are counted from."""

    @property
    def crisis_at(self) -> datetime: ...
    @property
    def detected_at(self) -> datetime: ...
    @property
    def resolved_at(self) -> datetime | None: ...


class IncidentForPlan(IncidentMoments, Protocol):
    """What the plans room reads from an incident."""

    @property
    def pk(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def nature(self) -> str: ...
    @property
    def cause(self) -> str: ...
    @property
    def grade(self) -> str: ...
    @property
    def exercise(self) -> bool: ...
    @property
    def commander_id(self) -> int | None: ...
    @property
    def deputy_id(self) -> int | None: ...
    def get_state_display(self) -> str: ...


def moments_of(incident: IncidentMoments, activated_at: datetime, at: datetime) -> dict[Moment, datetime]:
    """Return the moments known at a time; a resolution counts once it has happened."""
    moments = {Moment.CRISIS: incident.crisis_at, Moment.DETECTION: incident.detected_at, Moment.ACTIVATION: activated_at}
    if incident.resolved_at and incident.resolved_at <= at:
        moments[Moment.RESOLUTION] = incident.resolved_at
    return moments
