"""What passes between the writer of stories and the process beside it that folds: ticks, and what they change.

Loads no compiled analysis: a writer with a process beside does without (a second, and 100 MB).
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import pyarrow as pa

from huiying.core.analysis.schema import POSTS, Results

from .rules import is_snapshot_due

if TYPE_CHECKING:
    from .models import AnalysisState

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Folded:
    """What a tick changed, and the bytes of the memory after it where a snapshot is due."""

    results: Results
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
    """Where the process beside begins; without state at the very first tick."""

    state: bytes | None
    reading: Reading


def reading_of(row: AnalysisState) -> Reading:
    """Return how far the row has read."""
    return Reading(row.tick, row.posts, row.snapshot_tick, row.snapshot_posts, row.snapshot_tick > 0)


def posts_of(batch: bytes) -> pa.RecordBatch:
    """Return the posts of a tick."""
    table = pa.ipc.open_stream(io.BytesIO(batch)).read_all().combine_chunks()
    posts = table.to_batches()[0] if table.num_rows else pa.RecordBatch.from_pylist([], schema=POSTS)
    return posts.select(POSTS.names).cast(POSTS)


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
