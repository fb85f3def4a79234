"""Several shards: ``route`` deals posts out, ``merge`` joins the shards' stories by alias records.

A shard's story is told to ``merge`` by its first post. ``merge`` folds these first posts like posts of their own; what lands in one
story there is one story of several shards. The older id stays, the others are aliases of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from .features import mix
from .fold import BETWEEN_SHARDS, advance, batch_of, final_id, new_state
from .packing import Arrays, pack, unpack
from .resources import Resources
from .schema import ASSIGNMENTS, FEATURES, MERGES, SERIES, STORIES, Results
from .state import State

Row = tuple[int, ...]
_FIRST, _LAST, _POSTS, _COPIES, _AUTHORS, _SOURCES, _QUESTIONS, _TIER, _MEDOID = range(9)


def route(batch: pa.RecordBatch, resources: Resources) -> dict[int, pa.RecordBatch]:
    """Return the rows of each shard: texts that share their smallest-hashed term go together, and so do copies."""
    if not batch.num_rows:
        return {}
    if resources.shards == 1:
        return {0: batch}
    lists = batch["terms"]
    lengths = np.asarray(lists.value_lengths(), dtype=np.int64)
    smallest = np.zeros(batch.num_rows, np.uint64)
    filled = np.flatnonzero(lengths)
    if len(filled):
        spread = mix(np.asarray(lists.flatten()).astype(np.uint64))
        smallest[filled] = np.minimum.reduceat(spread, (np.cumsum(lengths) - lengths)[filled])
    shard = (smallest % np.uint64(resources.shards)).astype(np.int64)
    return {int(each): batch.take(pa.array(np.flatnonzero(shard == each))) for each in np.unique(shard)}


def merge(data: bytes | None, tick: int, deltas: Mapping[int, Results], resources: Resources) -> tuple[bytes, Results]:
    """Join the shards' stories. With one shard its stories are the stories, and no state is needed."""
    if resources.shards == 1:
        return data or b"", next(iter(deltas.values()), _nothing())
    joint = _Joint.from_bytes(data, resources)
    results = joint.apply(tick, [deltas[shard] for shard in sorted(deltas)])
    return joint.to_bytes(), results


def _nothing() -> Results:
    return Results(*(pa.RecordBatch.from_pylist([], schema=schema) for schema in (ASSIGNMENTS, STORIES, SERIES, MERGES, FEATURES)))


