"""One writing transaction at a time, on PostgreSQL as on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from huiying.base.audit.models import AuditEntry
from huiying.base.audit.rules import SYSTEM
from huiying.base.audit.selectors import verify
from huiying.base.audit.services import record, register_verbs

pytestmark = pytest.mark.postgresql


def test_entries_written_at_once_make_one_whole_chain(at_once: Callable[..., list[Any]], now: datetime) -> None:
    register_verbs({"test.act": "acted"})

    def write() -> None:
        for _act in range(10):
            with transaction.atomic():
                record(actor=SYSTEM, verb="test.act", subject=("thing", 1), now=now)

    assert at_once(write, write, write, write) == [None] * 4
    whole = verify()
    assert (whole.entries, whole.broken_at) == (40, None)


def test_a_writer_that_waits_too_long_gives_up_and_can_go_on(at_once: Callable[..., list[Any]]) -> None:
    """The connection is usable again after the refusal: not stuck in a transaction nobody began."""
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            held.set()
            assert done.wait(10)

    def wait() -> tuple[bool, int]:
        assert held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        try:
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                raise AssertionError("Two writers at once.")
            reads = AuditEntry.objects.count()  # a read does not wait
        finally:
            done.set()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '10s'")
        with transaction.atomic():
            return connection.get_autocommit() is False, reads

    assert at_once(hold, wait) == [None, (True, 0)]
