"""Chains and what they reach, without a database: faults, hours, loops, and the look ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.base.escalation.reach import (
    Block,
    Outcome,
    Reason,
    Status,
    Why,
    World,
    always,
    breaks_of,
    decide,
    people_of,
    rehearse,
    simulate,
)
from huiying.base.escalation.rules import (
    Chain,
    Fault,
    Outside,
    Place,
    Step,
    after,
    chain_faults,
    levels,
    loop_of,
    opens_at,
    step_of,
    whole,
)
from huiying.base.escalation.selectors import default_chains
from huiying.base.rosters.calendars import Days
from huiying.base.rosters.rotation import Duty, Pattern, Plan, duties_of, parse_slots

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""


def duty(person: int = 1, deputy: int | None = None, role: str = "analyst", start: int = -12, hours: int = 240) -> Duty:
    return Duty(role, person, deputy, NOON + start * HOUR, NOON + (start + hours) * HOUR, "rotation:1:0")


def world(*duties: Duty, can_hear: Callable[[int, datetime], bool] = always, **values: Any) -> World:
    given_values: dict[str, Any] = {"stand_ins": {}, "groups": {}, "active": frozenset(range(1, 9)), "zone": "Asia/Shanghai", **values}
    return World(duties, can_hear=can_hear, **given_values)


def chain(*steps: Step, level: str = "RED", **values: Any) -> Chain:
    return Chain("warning", level, steps, **values)


ANALYST = Step("role:analyst")


# --- what is unfit


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (Step("role:king"), Fault.TARGET),
        (Step("person:Wang"), Fault.TARGET),
        (Step("nobody"), Fault.TARGET),
        (Step("group:choir"), Fault.TARGET),
        (replace(ANALYST, hours="7 to 10"), Fault.HOURS),
        (replace(ANALYST, hours="07-12/13-22"), Fault.HOURS),
        (replace(ANALYST, wait=-1), Fault.WAIT),
        (replace(ANALYST, wait=1441), Fault.WAIT),
        (replace(ANALYST, repeat=3), Fault.REPEAT),
        (replace(ANALYST, repeat=21, every=1), Fault.REPEAT),
        (replace(ANALYST, ways=("pigeon",)), Fault.WAYS),
    ],
)
def test_an_unfit_step_is_named_with_its_number_and_value(step: Step, fault: Fault) -> None:
    (found,) = chain_faults(chain(ANALYST, step), {})
    assert (found.kind, found.step) == (fault, 2) and found.value is not None


def test_empty_chains_loops_and_chains_without_a_human_are_unfit() -> None:
    assert [each.kind for each in chain_faults(chain(), {})] == [Fault.EMPTY]
    assert [each.kind for each in chain_faults(chain(Step("channel:")), {})] == [Fault.NO_HUMAN]
    assert [each.kind for each in chain_faults(chain(ANALYST, hands_to="BLUE"), {})] == [Fault.NO_CHAIN]
    itself = chain(ANALYST, hands_to="RED")
    assert [each.value for each in chain_faults(itself, {"RED": itself})] == ["RED → RED"]
    red, blue = chain(ANALYST, hands_to="BLUE"), chain(ANALYST, level="BLUE", hands_to="RED")
    assert [(each.kind, each.value) for each in chain_faults(red, {"RED": red, "BLUE": blue})] == [(Fault.LOOP, "RED → BLUE → RED")]


@given(st.lists(st.sampled_from(["", *levels()]), min_size=4, max_size=4))
def test_any_hand_overs_end_and_every_loop_is_seen(hands_to: list[str]) -> None:
    known = {level: chain(ANALYST, level=level, hands_to=to) for level, to in zip(levels(), hands_to, strict=True)}
    for level in levels():
        steps = whole(known[level], known)
        assert 1 <= len(steps) <= 4
        assert len(rehearse(steps, world(duty()), NOON, 15)) == len(steps)
        at, seen = level, set()
        while at and at not in seen:
            seen.add(at)
            at = known[at].hands_to
        assert bool(loop_of(known[level], known)) == bool(at)


def test_the_chains_that_come_with_the_program_are_fit() -> None:
    known = {level: found for (_kind, level), found in default_chains().items()}
    assert set(known) == set(levels())
    assert all(chain_faults(each, known) == [] for each in known.values())
    assert all(step_of(step.as_dict()) == step for each in known.values() for step in whole(each, known))


def test_a_stored_step_with_a_slip_is_refused() -> None:
    with pytest.raises(ValueError, match="whom"):
        step_of({"to": "role:analyst", "whom": "x"})


# --- hours and time


@given(
    st.sampled_from(["07-22", "22-07", "02:30-03:30", "00-23", "08-08"]),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
    st.integers(0, 366 * 24 * 4).map(lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + quarters * HOUR / 4),
)
def test_hours_open_within_a_day_and_a_moment_within_them_is_now(hours: str, zone: str, at: datetime) -> None:
    opening = opens_at(hours, zone, at)
    assert at <= opening <= at + 25 * HOUR
    assert opens_at(hours, zone, opening) <= opening + HOUR


def test_quiet_hours_end_by_the_wall_clock_also_on_the_day_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        night = datetime(day.year, day.month, day.day, 1, tzinfo=berlin)
        assert opens_at("07-22", "Europe/Berlin", night).astimezone(berlin) == datetime(day.year, day.month, day.day, 7, tzinfo=berlin)


def test_a_step_repeats_and_then_the_next_one_waits() -> None:
    steps = (Step("role:analyst", repeat=2, every=5), Step("role:commander", wait=7))
    places = [Place(0, 0, NOON)]
    while places[-1].step < 2:
        places.append(after(steps, places[-1], places[-1].due_at, 15))
    assert [(each.step, each.turn, (each.due_at - NOON) // timedelta(minutes=1)) for each in places] == [
        (0, 0, 0), (0, 1, 5), (1, 0, 12), (2, 0, 27),
    ]  # fmt: skip
    assert after(steps, places[0], NOON, 15, heard=False) == Place(1, 0, NOON)


# --- whom a step reaches


def test_whom_a_step_tells_and_why() -> None:
    known = world(
        duty(1, 2), duty(3, role="commander"), groups={"command_group": (4, 5, (5, 6, 99))}, stand_ins={"writer": 7, "analyst": 7}
    )
    found = {to: [(told.person, told.why) for told in people_of(Step(to), known, NOON)] for to in (
        "role:analyst", "role:writer", "deputy:analyst", "deputy:commander", "head:command_group", "group:command_group", "person:8",
        "person:99", "channel:", "head:leading_group",
    )}  # fmt: skip
    assert found == {
        "role:analyst": [(1, Why.ON_SHIFT)], "role:writer": [(7, Why.STAND_IN)],
        "deputy:analyst": [(2, Why.DEPUTY)], "deputy:commander": [],
        "head:command_group": [(4, Why.HEAD), (5, Why.HEAD)],
        "group:command_group": [(4, Why.HEAD), (5, Why.HEAD), (6, Why.MEMBER)],
        "person:8": [(8, Why.NAMED)], "person:99": [], "channel:": [], "head:leading_group": [],
    }  # fmt: skip


def test_quiet_hours_wait_unless_somebody_is_on_shift() -> None:
    night = NOON + 12 * HOUR
    blue = Step("role:analyst", hours="07-22", outside=Outside.ON_SHIFT)
    assert [told.person for told in decide(blue, world(duty()), night).told] == [1]
    waiting = decide(blue, world(stand_ins={"analyst": 7}), night)
    assert waiting.told == () and waiting.wait_until == NOON + 19 * HOUR
    assert decide(replace(blue, outside=Outside.SKIP), world(duty()), night).told == ()
    assert decide(replace(blue, outside=Outside.WAIT), world(duty()), night).wait_until == NOON + 19 * HOUR
    assert [told.person for told in decide(blue, world(stand_ins={"analyst": 7}), NOON).told] == [7]


# --- the look ahead


def test_somebody_on_shift_with_a_way_is_enough() -> None:
    assert simulate((ANALYST,), world(duty()), NOON, 15) == Outcome(Status.OK, 1, 0)
    late = (Step("role:writer"), Step("role:analyst", wait=10))
    assert simulate(late, world(duty()), NOON, 15) == Outcome(Status.OK, 1, 0)  # a step that finds nobody costs no time
    told = (Step("person:2"), Step("role:analyst", wait=10))
    assert simulate(told, world(duty()), NOON, 15) == Outcome(Status.OK, 1, 10)
    assert simulate(told, world(duty()), NOON, 9) == Outcome(Status.BROKEN, reasons=(Reason(Block.NOT_ON, "2"),))


def test_a_chain_that_breaks_says_why() -> None:
    steps = (ANALYST, Step("deputy:analyst"), Step("head:command_group"), Step("person:8"))
    deaf = world(stand_ins={"analyst": 7}, can_hear=lambda person, _at: person != 7, active=frozenset({7}))
    assert simulate(steps, deaf, NOON, 15).reasons == (
        Reason(Block.NOBODY_ON, "analyst"),
        Reason(Block.NO_WAY, "7"),
        Reason(Block.NO_DEPUTY, "analyst"),
        Reason(Block.NOBODY_IN, "command_group"),
        Reason(Block.INACTIVE, "8"),
    )
    assert simulate((), deaf, NOON, 15).reasons == (Reason(Block.EMPTY),)
    assert simulate((replace(ANALYST, wait=30),), world(duty()), NOON, 15).reasons == (Reason(Block.LATE, "1"),)


def test_quiet_hours_are_quiet_only_when_the_morning_reaches_somebody() -> None:
    night, blue = NOON + 12 * HOUR, (Step("role:analyst", hours="07-22", outside=Outside.ON_SHIFT),)
    morning = duty(1, start=18, hours=12)
    assert simulate(blue, world(morning, stand_ins={"analyst": 7}), night, 15) == Outcome(Status.QUIET, 1, 0)
    assert simulate(blue, world(stand_ins={"analyst": 7}), night, 15).status is Status.BROKEN


@given(
    zone=st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/New_York"]),
    start=st.integers(0, 360 * 24).map(lambda hours: datetime(2026, 1, 10, tzinfo=UTC) + hours * HOUR),
    level=st.sampled_from(levels()),
)
def test_a_round_the_clock_roster_is_covered_at_every_hour_also_when_the_clocks_change(zone: str, start: datetime, level: str) -> None:
    turns = Plan(1, "analyst", (1, 2, 3), (), Pattern.HOURS, parse_slots("08-20/20-08"), date(2026, 1, 1), None, zone)
    known = {each: found for (_kind, each), found in default_chains().items()}
    steps = whole(known[level], known)
    people = world(*duties_of(turns, start, start + 30 * HOUR), zone=zone)
    outcomes = [(start + number * HOUR, simulate(steps, people, start + number * HOUR, 15)) for number in range(26)]
    assert breaks_of({level: outcomes}) == []


@given(
    st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 12), st.integers(1, 4), st.none() | st.integers(1, 4)), max_size=6),
    st.sets(st.integers(1, 4)),
    st.sampled_from(levels()),
    st.integers(0, 24),
)
def test_what_is_promised_happens(shifts: list[tuple[int, int, int, int | None]], deaf: set[int], level: str, hour: int) -> None:
    """Whoever the look ahead names is told by the run, in time; where it names nobody, the run tells nobody who is on and can hear."""
    known = {each: found for (_kind, each), found in default_chains().items()}
    steps = whole(known[level], known)
    duties = [duty(person, deputy, start=start, hours=hours) for start, hours, person, deputy in shifts]
    people = world(
        *duties, can_hear=lambda person, _at: person not in deaf, groups={"command_group": (4, None, ()), "information_group": (3, 2, ())}
    )
    at = NOON + hour * HOUR
    outcome = simulate(steps, people, at, 15)
    happened = [
        (each.at, told.person)
        for each in rehearse(steps, people, at, 15)
        for told in each.told
        if told.person in people.on_at(each.at) and told.person not in deaf
    ]
    in_time = [person for moment, person in happened if moment <= at + timedelta(minutes=15)]
    if outcome.status is Status.OK:
        assert outcome.person in in_time
    elif outcome.status is Status.BROKEN:
        assert in_time == []
    else:
        assert outcome.person in [person for _moment, person in happened]


def test_a_holiday_leaves_an_office_roster_uncovered() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    office = Plan(1, "analyst", (1,), (), Pattern.HOURS, parse_slots("08-18"), date(2026, 9, 1), None, "Asia/Shanghai", Days.WORKING)
    start = datetime(2026, 9, 30, 0, tzinfo=zone)
    people = world(*duties_of(office, start, start + timedelta(days=12)))
    hours = [(start + number * HOUR, simulate((ANALYST,), people, start + number * HOUR, 15)) for number in range(11 * 24)]
    covered = {at.date().day for at, outcome in hours if outcome.status is Status.OK}
    assert covered == {30, 8, 9, 10}  # the 10th is a Saturday worked for the holiday
    first = breaks_of({"RED": hours})[0]
    assert (first.starts_at, first.ends_at, first.reasons) == (start, start + 8 * HOUR, (Reason(Block.NOBODY_ON, "analyst"),))
