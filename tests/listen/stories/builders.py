"""Ticks of the intake log for the tests of the stories room."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.apps import apps
from django.utils import timezone

from huiying.core.analysis.stream import POSTS

START = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def model(room: str, name: str) -> Any:
    """Return another room's model; tests build what lower rooms would have stored."""
    return apps.get_model(room, name)._default_manager


def source_of(exercise: bool = False, name: str = "Eastside forum", **fields: object) -> Any:
    """Return a source."""
    stored = {"connector": "replay", "channel": "forum", "created_at": START, **fields}
    return model("sources", "Source").get_or_create(name=name, exercise=exercise, defaults=stored)[0]


def tick_add(
    rows: Sequence[dict[str, Any]], *, now: datetime, stream: str = "live", number: int | None = None, first_seq: int | None = None
) -> list[int]:
    """Append posts and their closed tick, as the intake would; return the numbers of the posts.

    A row needs ``text``; ``at``, ``author``, ``title``, ``source``, ``channel`` and ``tier`` where they matter.
    """
    posts, ticks = model("sources", "Post"), model("sources", "IntakeTick")
    newest = posts.order_by("-seq").values_list("seq", flat=True).first() or 0
    seq = first_seq or newest + 1
    source = source_of(exercise=stream == "exercise")
    batch, stored = [], []
    for place, row in enumerate(rows):
        at = row.get("at", now - timedelta(minutes=5) + timedelta(seconds=place))
        own = row.get("source", source)
        fields = {
            "title": row.get("title", ""),
            "text": row["text"],
            "author": row.get("author", f"author{place}"),
            "channel": row.get("channel", "forum"),
        }
        common = {"seq": seq + place, "media_tier": row.get("tier", 0), **fields}
        stored.append(
            posts.model(
                **common,
                source=own,
                item_key=f"key{seq + place}",
                published_at=at,
                received_at=now,
                exercise=stream == "exercise",
                language="zh",
            )
        )
        batch.append({**common, "title": fields["title"] or None, "ts": at, "received": now, "lang": "zh", "source": own.pk})
    posts.bulk_create(stored)
    buffer = io.BytesIO()
    with pa.ipc.new_stream(buffer, POSTS) as writer:
        writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=POSTS))
    last = ticks.filter(stream=stream).order_by("-number").values_list("number", flat=True).first() or 0
    number = number or last + 1
    ticks.create(stream=stream, number=number, at=now, posts=len(batch), last_seq=seq + len(batch) - 1, batch=buffer.getvalue())
    return [seq + place for place in range(len(batch))]


def heard(rows: Sequence[dict[str, Any]], stream: str = "live") -> Any:
    """Append posts, put them into stories, and return the largest."""
    from huiying.listen.stories.services import apply_next_tick

    now = timezone.now()
    tick_add(rows, now=now, stream=stream)
    while apply_next_tick(stream=stream, now=now):
        pass
    return model("stories", "Story").order_by("-posts", "pk").first() or pytest.fail("no story")


WATER = [
    "城东自来水发黄，水管里全是铁锈",
    "城东小区自来水发黄又浑浊，能喝吗？",
    "自来水公司说城东发黄是检修",
    "城东自来水发黄第三天了，孩子喝了怎么办",
]


def water(count: int, **common: Any) -> list[dict[str, Any]]:
    """Return posts about one matter, by different authors and all different texts."""
    return [
        {"text": f"{WATER[place % 4]}，{'甲乙丙丁戊己庚辛壬癸'[place % 10]}{'街巷路里弄'[place % 5]}{place // 10}号", **common}
        for place in range(count)
    ]
