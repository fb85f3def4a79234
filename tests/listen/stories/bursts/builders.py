"""Logs of posts for the tests of bursts: a quiet past, and what comes after it."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.apps import apps

from huiying.core.analysis.schema import POSTS

START = datetime(2026, 11, 2, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
HOURS = timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """A post as far as bursts look at it."""

    at: datetime
    channel: str = "forum"
    author: str | None = None
    received: datetime | None = None


def chatter(hours: float, *, channel: str = "forum", start: datetime = START, an_hour: int = 60, seed: int = 1) -> list[Said]:
    """Return posts of many authors, about so many an hour, the same for the same seed."""
    chance = random.Random(f"{seed} {channel} {start}")
    n = round(hours * an_hour)
    places = sorted(chance.random() for _ in range(n))
    return [Said(start + place * hours * HOURS, channel, f"a{chance.randrange(10**9)}") for place in places]


def in_order(*logs: Iterable[Said]) -> list[Said]:
    """Return posts of several logs in the order they came in."""
    return sorted((post for log in logs for post in log), key=lambda post: (post.received or post.at, post.at))


def table_of(posts: Sequence[Said], first_seq: int = 1) -> pa.Table:
    """Return posts as the columns of the intake log."""
    rows = [
        {
            "seq": seq, "ts": post.at, "received": post.received or post.at, "title": None, "text": f"停水 {seq}", "lang": "zh",
            "channel": post.channel, "source": 1, "media_tier": 0, "author": post.author,
        }
        for seq, post in enumerate(posts, first_seq)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=POSTS)


def model(name: str, room: str = "sources") -> Any:
    """Return the manager of a room's model."""
    return apps.get_model(room, name)._default_manager


def log_ticks(posts: Sequence[Said], cuts: Sequence[int] = (), stream: str = "live") -> None:
    """Close ticks of posts, cut before these places, as if they were in the stories already."""
    ticks = model("IntakeTick")
    number = ticks.filter(stream=stream).count()
    newest = ticks.order_by("-last_seq").values_list("last_seq", flat=True).first() or 0
    for begin, end in zip((0, *cuts), (*cuts, len(posts)), strict=True):
        table, number = table_of(posts[begin:end], newest + begin + 1), number + 1
        buffer = io.BytesIO()
        with pa.ipc.new_stream(buffer, POSTS, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        at = max((post.received or post.at for post in posts[begin:end]), default=START)
        ticks.create(stream=stream, number=number, at=at, posts=end - begin, last_seq=newest + end, batch=buffer.getvalue())
    model("AnalysisState", "stories").update_or_create(stream=stream, shard=0, defaults={"tick": number})


def posts_add(posts: Sequence[Said], exercise: bool = False) -> list[int]:
    """Store the posts themselves, which matches of watches point at."""
    source = model("Source").get_or_create(
        name="Forum", exercise=exercise, defaults={"connector": "replay", "channel": "forum", "created_at": START}
    )[0]
    newest = model("Post").order_by("-seq").values_list("seq", flat=True).first() or 0
    rows = [
        model("Post").model(
            seq=seq, source=source, item_key=f"k{seq}", published_at=post.at, received_at=post.received or post.at, text="停水",
            author=post.author, channel=post.channel, exercise=exercise,
        )
        for seq, post in enumerate(posts, newest + 1)
    ]  # fmt: skip
    model("Post").bulk_create(rows)
    return [row.seq for row in rows]
