"""Periodic duties open a clock each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.models import Cadence, Clock
from huiying.base.clocks.rules import SHORTEST_SECONDS, ClockState, Every, occurrence
from huiying.base.clocks.services import clocks_sweep
from huiying.base.clocks.services.cadences import CATCH_UP_LIMIT, cadence_create, cadence_end, cadences_sweep
from huiying.base.ui.errors import BadInput, NotNow


def weekly(now: datetime, **changes: object) -> Cadence:
    arguments: dict[str, object] = {
        "actor": SYSTEM,
        "now": now,
        "subject": ("plan", 1),
        "key": "meeting",
        "label": {"en": "Weekly meeting", "zh-Hans": "每周例会"},
        "every": Every.WEEKLY,
        "starts_at": now,
        "seconds": 86400,
        **changes,
    }
    return cadence_create(**arguments)  # type: ignore[arg-type]  # built from a dict on purpose


@pytest.mark.django_db
def test_nothing_opens_before_its_time(now: datetime) -> None:
    weekly(now, starts_at=now + timedelta(hours=1))
    assert cadences_sweep(now=now) == 0


@pytest.mark.django_db
def test_each_period_opens_one_clock(now: datetime) -> None:
    weekly(now)
    assert cadences_sweep(now=now) == 1
    assert cadences_sweep(now=now) == 0
    assert cadences_sweep(now=now + timedelta(days=7)) == 1
    assert [clock.started_at for clock in Clock.objects.order_by("started_at")] == [now, now + timedelta(days=7)]


@pytest.mark.django_db
def test_periods_missed_in_a_pause_are_opened_and_marked_missed(now: datetime) -> None:
    weekly(now)
    cadences_sweep(now=now + timedelta(days=22))
    states = list(Clock.objects.order_by("started_at").values_list("state", flat=True))
    assert states == [ClockState.MISSED, ClockState.MISSED, ClockState.MISSED, ClockState.RUNNING]


@pytest.mark.django_db
def test_a_very_long_pause_is_caught_up_in_several_sweeps(now: datetime) -> None:
    weekly(now, every=Every.DAILY, seconds=3600)
    later = now + timedelta(days=CATCH_UP_LIMIT + 9)
    assert cadences_sweep(now=later) == CATCH_UP_LIMIT
    assert cadences_sweep(now=later) == 10


@pytest.mark.django_db
def test_a_cadence_ends_by_itself(now: datetime) -> None:
    cadence = weekly(now, ends_at=now + timedelta(days=8))
    cadences_sweep(now=now + timedelta(days=30))
    cadence.refresh_from_db()
    assert cadence.next_at is None
    assert Clock.objects.count() == 2


@pytest.mark.django_db
def test_a_cadence_is_ended_by_hand_and_its_clocks_stay(now: datetime) -> None:
    cadence = weekly(now)
    cadences_sweep(now=now)
    cadence_end(actor=SYSTEM, now=now, cadence_id=cadence.pk)
    assert cadences_sweep(now=now + timedelta(days=70)) == 0
    assert Clock.objects.count() == 1
    with pytest.raises(NotNow):
        cadence_end(actor=SYSTEM, now=now, cadence_id=cadence.pk)


@pytest.mark.django_db
def test_the_same_cadence_cannot_run_twice(now: datetime) -> None:
    weekly(now)
    with pytest.raises(NotNow):
        weekly(now)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [0, -1, SHORTEST_SECONDS[Every.WEEKLY]])
def test_the_time_given_must_fit_into_the_period(now: datetime, seconds: int) -> None:
    with pytest.raises(BadInput):
        weekly(now, seconds=seconds)


@pytest.mark.django_db
def test_exercise_cadences_open_exercise_clocks(now: datetime) -> None:
    weekly(now, exercise=True)
    cadences_sweep(now=now)
    assert Clock.objects.get().exercise


@pytest.mark.django_db
def test_a_stale_copy_of_a_cadence_opens_nothing_twice(now: datetime) -> None:
    from huiying.base.clocks.services.cadences import _open

    cadence = weekly(now)
    stale = Cadence.objects.get(pk=cadence.pk)
    assert _open(cadence, now) == 1
    assert _open(stale, now) == 0
    clocks_sweep(now=now)
    assert Clock.objects.count() == 1


def test_month_ends_do_not_drift() -> None:
    start = datetime(2026, 1, 31, 9, tzinfo=UTC)
    days = [occurrence(start, Every.MONTHLY, number).day for number in range(5)]
    assert days == [31, 28, 31, 30, 31]


@pytest.mark.parametrize("every", list(Every))
def test_occurrences_rise_and_keep_at_least_the_shortest_length(every: Every) -> None:
    start = datetime(2026, 11, 30, 9, tzinfo=UTC)
    times = [occurrence(start, every, number) for number in range(40)]
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    assert min(gaps) >= SHORTEST_SECONDS[every]
