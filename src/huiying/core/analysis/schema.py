"""The record batches that go into the analysis and come out of it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

_TS = pa.timestamp("us", "UTC")

#: One row a post, as the intake log keeps it. ``media_tier``: 0 self-media, forums, 1 local, 2 main or provincial, 3 central or foreign.
POSTS = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("ts", _TS, nullable=False),
        pa.field("received", _TS, nullable=False),
        pa.field("title", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("lang", pa.string()),
        pa.field("channel", pa.string(), nullable=False),
        pa.field("source", pa.int64(), nullable=False),
        pa.field("media_tier", pa.int8(), nullable=False),
        pa.field("author", pa.string()),
    ]
)

#: One row a post, everything downstream reads ids and never strings. ``ts`` in microseconds since 1970 UTC.
FEATURES = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("ts", pa.int64(), nullable=False),
        pa.field("source", pa.int64(), nullable=False),
        pa.field("media_tier", pa.int8(), nullable=False),
        pa.field("author", pa.uint64(), nullable=False),
        pa.field("key", pa.uint64(), nullable=False),
        pa.field("question", pa.bool_(), nullable=False),
        pa.field("terms", pa.list_(pa.field("item", pa.int32(), nullable=False)), nullable=False),
    ]
)

#: Which story a post belongs to. ``copy_of`` is the seq of the post it repeats, null for a text of its own; a ``variant``
#: repeats it with edits or additions.
ASSIGNMENTS = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("story", pa.int64(), nullable=False),
        pa.field("copy_of", pa.int64()),
        pa.field("variant", pa.bool_(), nullable=False),
    ]
)

#: The stories a tick changed, with their totals so far.
STORIES = pa.schema(
    [
        pa.field("story", pa.int64(), nullable=False),
        pa.field("first_ts", _TS, nullable=False),
        pa.field("last_ts", _TS, nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in ("posts", "copies", "authors", "sources", "questions")),
        pa.field("media_tier_max", pa.int8(), nullable=False),
        pa.field("medoid_seq", pa.int64(), nullable=False),
    ]
)

#: Totals of the 5-minute buckets a tick changed: replace, never add.
SERIES = pa.schema(
    [
        pa.field("story", pa.int64(), nullable=False),
        pa.field("bucket_ts", _TS, nullable=False),
        *(pa.field(name, pa.int64(), nullable=False) for name in ("posts", "questions", "new_authors")),
    ]
)

#: Stories that became one: the older id stays, the other is an alias of it from now on. ``seq`` is the text that told,
#: ``verdict`` the log-odds in millionths. A merge is an event; earlier results stay as they were said.
MERGES = pa.schema(
    [
        pa.field("story", pa.int64(), nullable=False),
        pa.field("into", pa.int64(), nullable=False),
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("verdict", pa.int64(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Results:
    """What one tick changed; every figure is a total, so applying a result twice changes nothing.

    ``founders`` holds the ``FEATURES`` of the first posts of new stories, for ``merge``; empty where there is one shard.
    """

    assignments: pa.RecordBatch
    stories: pa.RecordBatch
    series: pa.RecordBatch
    merges: pa.RecordBatch
    founders: pa.RecordBatch