@dataclass
class _Joint:
    """First posts of the shards' stories as stories of their own; aliases; and the figures of each shard's part."""

    directory: State
    aliases: dict[int, int] = field(default_factory=dict)
    parts: dict[int, Row] = field(default_factory=dict)
    buckets: dict[int, dict[int, Row]] = field(default_factory=dict)

    def apply(self, tick: int, deltas: list[Results]) -> Results:
        """Join one tick; return its results under the joint ids."""
        events = self._join(tick, deltas)
        touched = {into for _former, into, *_rest in events}
        starts: set[tuple[int, int]] = set()
        for delta in deltas:
            touched |= self._take_stories(delta)
            starts |= self._take_series(delta)
        assigned = sorted(
            (row["seq"], final_id(row["story"], self.aliases), row["copy_of"], row["variant"])
            for delta in deltas
            for row in delta.assignments.to_pylist()
        )
        members = self._members({final_id(id, self.aliases) for id in touched})
        moved = {former for former, *_rest in events}
        starts |= {(id, start) for id, parts in members.items() if moved & set(parts) for part in parts for start in self.buckets[part]}
        results = Results(
            batch_of(assigned, ASSIGNMENTS),
            batch_of(((id, *self._total(parts)) for id, parts in sorted(members.items())), STORIES),
            batch_of(self._series(members, starts), SERIES),
            batch_of(sorted(events), MERGES),
            pa.RecordBatch.from_pylist([], schema=FEATURES),
        )
        self._forget_old()
        return results

    def _join(self, tick: int, deltas: list[Results]) -> list[tuple[int, int, int, str, int]]:
        """Fold the first posts; return what became one."""
        found = advance(self.directory, tick, [delta.founders for delta in deltas])
        wanted = [(row["story"], row["into"], row["seq"], row["reason"], row["verdict"]) for d in deltas for row in d.merges.to_pylist()]
        wanted += [(row["story"], row["into"], row["seq"], BETWEEN_SHARDS, row["verdict"]) for row in found.merges.to_pylist()]
        wanted += [(row["seq"], row["story"], row["seq"], BETWEEN_SHARDS, 0) for row in found.assignments.to_pylist()]
        events = []
        for one, other, seq, reason, verdict in sorted(wanted):
            former, into = sorted((final_id(one, self.aliases), final_id(other, self.aliases)), reverse=True)
            if former != into:
                self.aliases[former] = into
                events.append((former, into, seq, reason, verdict))
        return events

    def _take_stories(self, delta: Results) -> set[int]:
        """Note the figures of the stories of one shard, without those that the shard itself united."""
        for row in delta.merges.to_pylist():
            self.parts.pop(row["story"], None)
            self.buckets.pop(row["story"], None)
        columns = (delta.stories.column(place).cast(pa.int64()).to_pylist() for place in range(len(STORIES)))
        for id, *figures in zip(*columns, strict=True):
            self.parts[id] = tuple(figures)
            self.buckets.setdefault(id, {})
        return set(delta.stories["story"].to_pylist())

    def _take_series(self, delta: Results) -> set[tuple[int, int]]:
        starts = set()
        for id, start, *values in zip(*(column.cast(pa.int64()).to_pylist() for column in delta.series.columns), strict=True):
            self.buckets[id][start] = tuple(values)
            starts.add((final_id(id, self.aliases), start))
        return starts

    def _members(self, wanted: set[int]) -> dict[int, list[int]]:
        members: dict[int, list[int]] = {}
        for part in sorted(self.parts):
            id = final_id(part, self.aliases)
            if id in wanted:
                members.setdefault(id, []).append(part)
        return members

    def _total(self, parts: list[int]) -> Row:
        """Return the figures of the parts together. Authors and sources: at least so many, one may be in two parts."""
        rows = [self.parts[part] for part in parts]
        largest = max(rows, key=lambda row: (row[_POSTS], -row[_MEDOID]))
        counted = {place: sum(row[place] for row in rows) for place in (_POSTS, _COPIES, _QUESTIONS)}
        highest = {place: max(row[place] for row in rows) for place in (_LAST, _AUTHORS, _SOURCES, _TIER)}
        known = {**counted, **highest, _FIRST: min(row[_FIRST] for row in rows), _MEDOID: largest[_MEDOID]}
        return tuple(known[place] for place in range(9))

    def _series(self, members: dict[int, list[int]], starts: set[tuple[int, int]]) -> Iterator[Row]:
        for id, start in sorted(starts):
            values = [self.buckets[part][start] for part in members.get(id, []) if start in self.buckets[part]]
            if values:
                yield (id, start, *(sum(column) for column in zip(*values, strict=True)))

    def _forget_old(self) -> None:
        """Forget quiet stories when there are more than the shards together can hold."""
        resources = self.directory.resources
        if len(self.parts) <= resources.stories_max:
            return
        newest = max(row[_LAST] for row in self.parts.values())
        for part in [part for part, row in self.parts.items() if newest - row[_LAST] > resources.quiet_us]:
            del self.parts[part], self.buckets[part]
        kept = set(self.parts) | {final_id(part, self.aliases) for part in self.parts}
        self.aliases = {former: final_id(into, self.aliases) for former, into in self.aliases.items() if former in kept}

    def to_bytes(self) -> bytes:
        """Return the joint state as bytes."""
        parts = sorted(self.parts.items())
        buckets = [(part, start, *values) for part, own in sorted(self.buckets.items()) for start, values in sorted(own.items())]
        arrays: Arrays = {
            "aliases": np.array(sorted(self.aliases.items()), np.int64).reshape(-1, 2),
            "parts": np.array([(part, *row) for part, row in parts], np.int64).reshape(-1, 10),
            "buckets": np.array(buckets, np.int64).reshape(-1, 5),
            "directory": np.frombuffer(self.directory.to_bytes(), np.uint8),
        }
        return pack({"joint": 1}, arrays)

    @classmethod
    def from_bytes(cls, data: bytes | None, resources: Resources) -> _Joint:
        """Read a joint state back, or begin with an empty one."""
        alone = replace(resources, shards=1)
        if not data:
            return cls(new_state(alone))
        _head, arrays = unpack(data)
        joint = cls(State.from_bytes(arrays["directory"].tobytes(), alone), dict(arrays["aliases"].tolist()))
        joint.parts = {part: tuple(row) for part, *row in arrays["parts"].tolist()}
        joint.buckets = {part: {} for part in joint.parts}
        for part, start, *values in arrays["buckets"].tolist():
            joint.buckets[part][start] = tuple(values)
        return joint
