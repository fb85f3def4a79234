"""A source and records to feed it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from huiying.core.collectors.records import Record

if TYPE_CHECKING:
    from huiying.listen.sources.models import Source


@pytest.fixture
def feed(db: None, now: datetime) -> Source:
    """Return an active feed source."""
    from huiying.listen.sources.models import Source

    return Source.objects.create(
        name="Town forum",
        connector="feed",
        url="https://forum.example/feed",
        channel="forum",
        poll_seconds=60,
        created_at=now,
        next_poll_at=now,
    )


@pytest.fixture
def posts(now: datetime) -> Callable[..., list[Record]]:
    """Return a maker of records."""

    def make(*texts: str, **more: Any) -> list[Record]:
        return [
            Record(**{"item_id": f"p{number}", "published_at": now, "title": "", "text": text, "place": f"item {number}", **more})
            for number, text in enumerate(texts, 1)
        ]

    return make
