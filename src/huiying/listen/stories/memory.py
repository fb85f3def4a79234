"""The fold's memory of each stream, decoded and kept between two ticks of one process."""

from __future__ import annotations

import logging
from functools import cache

import pyarrow as pa

from huiying.core.analysis import stream as analysis
from huiying.core.analysis.meaning import encoder
from huiying.listen.sources.selectors import tick_batches

from . import beside
from .folding import Folded, posts_of, reading_of
from .models import AnalysisState
from .rules import chained

log = logging.getLogger(__name__)
RESOURCES = beside.RESOURCES

#: (stream, shard) -> the chain of ticks it has read, and the state after them.
_decoded: dict[tuple[str, int], tuple[str, analysis.State]] = {}


@cache
def prepare() -> None:
    """Have what a tick needs compiled and loaded before its transaction begins: that may take half a minute, and others want to write."""
    analysis.prepare(RESOURCES)
    encoder()


def fold(row: AnalysisState, tick: int, batch: bytes, posts: pa.RecordBatch) -> Folded:
    """Fold a tick into the state after the ticks the row names, and keep it for the next one."""
    state = take(row)
    folded = beside.fold(state, reading_of(row), tick, posts)
    # if the transaction does not hold, the chain of the stored row will not match
    _decoded[(row.stream, row.shard)] = (chained(row.chain, batch), state)
    return folded


def take(row: AnalysisState) -> analysis.State:
    """Return the state after the ticks the row names, and forget it: it changes in place from here on."""
    chain, state = _decoded.pop((row.stream, row.shard), ("", None))
    return state if state is not None and chain == row.chain and row.chain else _read_again(row)


def forget() -> None:
    """Drop all decoded states, as a new process would."""
    _decoded.clear()


def _read_again(row: AnalysisState) -> analysis.State:
    """Decode the snapshot and fold the ticks after it once more; their results are stored already."""
    data = row.state
    if data is None:
        state = analysis.new_state(RESOURCES)
    else:
        try:
            state = analysis.State.from_bytes(data, RESOURCES)
        except analysis.BadState as error:
            log.warning("Stream %s starts with an empty window, older stories take no more posts: %s", row.stream, error)
            state, row.snapshot_tick = analysis.new_state(RESOURCES), row.tick
    if row.tick > row.snapshot_tick:
        for tick, batch in tick_batches(row.stream, row.snapshot_tick, limit=row.tick - row.snapshot_tick):
            if tick > row.tick:
                break
            analysis.advance(state, tick, [analysis.features(posts_of(batch), RESOURCES)])
    return state
