"""Grade schemes: versioned criteria that turn a factor table into a proposed event grade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import combinations, pairwise

from .conditions import Alternative, Condition, Counterfactual, Ladder, Reason, judge
from .factors import CATEGORIES, FACTOR_NAMES, MEDIA_TIERS, FactorTable
from .levels import EventGrade
from .rulefile import RuleFileError, Section, read_rule_file

DEFAULT_SCHEME = "huiying_default_v1"
#: category: any one sets the level. volume: two together do. support: one does beside one volume.
KINDS = ("category", "volume", "support")
_GRADES_UP = tuple(sorted(EventGrade, key=lambda grade: grade.rank))


@dataclass(frozen=True)
class Indicator:
    """One factor with its threshold for every grade."""

    factor: str
    kind: str
    is_scaled: bool
    thresholds: Mapping[EventGrade, float]


@dataclass(frozen=True)
class Duty:
    """What an organisation owes at one grade; ``minutes`` is None where no time limit applies."""

    key: str
    label: Mapping[str, str]
    text: Mapping[str, str]
    minutes: int | None
    source: str


@dataclass(frozen=True)
class Scheme:
    """A named, versioned set of criteria; key and version are always shown beside the grade."""

    key: str
    version: str
    title: Mapping[str, str]
    source: str
    indicators: tuple[Indicator, ...]
    hold_hours: Mapping[EventGrade, int]
    duties: Mapping[EventGrade, tuple[Duty, ...]]

    def duty(self, grade: EventGrade, key: str) -> Duty | None:
        """Return one duty of a grade, or None where the grade has none of that name."""
        return next((duty for duty in self.duties[grade] if duty.key == key), None)


@dataclass(frozen=True)
class Proposal:
    """What a scheme proposes: advice with its reasons; a person decides."""

    level: EventGrade | None
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    counterfactual: tuple[Counterfactual, ...]
    scheme_key: str
    scheme_version: str

    def as_dict(self) -> dict[str, object]:
        """Return the whole proposal ready for JSON."""
        return {
            "level": self.level.value if self.level else None,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "missing": list(self.missing),
            "counterfactual": [option.as_dict() for option in self.counterfactual],
            "scheme_key": self.scheme_key,
            "scheme_version": self.scheme_version,
        }


def propose(factors: FactorTable, scheme: Scheme, *, scale: float = 1.0, current: EventGrade | None = None) -> Proposal:
    """Propose the highest grade whose conditions are met.

    ``scale`` multiplies the volume thresholds for a bigger or smaller organisation. With ``current``
    the proposal never goes below it while factors are missing: what nobody knows lowers nothing.
    """
    if not 0 < scale < float("inf"):
        raise ValueError(f"The scale is {scale!r}: a number above 0 is needed.")
    found = judge(factors, ladder_of(scheme, scale))
    level = found.level
    if current is not None and found.missing and (level is None or level.rank < current.rank):
        level = current
    return Proposal(level, found.reasons, found.missing, found.counterfactual, scheme.key, scheme.version)


def ladder_of(scheme: Scheme, scale: float = 1.0) -> Ladder[EventGrade]:
    """Write the scheme out as alternatives: one category; two volumes; one volume and one support."""
    return {grade: _alternatives(scheme.indicators, grade, scale) for grade in EventGrade}


def _alternatives(indicators: Sequence[Indicator], grade: EventGrade, scale: float) -> list[Alternative]:
    def condition(indicator: Indicator) -> Condition:
        return Condition(indicator.factor, indicator.thresholds[grade] * (scale if indicator.is_scaled else 1.0))

    by_kind = {kind: [condition(indicator) for indicator in indicators if indicator.kind == kind] for kind in KINDS}
    hard = [Alternative("hard", (one,)) for one in by_kind["category"]]
    pairs = [*combinations(by_kind["volume"], 2), *((volume, support) for volume in by_kind["volume"] for support in by_kind["support"])]
    return [*hard, *(Alternative("soft", pair) for pair in pairs)]


@lru_cache(maxsize=8)
def load_scheme(name: str = DEFAULT_SCHEME) -> Scheme:
    """Return a scheme that is shipped with the program, by its file name without ``.yaml``."""
    folder = files("huiying.core.grading") / "schemes"
    known = sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    if name not in known:
        raise RuleFileError(f"No grade scheme is called {name!r}: use one of {', '.join(known)}.")
    return read_scheme((folder / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


def read_scheme(text: str, file: str) -> Scheme:
    """Read a scheme from the text of its file; raises RuleFileError with the line of any fault."""
    top = read_rule_file(text, file)
    names = ("key", "version", "title", "source", "indicators", "hold_hours", "duty_labels", "duties")
    top.only(names, required=names)
    labels_section = top.section("duty_labels")
    labels = {key: labels_section.languages(key) for key in labels_section.names()}
    return Scheme(
        key=top.text("key"),
        version=top.text("version"),
        title=top.languages("title"),
        source=top.text("source"),
        indicators=_indicators(top.section("indicators")),
        hold_hours=_hold(top.section("hold_hours")),
        duties=_duties(top.section("duties"), labels),
    )


def _indicators(section: Section) -> tuple[Indicator, ...]:
    section.only(FACTOR_NAMES)
    return tuple(_indicator(factor, entry) for factor, entry in section.sections())


def _indicator(factor: str, entry: Section) -> Indicator:
    grades = tuple(grade.value for grade in EventGrade)
    entry.only(("kind", "scaled", *grades), required=("kind", *grades))
    kind = entry.word("kind", KINDS)
    thresholds = {grade: _threshold(factor, entry, grade.value) for grade in EventGrade}
    for lower, higher in pairwise(_GRADES_UP):
        if thresholds[higher] <= thresholds[lower]:
            raise entry.fault(entry.line_of(higher.value), f"{factor}: {higher.value} must be above {lower.value}")
    return Indicator(factor, kind, entry.flag("scaled", default=False), thresholds)


def _threshold(factor: str, entry: Section, key: str) -> float:
    words = CATEGORIES.get(factor) or (MEDIA_TIERS if factor == "media_tier_max" else None)
    if words is None:
        return entry.number(key)
    return float(words.index(entry.word(key, words)))


def _hold(section: Section) -> dict[EventGrade, int]:
    section.only([grade.value for grade in EventGrade], required=[grade.value for grade in EventGrade])
    return {grade: int(section.number(grade.value)) for grade in EventGrade}


def _duties(section: Section, labels: Mapping[str, Mapping[str, str]]) -> dict[EventGrade, tuple[Duty, ...]]:
    section.only([grade.value for grade in EventGrade], required=[grade.value for grade in EventGrade])
    return {grade: tuple(_duty(key, entry, labels) for key, entry in _of(section.section(grade.value), labels)) for grade in EventGrade}


def _of(section: Section, labels: Mapping[str, object]) -> list[tuple[str, Section]]:
    section.only(labels)
    return list(section.sections())


def _duty(key: str, entry: Section, labels: Mapping[str, Mapping[str, str]]) -> Duty:
    entry.only(("text", "minutes", "source"), required=("text", "source"))
    minutes = int(entry.number("minutes")) if "minutes" in entry.names() else None
    return Duty(key, labels[key], entry.languages("text"), minutes, entry.text("source"))
