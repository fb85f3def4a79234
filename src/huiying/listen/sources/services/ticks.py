"""Take posts out of closed ticks of the intake log, or empty them there."""

from __future__ import annotations

import io
from collections.abc import Collection

import pyarrow as pa
import pyarrow.compute as pc

from huiying.core.analysis.schema import POSTS

from ..models import IntakeTick

_COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")


def ticks_without(seqs: Collection[int]) -> int:
    """Take posts out of their ticks and drop ticks that hold none any more; return how many ticks changed.

    The newest tick of a stream stays even when it is empty: the next number is counted from it.
    """
    changed = 0
    for tick, table, is_meant in _ticks_of(seqs):
        rest = table.filter(pc.invert(is_meant))
        changed += 1
        if rest.num_rows or not IntakeTick.objects.filter(stream=tick.stream, number__gt=tick.number).exists():
            _write(tick, rest)
        else:
            tick.delete()
    return changed


def ticks_emptied(seqs: Collection[int]) -> int:
    """Empty title, text and author of posts in their ticks; their rows stay. Return how many ticks changed."""
    changed = 0
    for tick, table, is_meant in _ticks_of(seqs):
        columns = {name: table.column(name) for name in POSTS.names}
        for name, empty in (("title", None), ("text", ""), ("author", None)):
            columns[name] = pc.if_else(is_meant, pa.scalar(empty, pa.string()), columns[name])
        _write(tick, pa.table(columns, schema=POSTS))
        changed += 1
    return changed


def _ticks_of(seqs: Collection[int]) -> list[tuple[IntakeTick, pa.Table, pa.ChunkedArray]]:
    waiting = sorted(seqs, reverse=True)
    found = []
    while waiting:
        tick = IntakeTick.objects.filter(last_seq__gte=waiting[-1]).order_by("last_seq").first()
        if tick is None:
            break
        while waiting and waiting[-1] <= tick.last_seq:
            waiting.pop()
        table = pa.ipc.open_stream(io.BytesIO(bytes(tick.batch))).read_all().select(POSTS.names).cast(POSTS)
        is_meant = pc.is_in(table.column("seq"), value_set=pa.array(list(seqs), pa.int64()))
        if pc.any(is_meant).as_py():
            found.append((tick, table, is_meant))
    return found


def _write(tick: IntakeTick, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, POSTS, options=_COMPRESSED) as writer:
        writer.write_table(table.combine_chunks())
    tick.batch, tick.posts = sink.getvalue().to_pybytes(), table.num_rows
    tick.save(update_fields=["batch", "posts"])
