"""A grade goes down only after its values stayed low long enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiying.core.grading.hold import GradeSample, hold_time, may_lower
from huiying.core.grading.levels import EventGrade

G1, G2, G3, G4 = EventGrade
START = datetime(2026, 11, 23, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.mark.parametrize(("grade", "hours"), [(G1, 24), (G2, 24), (G3, 12), (G4, 6)])
def test_the_wait_is_as_long_as_the_scheme_says(grade: EventGrade, hours: int) -> None:
    assert hold_time(grade) == timedelta(hours=hours)
    samples = [GradeSample(START, None)]
    assert not may_lower(grade, samples, at(hours - 0.01)).may_lower
    assert may_lower(grade, samples, at(hours)).may_lower


def test_without_samples_nothing_is_lowered() -> None:
    verdict = may_lower(G2, [], at(100))
    assert not verdict.may_lower and verdict.free_at is None


def test_one_value_at_the_level_starts_the_wait_anew() -> None:
    samples = [GradeSample(at(0), G3), GradeSample(at(20), G2), GradeSample(at(21), G3)]
    verdict = may_lower(G2, samples, at(30))
    assert not verdict.may_lower
    assert verdict.below_since == at(21) and verdict.free_at == at(45)


def test_a_graver_value_also_starts_it_anew_and_order_does_not_matter() -> None:
    samples = [GradeSample(at(21), G3), GradeSample(at(20), G1), GradeSample(at(0), G3)]
    assert may_lower(G2, samples, at(45)).may_lower
    assert not may_lower(G2, samples, at(44)).may_lower


def test_what_comes_later_is_not_known_yet() -> None:
    samples = [GradeSample(at(0), G3), GradeSample(at(30), G1)]
    assert may_lower(G2, samples, at(24)).may_lower
    assert not may_lower(G2, samples, at(30)).may_lower
