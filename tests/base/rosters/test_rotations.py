"""Rotations: whose turn it is, through holidays, clock changes, absences and swaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.base.accounts.models import RoleGrant
from huiying.base.audit.models import AuditEntry
from huiying.base.rosters.calendars import Days, count_days, is_made_up, is_working, matches
from huiying.base.rosters.checks import Fault, fatigue_of, faults_of, gaps_of, most_hours
from huiying.base.rosters.models import Override, Rotation
from huiying.base.rosters.rotation import Change, Duty, Pattern, Plan, duties_of, parse_slots, settle
from huiying.base.rosters.selectors import on_duty, person_for_role, roster_between
from huiying.base.rosters.services import (
    RotationTerms,
    override_add,
    override_withdraw,
    rotation_end,
    rotation_plan,
    rotation_save,
    shift_add,
)
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou

HOUR = timedelta(hours=1)
SLOTS = ["08-20/20-08", "00-08/08-16/16-00", "02:30-14:30/14:30-02:30", "03-03"]


def plan(slots: str = "08-20/20-08", people: tuple[int, ...] = (1, 2, 3), **values: Any) -> Plan:
    pattern = values.pop("pattern", Pattern.HOURS)
    given_values: dict[str, Any] = {"starts_on": date(2026, 1, 1), "ends_on": None, "zone": "Asia/Shanghai", **values}
    return Plan(1, "analyst", people, given_values.pop("deputies", ()), pattern, parse_slots(slots), **given_values)


def active(_person: int) -> bool:
    return True


@given(
    slots=st.sampled_from(SLOTS),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    start=st.integers(8 * 24, 420 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + hours * HOUR),
    pattern=st.sampled_from([Pattern.HOURS, Pattern.WEEKLY]),
)
def test_turns_that_cover_the_day_leave_no_moment_out_and_none_twice(slots: str, zone: str, start: datetime, pattern: Pattern) -> None:
    whole = plan("03-03" if pattern is Pattern.WEEKLY else slots, zone=zone, pattern=pattern)
    end = start + timedelta(days=9)
    duties = list(duties_of(whole, start, end))
    assert gaps_of([(duty.starts_at, duty.ends_at) for duty in duties], start, end) == []
    assert all(first.ends_at == second.starts_at for first, second in pairwise(duties))
    assert all(first.person != second.person for first, second in pairwise(duties))


def test_the_night_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    berlin, zone = plan(zone="Europe/Berlin"), ZoneInfo("Europe/Berlin")
    for day, hours in ((date(2026, 3, 28), 11), (date(2026, 10, 24), 13), (date(2026, 11, 24), 12)):
        evening = datetime.combine(day, time(20), zone)
        (night,) = [duty for duty in duties_of(berlin, evening, evening + HOUR) if duty.starts_at == evening]
        assert night.ends_at - night.starts_at == hours * HOUR
        assert night.ends_at.astimezone(zone).time() == time(8)


def test_a_turn_of_a_week_changes_at_its_hand_over() -> None:
    weekly = plan("08-08", (7, 8), pattern=Pattern.WEEKLY, starts_on=date(2026, 11, 2))
    zone = ZoneInfo("Asia/Shanghai")
    asked = [datetime(2026, 11, day, hour, tzinfo=zone) for day, hour in ((2, 8), (9, 7), (9, 8), (16, 9), (1, 12))]
    assert [[duty.person for duty in duties_of(weekly, at, at + HOUR / 60)] for at in asked] == [[7], [7], [8], [7], []]


def test_working_days_know_public_holidays_and_the_days_worked_for_them() -> None:
    assert not is_working(date(2026, 10, 1)) and is_made_up(date(2026, 10, 10)) and not is_working(date(2026, 10, 11))
    zone = ZoneInfo("Asia/Shanghai")
    working, off = (plan("08-18", days=days) for days in (Days.WORKING, Days.OFF))
    for day in (date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 11), date(2027, 1, 2)):
        noon = datetime.combine(day, time(12), zone)
        on = [bool(list(duties_of(each, noon, noon + HOUR))) for each in (working, off)]
        assert on == [is_working(day), not is_working(day)]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.sampled_from(list(Days)))
def test_days_are_counted_as_they_match(first: date, length: int, days: Days) -> None:
    expected = sum(matches(first + timedelta(days=number), days) for number in range(length))
    assert count_days(first, first + timedelta(days=length), days) == expected


def test_the_deputy_is_whoever_comes_next_or_who_is_named() -> None:
    start = datetime(2026, 11, 24, 1, tzinfo=UTC)
    (duty,) = duties_of(plan(), start, start + HOUR)
    (named,) = duties_of(plan(deputies=(9,)), start, start + HOUR)
    (alone,) = duties_of(plan(people=(1,)), start, start + HOUR)
    assert duty.person is not None and duty.deputy == duty.person % 3 + 1
    assert (named.deputy, alone.deputy) == (9, None)


@pytest.mark.parametrize("text", ["", "8", "20-08/08-20-1", "25-03", "08-20/19-08", "08-08:30", "08:61-20", "08-20/20-09", "a-b"])
def test_shifts_that_make_no_day_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_slots(text)


START = datetime(2026, 11, 24, 0, tzinfo=UTC)


def duty(person: int = 1, deputy: int | None = 2, start: int = 0, hours: int = 12, **values: Any) -> Duty:
    return Duty("analyst", person, deputy, START + start * HOUR, START + (start + hours) * HOUR, "rotation:1:0", **values)


def away(person: int, start: int, end: int, substitute: int | None = None, role: str = "") -> Change:
    return Change(person, role, substitute, START + start * HOUR, START + end * HOUR, "ill")


def pieces(duties: list[Duty]) -> list[tuple[float, float, int | None, int | None]]:
    return [((each.starts_at - START) / HOUR, (each.ends_at - START) / HOUR, each.person, each.deputy) for each in duties]


def test_an_absence_cuts_the_shift_and_the_deputy_steps_up() -> None:
    settled = settle([duty()], [away(1, 3, 6)], active)
    assert pieces(settled) == [(0, 3, 1, 2), (3, 6, 2, None), (6, 12, 1, 2)]
    assert settled[1].instead_of == 1 and settled[1].reason == "ill"


def test_a_substitute_comes_before_the_deputy_and_only_in_that_role() -> None:
    assert pieces(settle([duty()], [away(1, 0, 12, substitute=5)], active)) == [(0, 12, 5, 2)]
    assert pieces(settle([duty()], [away(1, 0, 12, substitute=5, role="commander")], active)) == [(0, 12, 1, 2)]


def test_whoever_stands_in_may_be_away_too_and_then_nobody_is_left() -> None:
    changes = [away(1, 0, 12, substitute=5), away(5, 4, 8), away(2, 6, 8)]
    assert pieces(settle([duty()], changes, active)) == [(0, 4, 5, 2), (4, 6, 2, None), (6, 8, None, None), (8, 12, 5, 2)]


def test_somebody_who_left_is_never_on() -> None:
    assert pieces(settle([duty()], [], lambda person: person != 1)) == [(0, 12, 2, None)]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 12), st.integers(1, 12), st.none() | st.integers(1, 4)), max_size=5))
def test_overrides_never_lose_or_double_a_moment_and_nobody_away_is_on(given_changes: list[tuple[int, int, int, int | None]]) -> None:
    changes = [
        away(person, start, start + length, substitute) for person, start, length, substitute in given_changes if substitute != person
    ]
    settled = sorted(settle([duty()], changes, active), key=lambda each: each.starts_at)
    assert settled[0].starts_at == START and settled[-1].ends_at == START + 12 * HOUR
    assert all(first.ends_at == second.starts_at for first, second in pairwise(settled))
    for each in settled:
        assert not any(change.concerns(each.person, each, each.starts_at) for change in changes)


def test_holes_and_conflicts_are_named() -> None:
    faults = faults_of([duty(hours=6), duty(start=5, hours=2), duty(start=8, hours=40)], {"analyst": START}, START, START + 60 * HOUR)
    found = [(fault.kind, (fault.starts_at - START) / HOUR, (fault.ends_at - START) / HOUR) for fault in faults]
    assert found == [(Fault.TWICE, 5, 6), (Fault.GAP, 7, 8), (Fault.LONG, 8, 48), (Fault.GAP, 48, 60)]
    (nobody,) = faults_of(settle([duty(deputy=None)], [away(1, 2, 3)], active), {}, START, START + 12 * HOUR)
    assert (nobody.kind, nobody.person) == (Fault.NOBODY, 1)


def test_tired_people_are_counted_in_any_window_and_stand_by_is_not() -> None:
    (tired,) = fatigue_of([duty(hours=10), duty(start=14, hours=10), Duty("writer", 1, None, START, START + HOUR, "shift:1")])
    assert (tired.day_hours, tired.week_hours, tired.is_high) == (20, 20, True)
    assert fatigue_of([duty(is_standby=True)]) == []
    spans = [(START, START + 8 * HOUR), (START + 20 * HOUR, START + 32 * HOUR)]
    assert most_hours(spans, timedelta(hours=24)) == 12


# --- in the database


@pytest.fixture
def pair(cast: Any) -> Any:
    """Let the evaluator be an analyst too."""
    RoleGrant.objects.create(person=cast.evaluator, role="analyst")
    return cast


def terms(cast: Any, **values: Any) -> RotationTerms:
    given_values: dict[str, Any] = {
        "name": "", "role": "analyst", "pattern": "hours", "slots": "08-20/20-08", "starts_on": date(2026, 11, 20),
        "people": [cast.analyst.pk, cast.evaluator.pk], "zone": "Asia/Shanghai",
    }  # fmt: skip
    return RotationTerms(**{**given_values, **values})


def save(cast: Any, now: datetime, **values: Any) -> Rotation:
    follows = values.pop("follows", None)
    return rotation_save(actor=cast.actor("commander"), now=now, terms=terms(cast, **values), follows=follows)


@pytest.mark.django_db
def test_rotations_shifts_and_overrides_give_one_answer_in_one_query(pair: Any, now: datetime, django_assert_num_queries: Any) -> None:
    save(pair, now)
    with django_assert_num_queries(1):
        assert on_duty(now) == [("analyst", pair.evaluator.pk, "Evaluator")]
    assert person_for_role("analyst", now + 12 * HOUR) == pair.analyst.pk
    shift_add(actor=pair.actor("admin"), now=now, person_id=pair.analyst.pk, role="analyst", starts_at=now, ends_at=now + HOUR)
    assert [entry.name for entry in on_duty(now)] == ["Analyst", "Evaluator"]
    common: dict[str, Any] = {"actor": pair.actor("commander"), "now": now, "starts_at": now - HOUR, "ends_at": now + HOUR}
    override_add(person_id=pair.evaluator.pk, reason="Dentist", **common)
    assert {entry.name for entry in on_duty(now)} == {"Analyst"}
    pair.analyst.is_active = False
    pair.analyst.save()
    assert on_duty(now) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"people": []}, "at least one person"),
        ({"slots": "08-20/19-08"}, "08-20/19-08"),
        ({"pattern": "daily", "slots": "08-20"}, "one hand-over time"),
        ({"zone": "Mars/Base"}, "Mars/Base"),
        ({"role": "king"}, "king"),
        ({"pattern": "weekly", "slots": "08:00", "days": "working"}, "every day"),
        ({"pattern": "monthly"}, "not known"),
    ],
)
def test_a_rotation_that_cannot_work_is_refused_with_the_value(pair: Any, now: datetime, values: dict[str, Any], words: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(BadInput, match=words):
        save(pair, now, **values)
    assert not Rotation.objects.exists()


@pytest.mark.django_db
def test_only_holders_of_the_role_take_turns_and_only_managers_write(pair: Any, now: datetime) -> None:
    with pytest.raises(BadInput, match="Writer"):
        save(pair, now, people=[pair.analyst.pk, pair.writer.pk])
    with pytest.raises(NotYou):
        rotation_save(actor=pair.actor("analyst"), now=now, terms=terms(pair))
    assert rotation_plan(terms(pair, pattern="weekly", slots="08:00")).pattern is Pattern.WEEKLY


@pytest.mark.django_db
def test_another_order_follows_and_the_past_stays(pair: Any, now: datetime) -> None:
    old = save(pair, now)
    before = roster_between(now - timedelta(days=3), now).duties
    save(pair, now, people=[pair.analyst.pk], starts_on=date(2026, 11, 26), follows=old.pk)
    assert roster_between(now - timedelta(days=3), now).duties == before
    later = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert {duty.person for duty in roster_between(later, later + timedelta(days=3)).duties} == {pair.analyst.pk}
    assert roster_between(now, now + timedelta(days=9)).gapless.keys() == {"analyst"}
    with pytest.raises(NotNow):
        rotation_end(actor=pair.actor("commander"), now=now, rotation_id=old.pk, last_day=date(2026, 12, 1))
    assert AuditEntry.objects.filter(verb="rotation.save").count() == 2


@pytest.mark.django_db
def test_overrides_say_who_and_why_and_do_not_rewrite_what_was(pair: Any, now: datetime) -> None:
    save(pair, now)
    common: dict[str, Any] = {"actor": pair.actor("commander"), "now": now, "person_id": pair.evaluator.pk}
    for wrong in (
        {"starts_at": now, "ends_at": now, "reason": "x"},
        {"starts_at": now - 9 * HOUR, "ends_at": now - HOUR, "reason": "x"},
        {"starts_at": now, "ends_at": now + HOUR, "reason": " "},
        {"starts_at": now, "ends_at": now + HOUR, "reason": "x", "substitute_id": pair.evaluator.pk},
        {"starts_at": now, "ends_at": now + HOUR, "reason": "x", "substitute_id": pair.writer.pk, "role": "analyst"},
    ):
        with pytest.raises(BadInput):
            override_add(**common, **wrong)  # type: ignore[arg-type]  # a mixed table
    override = override_add(**common, starts_at=now, ends_at=now + 9 * HOUR, reason="Fever", substitute_id=pair.analyst.pk)
    assert override.made_by_id == pair.commander.pk
    (first,) = roster_between(now, now + HOUR).duties
    assert (first.person, first.instead_of, first.reason) == (pair.analyst.pk, pair.evaluator.pk, "Fever")
    override_withdraw(actor=pair.actor("commander"), now=now + 2 * HOUR, override_id=override.pk)
    assert Override.objects.get().ends_at == now + 2 * HOUR
    assert [duty.person for duty in roster_between(now, now + 4 * HOUR).duties] == [pair.analyst.pk, pair.evaluator.pk]
    with pytest.raises(NotThere):
        override_withdraw(actor=pair.actor("commander"), now=now, override_id=404)
