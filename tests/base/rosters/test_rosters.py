"""Who is on, and whom to call."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.services import group_set
from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.clocks.rules import ClockRule
from huiying.base.clocks.services import clock_start, clocks_sweep
from huiying.base.notify.selectors import messages_of
from huiying.base.rosters.models import Shift
from huiying.base.rosters.rules import shift_fault, week_of
from huiying.base.rosters.selectors import on_duty, people_to_alarm, person_for_role, shifts_between
from huiying.base.rosters.services import shift_add, shift_remove
from huiying.base.tasks.services import task_create, tasks_sweep
from huiying.base.ui.errors import BadInput, NotThere, NotYou

EIGHT = timedelta(hours=8)


def add(cast: Any, now: datetime, who: str = "analyst", role: str = "", actor: str = "commander", hours: int = 8) -> Shift:
    return shift_add(
        actor=cast.actor(actor),
        now=now,
        person_id=getattr(cast, who).pk,
        role=role or who,
        starts_at=now,
        ends_at=now + timedelta(hours=hours),
    )


@pytest.mark.django_db
def test_a_shift_puts_somebody_on_duty_from_its_first_to_before_its_last_moment(now: datetime, cast: Any) -> None:
    add(cast, now)
    assert on_duty(now - timedelta(seconds=1)) == []
    assert on_duty(now) == [("analyst", cast.analyst.pk, "Analyst")]
    assert on_duty(now + EIGHT) == []


@pytest.mark.django_db
def test_shifts_of_one_role_do_not_overlap_but_may_touch(now: datetime, cast: Any) -> None:
    add(cast, now)
    with pytest.raises(BadInput):
        add(cast, now + timedelta(hours=7))
    add(cast, now + EIGHT)
    assert Shift.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [0, -2, 37])
def test_impossible_spans_are_refused(now: datetime, cast: Any, hours: int) -> None:
    with pytest.raises(BadInput):
        add(cast, now, hours=hours)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["commander", "nonsense"])
def test_a_role_not_held_is_refused(now: datetime, cast: Any, role: str) -> None:
    with pytest.raises(BadInput):
        add(cast, now, role=role)


@pytest.mark.django_db
def test_an_unknown_person_is_not_there(now: datetime, cast: Any) -> None:
    with pytest.raises(NotThere):
        shift_add(actor=cast.actor("admin"), now=now, person_id=99999, role="analyst", starts_at=now, ends_at=now + EIGHT)


@pytest.mark.django_db
def test_only_who_manages_the_roster_writes_it(now: datetime, cast: Any) -> None:
    with pytest.raises(NotYou):
        add(cast, now, actor="analyst")
    shift = add(cast, now)
    with pytest.raises(NotYou):
        shift_remove(actor=cast.actor("analyst"), now=now, shift_id=shift.pk)


@pytest.mark.django_db
def test_a_removed_shift_stays_in_the_log(now: datetime, cast: Any) -> None:
    shift_remove(actor=cast.actor("admin"), now=now, shift_id=add(cast, now).pk)
    assert not Shift.objects.exists()
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["shift.add", "shift.remove"]
    with pytest.raises(NotThere):
        shift_remove(actor=cast.actor("admin"), now=now, shift_id=1)


def second_analyst(name: str = "Analyst two") -> Any:
    from huiying.base.accounts.rules import Role
    from huiying.base.accounts.services import person_create

    moment = datetime.fromisoformat("2026-11-23T00:00:00+00:00")
    return person_create(actor=SYSTEM, now=moment, username=name.replace(" ", "-").lower(), display_name=name, roles=[Role.ANALYST])


@pytest.mark.django_db
def test_the_roster_comes_first(now: datetime, cast: Any) -> None:
    other = second_analyst()
    group_set(actor=SYSTEM, now=now, kind=GroupKind.INFORMATION, head=cast.analyst, deputy=None, members=[])
    shift_add(actor=SYSTEM, now=now, person_id=other.pk, role="analyst", starts_at=now, ends_at=now + EIGHT)
    assert person_for_role("analyst", now) == other.pk


@pytest.mark.django_db
def test_then_the_head_of_the_group_and_then_the_deputy(now: datetime, cast: Any) -> None:
    other = second_analyst()
    group_set(actor=SYSTEM, now=now, kind=GroupKind.INFORMATION, head=other, deputy=cast.analyst, members=[])
    assert person_for_role("analyst", now) == other.pk
    group_set(actor=SYSTEM, now=now, kind=GroupKind.INFORMATION, head=cast.writer, deputy=other, members=[])
    assert person_for_role("analyst", now) == other.pk


@pytest.mark.django_db
def test_then_anybody_with_the_role_and_else_nobody(now: datetime, cast: Any) -> None:
    assert person_for_role("analyst", now) == cast.analyst.pk
    assert person_for_role("logistics", now) is None
    assert person_for_role("nonsense", now) is None


@pytest.mark.django_db
def test_somebody_who_left_is_never_called(now: datetime, cast: Any) -> None:
    add(cast, now)
    cast.analyst.is_active = False
    cast.analyst.save()
    assert on_duty(now) == []
    assert person_for_role("analyst", now) is None


@pytest.mark.django_db
def test_alarms_reach_each_person_once(now: datetime, cast: Any) -> None:
    add(cast, now)
    assert people_to_alarm(("commander", "analyst"), now) == [cast.commander.pk, cast.analyst.pk]


@pytest.mark.django_db
def test_a_missed_clock_reaches_command_and_analysis(now: datetime, cast: Any) -> None:
    rule = ClockRule("hold", {"en": "Holding statement", "zh-Hans": "首发简讯"}, 1800, 900, "R101")
    clock_start(actor=SYSTEM, now=now, subject=("matter", 1), rule=rule, started_at=now, start_evidence="x", exercise=True)
    clocks_sweep(now=now + timedelta(minutes=16))
    clocks_sweep(now=now + timedelta(minutes=31))
    texts = [message.text for message in messages_of(cast.commander.pk)]
    assert sorted(texts) == ["Deadline missed: Holding statement", "Deadline near: Holding statement"]
    assert all(message.exercise for message in messages_of(cast.analyst.pk))
    assert messages_of(cast.analyst.pk).count() == 2
    assert messages_of(cast.writer.pk).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("owner", "role", "told"), [("writer", None, "writer"), (None, "checker_of_pumps", "commander"), (None, "fact_checker", "checker")]
)
def test_an_overdue_task_reaches_whoever_must_act(now: datetime, cast: Any, owner: str | None, role: str | None, told: str) -> None:
    owner_id = getattr(cast, owner).pk if owner else None
    task_create(
        actor=SYSTEM,
        now=now,
        subject=("matter", 1),
        title="Sample",
        owner_id=owner_id,
        owner_role=role,
        due_at=now,
        source="plan:x",
        exercise=False,
    )
    tasks_sweep(now=now + timedelta(minutes=1))
    assert [message.text for message in messages_of(getattr(cast, told).pk) if "overdue" in message.text] == ["Task overdue: Sample"]


@pytest.mark.django_db
def test_a_span_finds_what_touches_it(now: datetime, cast: Any) -> None:
    shift = add(cast, now)
    assert shifts_between(now + timedelta(hours=7), now + timedelta(hours=20)) == [shift]
    assert shifts_between(now + EIGHT, now + timedelta(hours=20)) == []


def test_a_week_begins_on_monday() -> None:
    week = week_of(date(2026, 11, 29))
    assert (week[0], week[6]) == (date(2026, 11, 23), date(2026, 11, 29))


def test_what_is_wrong_with_a_span(now: datetime) -> None:
    assert shift_fault(now, now) == "order"
    assert shift_fault(now, now + timedelta(hours=37)) == "length"
    assert shift_fault(now, now + EIGHT) is None
