"""The clock rows of ``data/clock_rules.yaml``, read and checked once (pure but for reading its own file)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from huiying.base.clocks.rules import ClockRule

GRADES = ("I_EXTRAORDINARY", "II_MAJOR", "III_LARGER", "IV_GENERAL")
UNGRADED = "ungraded"


class Anchor(StrEnum):
    """The recorded moment a clock counts from."""

    CRISIS = "crisis"
    DETECTED = "detected"
    CONFIRMED = "confirmed"
    ACTIVATED = "activated"
    RESOLVED = "resolved"
    CLOSED = "closed"


class StoppedBy(StrEnum):
    """What stops a clock."""

    ACTIVATION = "activation"
    STATEMENT = "statement"
    REPORT = "report"
    PERSON = "person"


class BadDutyRule(ValueError):
    """A row of the clock file cannot be used; the message names the row and what is allowed."""


@dataclass(frozen=True)
class DutyRule:
    """One duty of an incident with its time limit by grade, in seconds."""

    key: str
    label: Mapping[str, str]
    citation: str
    anchor: Anchor
    stopped_by: StoppedBy
    seconds: Mapping[str, int]
    warn_seconds: int | None = None
    repeats: bool = False

    def seconds_for(self, grade: str) -> int | None:
        """Return the limit for a grade (empty = not graded yet), or None when there is no such duty."""
        return self.seconds.get(grade or UNGRADED)

    def clock_rule(self, seconds: int) -> ClockRule:
        """Return the row as a clock of this length; a warning that would come too late is left out."""
        warn = self.warn_seconds if self.warn_seconds and self.warn_seconds < seconds else None
        return ClockRule(self.key, self.label, seconds, warn, self.citation)


_FIELDS = {"key", "label", "citation", "from", "by", "seconds", "warn", "repeats"}
_NEEDED = _FIELDS - {"warn", "repeats"}


def read(text: str, *, place: str) -> tuple[DutyRule, ...]:
    """Read the rows of a clock file; raises BadDutyRule naming the row.

    >>> row = "{key: a, label: {en: A}, citation: R1, from: crisis, by: person, seconds: {ungraded: 60}}"
    >>> read(f"clocks: [{row}]", place="x")[0].seconds_for("")
    60
    """
    document: Any = yaml.safe_load(text)  # Any: what a person wrote; every field is checked below
    rows = document.get("clocks") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BadDutyRule(f"{place}: expected a mapping with a list called clocks.")
    rules = tuple(_rule(row, f"{place}, clock {number}") for number, row in enumerate(rows, start=1))
    keys = [rule.key for rule in rules]
    if len(set(keys)) != len(keys):
        raise BadDutyRule(f"{place}: a key is there twice: {sorted(key for key in keys if keys.count(key) > 1)[0]}.")
    return rules


def _rule(row: Any, place: str) -> DutyRule:  # Any: unchecked YAML
    if not isinstance(row, dict) or set(row) - _FIELDS or _NEEDED - set(row):
        found = sorted(row) if isinstance(row, dict) else row
        raise BadDutyRule(f"{place}: found {found}; needed are {sorted(_NEEDED)}, allowed besides are repeats and warn.")
    if row["from"] not in set(Anchor) or row["by"] not in set(StoppedBy):
        raise BadDutyRule(f"{place}: from must be one of {[a.value for a in Anchor]}, by one of {[b.value for b in StoppedBy]}.")
    seconds = row["seconds"]
    if (
        not isinstance(seconds, dict)
        or set(seconds) - {UNGRADED, *GRADES}
        or not all(isinstance(n, int) and n > 0 for n in seconds.values())
    ):
        raise BadDutyRule(f"{place}: seconds maps {UNGRADED} and {', '.join(GRADES)} to whole numbers above 0.")
    return DutyRule(
        str(row["key"]),
        dict(row["label"]),
        str(row["citation"]),
        Anchor(row["from"]),
        StoppedBy(row["by"]),
        dict(seconds),
        row.get("warn"),
        bool(row.get("repeats", False)),
    )


@cache
def duty_rules() -> tuple[DutyRule, ...]:
    """Return the rows that ship with the program."""
    source = files("huiying.respond.incidents") / "data" / "clock_rules.yaml"
    return read(source.read_text(encoding="utf-8"), place="respond/incidents/data/clock_rules.yaml")
