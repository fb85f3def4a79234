from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM, digest_of
from huiying.base.audit.selectors import verify
from huiying.base.audit.services import record, register_verbs
from huiying.base.audit.triggers import create_statements, drop_statements

pytestmark = pytest.mark.django_db
Write = Callable[[], AuditEntry]
MIDDLE = "at, verb, actor_kind, actor_id, 'x', subject_kind, subject_id, exercise, body, previous"


@pytest.fixture
def write(now: datetime) -> Write:
    register_verbs({"test.act": "acted"})

    def act() -> AuditEntry:
        return record(actor=SYSTEM, verb="test.act", subject=("thing", 1), now=now, detail={"text": "自来水"})

    return act


def run(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditentry SET actor_name = 'somebody else'",
        "DELETE FROM audit_auditentry WHERE seq = 1",
        f"INSERT OR REPLACE INTO audit_auditentry SELECT seq, {MIDDLE}, digest FROM audit_auditentry WHERE seq = 1",
        f"INSERT INTO audit_auditentry SELECT 7, {MIDDLE}, 'other' FROM audit_auditentry WHERE seq = 1",
    ],
)
def test_the_database_refuses_every_change_of_an_entry(write: Write, sql: str) -> None:
    if connection.vendor != "sqlite" and "REPLACE" in sql:
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    write()
    write()
    with pytest.raises(IntegrityError, match="append-only"):
        run(sql)
    assert verify().broken_at is None


def test_a_whole_chain_is_verified_with_its_head(write: Write) -> None:
    last = [write() for _act in range(5)][-1]
    result = verify()
    assert (result.entries, result.head, result.broken_at) == (5, last.digest, None)


def test_an_entry_changed_behind_our_back_is_found(write: Write) -> None:
    for _act in range(5):
        write()
    for statement in drop_statements(connection.vendor):
        run(statement)
    run("UPDATE audit_auditentry SET body = REPLACE(body, '自来水', '开水') WHERE seq = 3")
    for statement in create_statements(connection.vendor):
        run(statement)
    assert verify().broken_at == 3


def test_an_entry_taken_out_of_the_middle_is_found(write: Write) -> None:
    for _act in range(5):
        write()
    for statement in drop_statements(connection.vendor):
        run(statement)
    run("DELETE FROM audit_auditentry WHERE seq = 2")
    assert verify().broken_at == 2


def test_an_entry_is_bound_to_its_predecessor(write: Write) -> None:
    first, second = write(), write()
    assert second.previous == first.digest
    assert second.digest == digest_of(first.digest, 2, second.body)


def test_emptying_the_database_is_refused_outside_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import mail

    monkeypatch.delattr(mail, "outbox")
    with pytest.raises(CommandError, match="cannot be emptied"):
        call_command("flush", interactive=False)


@pytest.mark.django_db(transaction=True)
def test_the_test_runner_can_empty_it_and_the_triggers_are_back(write: Write) -> None:
    with transaction.atomic():
        write()
    call_command("flush", interactive=False, verbosity=0)
    assert AuditEntry.objects.count() == 0
    with transaction.atomic():
        write()
    with pytest.raises(IntegrityError, match="append-only"):
        run("DELETE FROM audit_auditentry")
