from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from huiying.base.jobs import registry

collect_ignore = ["crash_worker.py"]  # a program of its own, started by test_crash


@pytest.fixture
def bare_registry() -> Iterator[None]:
    """Give the test an empty registry and put the real one back afterwards."""
    tables: tuple[Any, ...] = (registry._handlers, registry._pumps, registry._origins, registry._apart)  # Any: dicts and a set
    registry.timed_handlers()  # reads every room's jobs, so that the test's own are all there is
    kept = [table.copy() for table in tables]
    for table in tables:
        table.clear()
    yield
    for table, content in zip(tables, kept, strict=True):
        table.clear()
        table.update(content)
