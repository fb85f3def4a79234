"""The fold: ``route``, ``step`` and ``merge`` over feature batches, tick by tick.

Nothing depends on how a tick's rows are cut into batches or ordered: rows are sorted by event time and intake number first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from .clustering import BUCKET_US, Post, place_post, weights_of
from .features import term_ids
from .resources import Resources
from .schema import ASSIGNMENTS, FEATURES, SERIES, STORIES, Results
from .state import I32, State

Totals = tuple[int, ...]


def new_state(resources: Resources) -> State:
    """Return the state before the first tick: common words are common from the start."""
    state = State(resources)
    state.frequency[term_ids(f"{resources.common_en} {resources.common_zh}", resources)] = resources.prior_common
    return state


def route(batch: pa.RecordBatch, resources: Resources) -> dict[int, pa.RecordBatch]:
    """Return the rows of each shard. Embedded there is one shard, 0."""
    return {0: batch} if batch.num_rows else {}


def step(data: bytes | None, shard: int, tick: int, batches: Sequence[pa.RecordBatch], resources: Resources) -> tuple[bytes, Results]:
    """Fold one tick into a shard's state; return the new state and what changed."""
    state = new_state(resources) if data is None else State.from_bytes(data, resources)
    results = advance(state, tick, batches)
    return state.to_bytes(), results


def merge(data: bytes | None, tick: int, deltas: Mapping[int, Results], resources: Resources) -> tuple[bytes, Results]:
    """Join the shards' stories. With one shard its stories are the stories, and no state is needed."""
    if len(deltas) > 1:
        raise NotImplementedError("More than one shard needs alias records between shards; this version routes everything to shard 0.")
    return data or b"", next(iter(deltas.values()), _results([], {}, {}))


def advance(state: State, tick: int, batches: Sequence[pa.RecordBatch]) -> Results:
    """Fold one tick into a decoded state, in place; ``step`` without reading and writing bytes."""
    assignments: list[tuple[int, int, int | None]] = []
    totals: dict[int, Totals] = {}
    series: dict[tuple[int, int], Totals] = {}
    fresh: list[I32] = []
    for post in _posts(state, batches):
        row, copy_of, is_new = place_post(state, post)
        story = state.stories[row]
        assert story is not None
        assignments.append((post.seq, story.id, copy_of))
        totals[story.id] = story.totals()
        start = post.ts - post.ts % BUCKET_US
        series[(story.id, start)] = tuple(story.buckets[start])
        if is_new:
            fresh.append(post.terms)
    _learn(state, fresh)
    state.tick = tick
    return _results(assignments, totals, series)


def _posts(state: State, batches: Sequence[pa.RecordBatch]) -> Iterator[Post]:
    """Yield the tick's posts by event time and intake number; a post with nothing to read has no story."""
    table = pa.Table.from_batches(list(batches), FEATURES).combine_chunks()
    seq, ts = table["seq"].to_numpy(), table["ts"].to_numpy()
    order = np.lexsort((seq, ts))
    table = table.take(pa.array(order)).combine_chunks()
    lists = table["terms"].combine_chunks()
    terms = np.asarray(lists.flatten(), dtype=np.int32)
    offsets = np.concatenate(([0], np.cumsum(np.asarray(lists.value_lengths(), dtype=np.int64))))
    weights = weights_of(state, terms)
    norms = np.concatenate(([0], np.cumsum(weights)))[offsets]
    columns = (table[name].to_pylist() for name in ("seq", "ts", "source", "media_tier", "author", "key", "question"))
    rows = zip(*columns, pairwise(offsets.tolist()), pairwise(norms.tolist()), strict=True)
    for seq_, ts_, source, tier, author, key, question, (start, end), (below, above) in rows:
        if start < end:
            yield Post(seq_, ts_, source, tier, author, key, question, terms[start:end], weights[start:end], above - below)


def _learn(state: State, fresh: list[I32]) -> None:
    """Add the tick's new texts to the document frequencies; copies would make their own words common."""
    if not fresh:
        return
    state.seen += len(fresh)
    state.frequency += np.bincount(np.concatenate(fresh), minlength=state.resources.terms)
    if state.seen >= state.resources.halve_at:
        state.seen >>= 1
        state.frequency >>= 1


def _results(assignments: list[tuple[int, int, int | None]], totals: dict[int, Totals], series: dict[tuple[int, int], Totals]) -> Results:
    """Return what a tick changed, as record batches in a fixed order."""
    stories = sorted(totals.items())
    buckets = sorted(series.items())
    return Results(
        _batch([list(column) for column in zip(*sorted(assignments), strict=True)], ASSIGNMENTS),
        _batch([list(column) for column in zip(*((id, *values) for id, values in stories), strict=True)], STORIES),
        _batch([list(column) for column in zip(*((*key, *values) for key, values in buckets), strict=True)], SERIES),
    )


def _batch(columns: list[list[int | None]], schema: pa.Schema) -> pa.RecordBatch:
    columns = columns or [[] for _ in schema]
    return pa.RecordBatch.from_arrays([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
