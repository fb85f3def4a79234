"""Warning rules: a versioned file that proposes a level for a story, goes up at once and down slowly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from importlib.resources import files

from .conditions import Alternative, Condition, Counterfactual, Ladder, Reason, judge, level_of, lines_met
from .factors import CATEGORIES, FACTOR_NAMES, MEDIA_TIERS, FactorTable
from .levels import WarningLevel
from .rulefile import RuleFileError, Section, read_rule_file

DEFAULT_RULES = "warning_default_v1"
_FOLDER = files("huiying.core.grading") / "rules"


@dataclass(frozen=True)
class WarningRules:
    """A named, versioned ladder of levels with its hysteresis; ``left_out`` says what its source has and the ladder has not."""

    key: str
    version: str
    title: Mapping[str, str]
    ladder: Ladder[WarningLevel]
    exit_ratio: float
    lower_after: timedelta
    quiet: timedelta
    source: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> dict[str, tuple[WarningLevel, Alternative]]:
        """Return every line by its name, the most urgent level first."""
        levels = sorted(self.ladder, key=lambda level: -level.rank)
        return {line.key(level.value): (level, line) for level in levels for line in self.ladder[level]}

    @cached_property
    def least_posts(self) -> float:
        """Return the fewest posts in 24 hours with which any level can be reached; most stories never come near."""
        bars = [_posts_needed(alternative) for alternatives in self.ladder.values() for alternative in alternatives]
        return min(bars, default=0.0)


def _posts_needed(alternative: Alternative) -> float:
    return max((condition.at_least for condition in alternative.conditions if condition.factor in ("posts_1h", "posts_24h")), default=0.0)


@dataclass(frozen=True)
class WarningProposal:
    """What the rules say about a story now; ``level`` None means no warning, ``lines`` are the names of those that carry it."""

    level: WarningLevel | None
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    counterfactual: tuple[Counterfactual, ...]
    rule_key: str
    rule_version: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Held:
    """The level to show after hysteresis, and since when values have been below it."""

    level: WarningLevel
    below_since: datetime | None


def propose_warning(factors: FactorTable, rules: WarningRules) -> WarningProposal:
    """Judge one story by the rules."""
    found = judge(factors, rules.ladder)
    lines = lines_met(factors, rules.ladder, found.level)
    return WarningProposal(found.level, found.reasons, found.missing, found.counterfactual, rules.key, rules.version, lines)


def remember(factors: FactorTable, before: Mapping[str, int | float | str]) -> FactorTable:
    """Fill what is missing now with what was known before, so that a silent source lowers nothing.

    >>> remember(FactorTable(posts_1h=3), {"posts_1h": 9, "reads_24h": 500}).reads_24h
    500
    """
    lost = {name: before[name] for name in factors.missing() if name in before}
    return factors.with_values(**lost) if lost else factors


def hold(current: WarningLevel, below_since: datetime | None, factors: FactorTable, rules: WarningRules, now: datetime) -> Held:
    """Return the level to show: up at once, down one or more steps only after the values stayed low long enough.

    It never goes below the lowest level: only a person ends a warning.
    """
    seen = level_of(factors, rules.ladder)
    if seen is not None and seen.rank >= current.rank:
        return Held(seen, None)
    eased = level_of(factors, rules.ladder, rules.exit_ratio)
    if eased is not None and eased.rank >= current.rank:
        return Held(current, None)
    since = below_since or now
    if now - since < rules.lower_after:
        return Held(current, since)
    lower = eased or WarningLevel.BLUE
    return Held(lower, since if eased is None else None)


def may_warn_again(
    proposed: WarningLevel, dismissed_peak: WarningLevel, dismissed_at: datetime, rules: WarningRules, now: datetime
) -> bool:
    """Return whether a story whose warning was dismissed deserves a new one."""
    return proposed.rank > dismissed_peak.rank or now - dismissed_at >= rules.quiet


def shipped_rules() -> list[str]:
    """Return the names of the rule files that come with the program, the default first."""
    names = (entry.name for entry in _FOLDER.iterdir() if entry.name.endswith(".yaml"))
    return sorted((name.removesuffix(".yaml") for name in names), key=lambda name: (name != DEFAULT_RULES, name))


def shipped_text(name: str = DEFAULT_RULES) -> str:
    """Return the text of a shipped rule file by its name without ``.yaml``."""
    if name not in shipped_rules():
        raise RuleFileError(f"No warning rules are called {name!r}: use one of {', '.join(shipped_rules())}.")
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def load_warning_rules(name: str = DEFAULT_RULES) -> WarningRules:
    """Return warning rules that are shipped with the program, by file name without ``.yaml``."""
    return read_warning_rules(shipped_text(name), f"{name}.yaml")


def read_warning_rules(text: str, file: str) -> WarningRules:
    """Read warning rules from the text of their file; raises RuleFileError with the line of any fault."""
    top = read_rule_file(text, file)
    names = ("key", "version", "title", "hysteresis", "rearm", "levels")
    top.only((*names, "source", "left_out"), required=names)
    hysteresis, rearm, levels = top.section("hysteresis"), top.section("rearm"), top.section("levels")
    hysteresis.only(("exit_ratio", "lower_after_minutes"), required=("exit_ratio", "lower_after_minutes"))
    rearm.only(("quiet_hours",), required=("quiet_hours",))
    ratio = hysteresis.number("exit_ratio")
    if not 0 < ratio <= 1:
        raise hysteresis.fault(hysteresis.line_of("exit_ratio"), f"“exit_ratio” is “{ratio:g}”; a number above 0 and up to 1 is needed")
    return WarningRules(
        key=top.text("key"),
        version=top.text("version"),
        title=top.languages("title"),
        ladder=_ladder(levels),
        exit_ratio=ratio,
        lower_after=timedelta(minutes=hysteresis.number("lower_after_minutes")),
        quiet=timedelta(hours=rearm.number("quiet_hours")),
        source=top.text("source", ""),
        left_out=top.languages("left_out") if "left_out" in top.names() else {},
    )


def _ladder(levels: Section) -> dict[WarningLevel, list[Alternative]]:
    levels.only([level.value for level in WarningLevel])
    return {WarningLevel(key): [_alternative(entry) for entry in levels.sequence(key)] for key in levels.names()}


def _alternative(entry: Section) -> Alternative:
    entry.only((*FACTOR_NAMES, "unless_known"))
    factors = [key for key in entry.names() if key != "unless_known"]
    if not factors:
        raise entry.fault(entry.line, "a line without conditions would always warn; give at least one factor")
    unless_known = (entry.word("unless_known", FACTOR_NAMES),) if len(factors) < len(entry.names()) else ()
    return Alternative("soft", tuple(_condition(entry, key) for key in factors), unless_known)


def _condition(entry: Section, factor: str) -> Condition:
    words = CATEGORIES.get(factor) or (MEDIA_TIERS if factor == "media_tier_max" else None)
    return Condition(factor, entry.number(factor) if words is None else float(words.index(entry.word(factor, words))))
