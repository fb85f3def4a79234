"""Rows of many tables read in one query are the very rows that each table alone would give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from huiying.base.accounts.models import Person, RoleGrant
from huiying.base.clocks.models import Clock
from huiying.base.tasks.models import Task
from huiying.base.ui.together import Counting, Reading, attach, once, read_together

pytestmark = pytest.mark.django_db


def columns_of(record: Any) -> dict[str, object]:
    return {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}


@pytest.fixture
def tasks(cast: Any, now: datetime) -> list[Task]:
    """Return two tasks: every kind of value is in one or the other."""
    common: dict[str, Any] = {"subject_kind": "incident", "subject_id": "1", "created_at": now}
    return [
        Task.objects.create(title={"zh-Hans": "核实“水”", "en": "Verify"}, owner=cast.writer, due_at=now.replace(microsecond=7), **common),
        Task.objects.create(title='"quoted" text', resources=["pump", 2], exercise=True, **common),
    ]


def test_records_come_back_as_they_are_kept(tasks: list[Task], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        wanted = {"clocks": Reading(Clock.objects.all()), "tasks": Reading(Task.objects.all(), related={"owner": ("display_name",)})}
        found = read_together(wanted).rows
        names = [str(task.owner) if task.owner else None for task in found["tasks"]]
    assert names == ["Writer", None] and found["clocks"] == []
    assert [columns_of(each) for each in found["tasks"]] == [columns_of(each) for each in Task.objects.order_by("pk")]


def test_numbers_are_counted_in_the_same_query(tasks: list[Task], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = read_together(
            {
                "all": Counting(Task.objects.all()),
                "none": Counting(Task.objects.filter(state="done")),
                "clocks": Counting(Clock.objects.all()),
            }
        )
    assert found.counts == {"all": 2, "none": 0, "clocks": 0}


def test_rows_are_sorted_as_asked(cast: Any) -> None:
    newest = Reading(RoleGrant.objects.all(), order=lambda grant: grant.role, newest_first=True)
    roles = [grant.role for grant in read_together({"grants": newest}).rows["grants"]]
    assert roles == sorted(roles, reverse=True) and len(roles) > 5


def test_nothing_wanted_asks_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert read_together({}).rows == {}


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(LookupError, match="handle"):
        read_together({"people": Reading(Person.objects.all(), only=("handle",))})


def test_what_json_cannot_carry_is_refused() -> None:
    from huiying.listen.sources.models import IntakeTick

    with pytest.raises(LookupError, match="batch"):
        read_together({"ticks": Reading(IntakeTick.objects.all())})


def test_attached_rows_answer_without_a_query(cast: Any, django_assert_num_queries: Any) -> None:
    grants = list(RoleGrant.objects.filter(person=cast.analyst))
    with django_assert_num_queries(0):
        attach(cast.analyst, "grants", grants)
        assert list(cast.analyst.grants.all()) == grants


def test_only_the_first_who_asks_reads() -> None:
    class Page:
        pass

    page, other = Page(), Page()
    assert [once(page, "x", lambda: 1), once(page, "x", lambda: 2), once(other, "x", lambda: 3)] == [1, 1, 3]
