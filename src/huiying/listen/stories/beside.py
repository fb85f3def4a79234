"""One tick through the analysis, with no database: what the writer does, or a process beside it.

Run by ``main`` it reads ``Start`` and then ticks from its input and answers each tick with a ``Folded``.
"""

from __future__ import annotations

import queue
import sys
import threading
from typing import IO

import pyarrow as pa

from huiying.core.analysis import stream as analysis

from .folding import Folded, Reading, Start, posts_of, receive, send

RESOURCES = analysis.DEFAULT


def fold(state: analysis.State, reading: Reading, tick: int, posts: pa.RecordBatch) -> Folded:
    """Fold the posts of a tick into the state and move the reading on."""
    features = analysis.features(posts, RESOURCES)
    deltas = {shard: analysis.advance(state, tick, [rows]) for shard, rows in analysis.route(features, RESOURCES).items()}
    _empty, results = analysis.merge(None, tick, deltas, RESOURCES)
    return Folded(results, state.to_bytes() if reading.move(tick, posts.num_rows) else None)


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer ticks until the input ends; it is read by a thread, so that neither side waits for the other's reading."""
    waiting: queue.SimpleQueue[object] = queue.SimpleQueue()

    def read() -> None:
        try:
            while True:
                waiting.put(receive(source))
        except EOFError:
            waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    start = waiting.get()
    if not isinstance(start, Start):
        return
    state = analysis.new_state(RESOURCES) if start.state is None else analysis.State.from_bytes(start.state, RESOURCES)
    reading = start.reading
    while isinstance(message := waiting.get(), tuple):
        tick, batch = message
        send(sink, fold(state, reading, tick, posts_of(batch)))


def main() -> None:
    """Serve the process that started us."""
    serve(sys.stdin.buffer, sys.stdout.buffer)
