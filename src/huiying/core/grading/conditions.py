"""Judge a factor table by alternatives, each a set of conditions, and say what is missing for more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .factors import CATEGORIES, FactorTable
from .levels import EventGrade, WarningLevel

LevelT = TypeVar("LevelT", EventGrade, WarningLevel)

#: How far away an unknown factor counts as being, in times its value: shown after what is known to be near.
UNKNOWN_TIMES = 10.0
#: How far away one step of a category counts as being, in times.
CATEGORY_STEP_TIMES = 4.0
#: At most so many counterfactuals are told: three are read, more are skipped.
TOLD = 3

Plain = float | str


@dataclass(frozen=True)
class Condition:
    """One factor must be at least a value; a category counts by its place on the scale."""

    factor: str
    at_least: float

    def met(self, factors: FactorTable, ease: float = 1.0) -> bool:
        """Return whether the factor is known and high enough; ``ease`` below 1 lowers the bar of counts."""
        value = factors.value(self.factor)
        bar = self.at_least if self.factor in CATEGORIES or self.factor == "media_tier_max" else self.at_least * ease
        return value is not None and value >= bar


@dataclass(frozen=True)
class Alternative:
    """Conditions that together are enough; ``kind`` is ``hard`` for one category, else ``soft``.

    An alternative with ``unless_known`` stands in only while those factors are unknown.
    """

    kind: str
    conditions: tuple[Condition, ...]
    unless_known: tuple[str, ...] = ()

    def applies(self, factors: FactorTable) -> bool:
        """Return whether nothing better is known than what this alternative asks."""
        return not any(factors.value(name) is not None for name in self.unless_known)

    def met(self, factors: FactorTable, ease: float = 1.0) -> bool:
        """Return whether the alternative applies and every condition is met."""
        return self.applies(factors) and all(condition.met(factors, ease) for condition in self.conditions)

    def key(self, level: str) -> str:
        """Return the one name of this line under a level; the same line in another version of the rules has the same name.

        >>> Alternative("soft", (Condition("posts_1h", 60.0),), ("authors_24h",)).key("ORANGE")
        'ORANGE posts_1h>=60 unless authors_24h'
        """
        conditions = sorted(f"{each.factor}>={plain(each.factor, each.at_least)}" for each in self.conditions)
        return " ".join([level, *conditions, *(f"unless {name}" for name in self.unless_known)])


Ladder = Mapping[LevelT, Sequence[Alternative]]


@dataclass(frozen=True)
class Reason:
    """One factor that carried the level, with the value seen and the value asked for."""

    factor: str
    value: Plain
    threshold: Plain
    level: str
    kind: str

    def as_dict(self) -> dict[str, Plain]:
        """Return the reason ready for JSON."""
        return {"factor": self.factor, "value": self.value, "threshold": self.threshold, "level": self.level, "kind": self.kind}


@dataclass(frozen=True)
class Change:
    """What one factor would have to become; ``current`` is None when nobody knows it."""

    factor: str
    current: Plain | None
    needed: Plain
    times: float | None


@dataclass(frozen=True)
class Counterfactual:
    """The level that would follow if all the changes came true."""

    level: str
    changes: tuple[Change, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the counterfactual ready for JSON."""
        changes = [{"factor": c.factor, "current": c.current, "needed": c.needed, "times": c.times} for c in self.changes]
        return {"level": self.level, "changes": changes}


@dataclass(frozen=True)
class Judgement(Generic[LevelT]):
    """The highest level whose conditions are met, why, and what would make it one higher."""

    level: LevelT | None
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    counterfactual: tuple[Counterfactual, ...]


def level_of(factors: FactorTable, ladder: Ladder[LevelT], ease: float = 1.0) -> LevelT | None:
    """Return the highest level with a met alternative, or None."""
    for level in _from_top(ladder):
        if any(alternative.met(factors, ease) for alternative in ladder[level]):
            return level
    return None


def lines_met(factors: FactorTable, ladder: Ladder[LevelT], level: LevelT | None) -> tuple[str, ...]:
    """Return the names of the lines that carry a level."""
    return () if level is None else tuple(each.key(level.value) for each in ladder[level] if each.met(factors))


def judge(factors: FactorTable, ladder: Ladder[LevelT]) -> Judgement[LevelT]:
    """Judge the factors against the whole ladder of levels."""
    level = level_of(factors, ladder)
    reasons = _reasons(factors, level, ladder[level]) if level is not None else ()
    return Judgement(level, reasons, _missing(factors, ladder), _next_higher(factors, ladder, level))


def plain(factor: str, value: float) -> Plain:
    """Return a category by its word and a whole number without a fraction.

    >>> plain("offline_impact", 2.0), plain("posts_1h", 60.0)
    ('gathering_injury_or_wide_break', 60)
    """
    if factor in CATEGORIES:
        return CATEGORIES[factor][int(value)]
    return int(value) if float(value).is_integer() else round(value, 2)


def _from_top(ladder: Ladder[LevelT]) -> list[LevelT]:
    return sorted(ladder, key=lambda level: -level.rank)


def _reasons(factors: FactorTable, level: LevelT, alternatives: Iterable[Alternative]) -> tuple[Reason, ...]:
    found: dict[str, Reason] = {}
    for alternative in alternatives:
        if not alternative.met(factors):
            continue
        for condition in alternative.conditions:
            value = factors.value(condition.factor)
            if value is not None and condition.factor not in found:
                found[condition.factor] = Reason(
                    condition.factor,
                    plain(condition.factor, value),
                    plain(condition.factor, condition.at_least),
                    level.value,
                    alternative.kind,
                )
    return tuple(found.values())


def _missing(factors: FactorTable, ladder: Ladder[LevelT]) -> tuple[str, ...]:
    used = {condition.factor for alternatives in ladder.values() for alternative in alternatives for condition in alternative.conditions}
    return tuple(name for name in factors.missing() if name in used)


def _next_higher(factors: FactorTable, ladder: Ladder[LevelT], level: LevelT | None) -> tuple[Counterfactual, ...]:
    rank = level.rank if level is not None else 0
    above = [candidate for candidate in reversed(_from_top(ladder)) if candidate.rank > rank and ladder[candidate]]
    if not above:
        return ()
    told = {_changes(factors, alternative) for alternative in ladder[above[0]] if alternative.applies(factors)}
    nearest = sorted(told, key=lambda changes: (_distance(changes), [change.factor for change in changes]))[:TOLD]
    return tuple(Counterfactual(above[0].value, changes) for changes in nearest)


def _changes(factors: FactorTable, alternative: Alternative) -> tuple[Change, ...]:
    changes = []
    for condition in alternative.conditions:
        if condition.met(factors):
            continue
        value = factors.value(condition.factor)
        counted = condition.factor not in CATEGORIES and condition.factor != "media_tier_max"
        times = round(condition.at_least / value, 1) if value and counted else None
        current = None if value is None else plain(condition.factor, value)
        changes.append(Change(condition.factor, current, plain(condition.factor, condition.at_least), times))
    return tuple(changes)


def _distance(changes: tuple[Change, ...]) -> float:
    return sum(_steps(change) for change in changes)


def _steps(change: Change) -> float:
    if change.current is None:
        return math.log(UNKNOWN_TIMES)
    if isinstance(change.needed, str):
        scale = CATEGORIES[change.factor]
        return math.log(CATEGORY_STEP_TIMES) * (scale.index(change.needed) - scale.index(str(change.current)))
    if change.factor == "media_tier_max":
        return math.log(CATEGORY_STEP_TIMES) * (change.needed - float(change.current))
    return math.log(change.times or max(change.needed, 1.0) * 2)
