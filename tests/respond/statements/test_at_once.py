"""Several people in the same moment, on a real PostgreSQL: everything is numbered once and decided once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from huiying.base.audit.models import AuditEntry
from huiying.base.audit.selectors import verify
from huiying.base.clocks.services import clocks_sweep
from huiying.base.tasks.services import task_create, task_move, task_take
from huiying.base.ui.errors import NotNow
from huiying.respond.statements import selectors, services
from huiying.respond.statements.models import Fact, Release, Statement
from huiying.respond.statements.rules import StatementKind

pytestmark = pytest.mark.postgresql
AtOnce = Callable[..., list[Any]]


def one_winner(results: list[Any]) -> bool:
    refused = [result for result in results if isinstance(result, NotNow)]
    failed = [result for result in results if isinstance(result, Exception) and not isinstance(result, NotNow)]
    assert not failed, failed
    return len(refused) == len(results) - 1


def test_facts_added_at_once_get_a_number_each(at_once: AtOnce, desk: Any) -> None:
    incident = desk.incident()

    def add() -> list[int]:
        return [desk.fact(incident, verified=False).number for _fact in range(5)]

    numbers = [number for mine in at_once(add, add, add, add) for number in mine]
    assert sorted(numbers) == list(range(1, 21))
    assert Fact.objects.filter(incident=incident).count() == 20
    assert verify().broken_at is None


def test_statements_begun_at_once_get_a_number_each(at_once: AtOnce, desk: Any) -> None:
    incident = desk.incident()
    begin = partial(
        services.statement_draft,
        actor=desk.actor("writer"),
        now=desk.now,
        incident_id=incident.pk,
        kind=StatementKind.STATEMENT,
        title_zh="自来水发黄",
    )
    numbers = [statement.number for _round in range(4) for statement in at_once(begin, begin, begin)]
    assert sorted(numbers) == list(range(1, 13))


def test_a_text_published_twice_at_once_leaves_once(at_once: AtOnce, desk: Any) -> None:
    approved = desk.approved(desk.incident())
    publish = partial(services.statement_publish, actor=desk.actor("publisher"), now=desk.now, statement_id=approved.pk)
    assert one_winner(at_once(publish, publish, publish))
    assert Release.objects.count() == 1
    assert AuditEntry.objects.filter(verb="statement.publish").count() == 1


def test_two_texts_published_at_once_get_a_number_each(at_once: AtOnce, desk: Any) -> None:
    texts = [desk.approved(desk.incident()) for _text in range(3)]
    acts = [partial(services.statement_publish, actor=desk.actor("publisher"), now=desk.now, statement_id=text.pk) for text in texts]
    assert sorted(release.number for release in at_once(*acts)) == [1, 2, 3]


def test_the_last_signature_is_not_missed_when_two_sign_at_once(at_once: AtOnce, desk: Any) -> None:
    pending = desk.pending(desk.incident())
    digest = selectors.statement_digest(pending.pk)
    sign = partial(services.statement_approve, now=desk.now, statement_id=pending.pk, digest=digest)
    results = at_once(*(partial(sign, actor=desk.actor(name)) for name in ("approver", "commander")))
    assert not [result for result in results if isinstance(result, Exception)]
    assert Statement.objects.get(pk=pending.pk).state == "approved"


def test_one_person_signs_a_version_once(at_once: AtOnce, desk: Any) -> None:
    pending = desk.pending(desk.incident())
    digest = selectors.statement_digest(pending.pk)
    sign = partial(services.statement_approve, actor=desk.actor("approver"), now=desk.now, statement_id=pending.pk, digest=digest)
    assert one_winner(at_once(sign, sign, sign))
    assert AuditEntry.objects.filter(verb="approval.give").count() == 1


def test_a_statement_is_corrected_by_one_text_at_a_time(at_once: AtOnce, desk: Any) -> None:
    release = desk.release(desk.incident())
    correct = partial(
        services.statement_correct,
        actor=desk.actor("writer"),
        now=desk.now,
        statement_id=release.statement_id,
        reason_zh="原数有误",
        reason_en="Wrong",
    )
    assert one_winner(at_once(correct, correct, correct))


def test_a_task_taken_by_two_at_once_has_one_owner(at_once: AtOnce, desk: Any) -> None:
    commander = desk.actor("commander")
    task = task_create(
        actor=commander, now=desk.now, subject=("incident", 1), title="Look", owner_role="analyst", exercise=False, source="plan:x@1:1"
    )
    people = [desk.actor(name) for name in ("writer", "checker", "lawyer")]  # none may give tasks to others
    take = [partial(task_take, actor=person, now=desk.now, task_id=task.pk) for person in people]
    assert one_winner(at_once(*take))
    task.refresh_from_db()
    begin = partial(task_move, now=desk.now, task_id=task.pk, to="doing", actor=commander)
    assert one_winner(at_once(begin, begin))


def test_acts_that_touch_the_same_rows_in_another_order_do_not_block_each_other(at_once: AtOnce, desk: Any) -> None:
    """A sweep writes the clock and then the log, a publication the log and then the clock."""
    texts = [desk.approved(desk.incident()) for _text in range(3)]
    later = desk.now + timedelta(hours=1)
    acts: list[Callable[[], Any]] = [
        partial(services.statement_publish, actor=desk.actor("publisher"), now=later, statement_id=text.pk) for text in texts
    ]
    results = at_once(partial(clocks_sweep, now=later), *acts)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert verify().broken_at is None
