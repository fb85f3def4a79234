"""What a person enters for an objective, a series of meetings or a risk, before it is stored (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ObjectiveTerms:
    """The words and figures of an objective."""

    title: str
    theme: str
    measure: str
    unit: str
    baseline: float | None
    target: float
    direction: str
    starts_at: datetime
    due_at: datetime
    owner_id: int
    every: str


@dataclass(frozen=True)
class SeriesTerms:
    """Who meets, what for, where, and under whose chair."""

    title: str
    purpose: str
    group: str
    chair_id: int
    place: str


@dataclass(frozen=True)
class RiskTerms:
    """What may go wrong, how much it weighs and what is done about it."""

    title: str
    consequence: str
    likelihood: int | None
    impact: int
    measure: str
    treat_by: datetime | None
    owner_id: int
    every: str
