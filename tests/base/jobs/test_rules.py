from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiying.base.jobs import registry
from huiying.base.jobs.rules import LONGEST_BACK_OFF, MOVES, JobState, back_off, slot_of

WANTED = {("waiting", "done"), ("waiting", "dead"), ("dead", "waiting")}


@pytest.mark.parametrize("old", list(JobState))
@pytest.mark.parametrize("new", list(JobState))
def test_only_the_listed_moves_are_allowed(old: JobState, new: JobState) -> None:
    assert (new in MOVES[old]) == ((old.value, new.value) in WANTED)


def test_back_off_doubles_and_is_capped() -> None:
    waits = [back_off(n).total_seconds() for n in (1, 2, 3, 4)]
    assert waits == [5, 10, 20, 40]
    assert back_off(10_000) == LONGEST_BACK_OFF


def test_moments_of_one_period_share_a_slot() -> None:
    start = datetime(2026, 11, 23, 18, 40, tzinfo=UTC)
    assert slot_of(60, start) == slot_of(60, start + timedelta(seconds=59))
    assert slot_of(60, start) + 1 == slot_of(60, start + timedelta(seconds=60))


def test_one_name_belongs_to_one_function() -> None:
    def first(now: datetime) -> bool:
        return False

    def second(now: datetime) -> bool:
        return False

    try:
        registry.pump("test.taken")(first)
        with pytest.raises(registry.NameTaken, match=r"test\.taken"):
            registry.pump("test.taken")(second)
    finally:
        registry._pumps.pop("test.taken")
        registry._origins.pop("test.taken")


def test_unknown_job_names_what_to_do() -> None:
    with pytest.raises(registry.UnknownJob, match=r"jobs\.py"):
        registry.handler("nobody.knows")
