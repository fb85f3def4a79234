"""A contingency plan as data: what it holds, frozen, in Chinese and English.

Every text is a mapping ``{"zh-Hans": ..., "en": ...}``. Roles and groups are named by their keys;
which keys exist is known higher up and checked by ``lint``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from huiying.core.grading.levels import EventGrade, ResponseLevel

Text = Mapping[str, str]


class Phase(StrEnum):
    """The three phases of a plan (R87): before, during and after the response."""

    WARNING = "warning"
    RESPONSE = "response"
    AFTERMATH = "aftermath"


class Moment(StrEnum):
    """What a time limit is counted from."""

    CRISIS = "crisis"
    DETECTION = "detection"
    ACTIVATION = "activation"
    RESOLUTION = "resolution"


class Section(StrEnum):
    """The chapters the law (EFL Art. 28) and R86 ask of a plan."""

    PURPOSE = "purpose"
    COMMAND = "command"
    WARNING = "warning"
    RESPONSE = "response"
    RELEASE = "release"
    RESOURCES = "resources"
    RECOVERY = "recovery"


class Nature(StrEnum):
    """Nature classes of an event (R58)."""

    POLITICAL = "political"
    ECONOMIC = "economic"
    SOCIAL = "social"
    CULTURAL = "cultural"
    NATURAL = "natural"


class Cause(StrEnum):
    """Cause classes of an event (R59)."""

    EVENT = "event"
    SOCIAL = "social"
    MEDIA = "media"


class SentenceNature(StrEnum):
    """What a sentence of a holding statement is; only a fact needs evidence."""

    EMPATHY = "empathy"
    FACT = "fact"
    UNKNOWN = "unknown"
    ACTION = "action"
    COMMITMENT = "commitment"


class ResourceClass(StrEnum):
    """The three resource classes (R143)."""

    HUMAN = "human"
    MATERIAL = "material"
    FINANCIAL = "financial"


@dataclass(frozen=True)
class Citation:
    """A rule the plan rests on; ``checked`` is false while only a third-party copy was seen.

    ``short`` is how people write it beside a clock; a plain word is the same in every language.
    """

    key: str
    short: Text | str
    title: Text
    article: Text | str
    asks: Text
    checked: bool = True


@dataclass(frozen=True)
class Scope:
    """Which matters the plan is for; an empty list means any."""

    natures: tuple[Nature, ...] = ()
    causes: tuple[Cause, ...] = ()
    grades: tuple[EventGrade, ...] = ()
    organisation_types: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True)
class Level:
    """One response level: the grade that calls for it, who commands, what is done more."""

    level: ResponseLevel
    grade: EventGrade
    commander: Text
    duties: tuple[Text, ...]


@dataclass(frozen=True)
class Post:
    """A place to be filled in a group; ``role`` is the system role its holder needs."""

    key: str
    title: Text
    role: str
    is_optional: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """A working group with head, deputy, members and duties; ``key`` names a standing group."""

    key: str
    name: Text
    head: Post | None = None
    deputy: Post | None = None
    members: tuple[Post, ...]
    duties: tuple[Text, ...]

    def posts(self) -> Iterator[Post]:
        """Yield head, deputy and members in that order."""
        yield from (post for post in (self.head, self.deputy) if post)
        yield from self.members


@dataclass(frozen=True)
class Owner:
    """Who answers for a step: a post of a group."""

    group: str
    post: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to be done; ``due_minutes`` is counted from ``counted_from``.

    ``done_with`` names clocks of the incident: when one of them stops, the step is done too.
    """

    key: str
    title: Text
    owner: Owner | None = None
    due_minutes: int | None = None
    expected_result: Text
    counted_from: Moment = Moment.ACTIVATION
    due_minutes_by_level: Mapping[ResponseLevel, int] | None = None
    levels: tuple[ResponseLevel, ...] = ()
    actions: tuple[Text, ...] = ()
    inputs: tuple[Text, ...] = ()
    resources: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    done_with: tuple[str, ...] = ()

    def due_at_level(self, level: ResponseLevel) -> int | None:
        """Return the minutes this level allows, or the common number."""
        return (self.due_minutes_by_level or {}).get(level, self.due_minutes)

    def is_for(self, level: ResponseLevel) -> bool:
        """Return whether the step is taken at this response level."""
        return not self.levels or level in self.levels


@dataclass(frozen=True)
class Stage:
    """An ordered part of the response flow."""

    key: str
    title: Text
    phase: Phase
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class PlanClock:
    """A deadline shown on top of the incident; it stops when a step is done."""

    key: str
    label: Text
    starts: Moment
    minutes: int
    citation: str
    stops_with_step: str
    minutes_by_level: Mapping[ResponseLevel, int] | None = None
    levels: tuple[ResponseLevel, ...] = ()

    def minutes_at_level(self, level: ResponseLevel) -> int:
        """Return the minutes this level allows."""
        return (self.minutes_by_level or {}).get(level, self.minutes)

    def is_for(self, level: ResponseLevel) -> bool:
        """Return whether the clock runs at this response level."""
        return not self.levels or level in self.levels


@dataclass(frozen=True)
class Rhythm:
    """Something periodic, with the condition that ends it (a cadence without an end is a fault)."""

    key: str
    label: Text
    every: str
    starts: Moment
    ends: Text | None = None


@dataclass(frozen=True)
class Slot:
    """A gap of the holding template that a writer fills."""

    key: str
    label: Text
    is_required: bool = True


@dataclass(frozen=True)
class HoldingSentence:
    """One sentence of the holding template, with ``{slot}`` gaps in both languages."""

    field: str
    nature: SentenceNature
    text: Text


@dataclass(frozen=True)
class Holding:
    """The short first text, ready but for its gaps (CERC first-message fields)."""

    title: Text
    slots: tuple[Slot, ...]
    sentences: tuple[HoldingSentence, ...]
    never: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Resource:
    """Something the plan needs, of one of the three classes."""

    key: str
    kind: ResourceClass
    name: Text


@dataclass(frozen=True)
class Chapter:
    """A chapter of prose; ``section`` says which required part it covers."""

    key: str
    section: Section
    title: Text
    paragraphs: tuple[Text, ...]
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Control:
    """Who compiled, reviewed and approved (three people), and when (R15)."""

    compiler: Text
    reviewer: Text
    approver: Text
    date: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole plan. ``key`` and ``version`` name it for ever; its text never changes after that."""

    key: str
    version: str
    title: Text
    summary: Text
    control: Control
    grade_scheme: str | None = None
    scope: Scope
    principles: tuple[Text, ...]
    chapters: tuple[Chapter, ...]
    levels: tuple[Level, ...]
    groups: tuple[Group, ...]
    stages: tuple[Stage, ...]
    clocks: tuple[PlanClock, ...]
    rhythms: tuple[Rhythm, ...]
    holding: Holding | None = None
    resources: tuple[Resource, ...]
    citations: tuple[Citation, ...]

    def steps(self) -> Iterator[tuple[Stage, Step]]:
        """Yield every step with its stage, in order."""
        for stage in self.stages:
            for step in stage.steps:
                yield stage, step

    def group(self, key: str) -> Group | None:
        """Return the group with this key."""
        return next((group for group in self.groups if group.key == key), None)

    def post(self, owner: Owner) -> Post | None:
        """Return the post an owner names."""
        group = self.group(owner.group)
        return next((post for post in group.posts() if post.key == owner.post), None) if group else None

    def level_for(self, grade: EventGrade) -> ResponseLevel | None:
        """Return the response level the plan sets for an event grade."""
        return next((level.level for level in self.levels if level.grade == grade), None)
