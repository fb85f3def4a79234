"""One tick through the analysis, with no database: what a process beside the writer does.

Run by ``main`` it reads ``Start`` and then ticks from its input and answers each tick with a ``Folded``.
"""

from __future__ import annotations

import io
import pickle
import queue
import struct
import sys
import threading
from dataclasses import dataclass
from typing import IO

import pyarrow as pa

from huiying.core.analysis import stream as analysis

from .rules import is_snapshot_due

RESOURCES = analysis.DEFAULT
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Folded:
    """What a tick changed, and the bytes of the memory after it where a snapshot is due."""

    results: analysis.Results
    snapshot: bytes | None


@dataclass
class Reading:
    """How far a stream is read, and up to where the last snapshot holds it."""

    tick: int
    posts: int
    snapshot_tick: int
    snapshot_posts: int
    has_snapshot: bool

    def move(self, tick: int, posts: int) -> bool:
        """Go on by one tick; return whether a snapshot is due."""
        self.tick, self.posts = tick, self.posts + posts
        if self.has_snapshot and not is_snapshot_due(self.posts - self.snapshot_posts, tick - self.snapshot_tick):
            return False
        self.has_snapshot, self.snapshot_tick, self.snapshot_posts = True, tick, self.posts
        return True


@dataclass(frozen=True)
class Start:
    """Where the process beside begins."""

    state: bytes
    reading: Reading


def posts_of(batch: bytes) -> pa.RecordBatch:
    """Return the posts of a tick."""
    table = pa.ipc.open_stream(io.BytesIO(batch)).read_all().combine_chunks()
    posts = table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], schema=analysis.POSTS)
    return posts.select(analysis.POSTS.names).cast(analysis.POSTS)


def fold(state: analysis.State, reading: Reading, tick: int, posts: pa.RecordBatch) -> Folded:
    """Fold the posts of a tick into the state and move the reading on."""
    features = analysis.features(posts, RESOURCES)
    deltas = {shard: analysis.advance(state, tick, [rows]) for shard, rows in analysis.route(features, RESOURCES).items()}
    _empty, results = analysis.merge(None, tick, deltas, RESOURCES)
    return Folded(results, state.to_bytes() if reading.move(tick, posts.num_rows) else None)


def send(stream: IO[bytes], message: object) -> None:
    """Write one message; both ends are the same program of the same user."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> object:
    """Read one message; raises EOFError at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    size = _LENGTH.unpack(head)[0]
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from our own parent or child, through a pipe nobody else holds


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
    state, reading = analysis.State.from_bytes(start.state, RESOURCES), start.reading
    while isinstance(message := waiting.get(), tuple):
        tick, batch = message
        send(sink, fold(state, reading, tick, posts_of(batch)))


def main() -> None:
    """Serve the process that started us."""
    serve(sys.stdin.buffer, sys.stdout.buffer)
