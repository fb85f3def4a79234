"""Every test of the stories begins with an analysis that remembers nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from huiying.listen.stories import memory


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()
