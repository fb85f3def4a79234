"""The fold: ``route``, ``step`` and ``merge`` over feature batches, tick by tick.

Nothing depends on how a tick's rows are cut into batches or ordered: rows are sorted by event time and intake number first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from .clusters import fold_posts
from .features import term_ids
from .figures import Figures
from .matching import row_of
from .resources import Resources
from .schema import ASSIGNMENTS, FEATURES, MERGES, SERIES, STORIES, Results
from .state import State
from .window import I64, N_TEXTS, S_ID, S_MEDOID, SEEN, WAYS, Outcome, new_outcome

Assigned = tuple[int, int, int | None, bool]
#: Why two stories became one: a lone text was judged again, a grown story was compared, or two shards had found the same matter.
SECOND_LOOK, NEIGHBOURS, BETWEEN_SHARDS = "second look", "neighbours", "between shards"


@dataclass
class Change:
    """What a tick changed so far."""

    assigned: list[Assigned] = field(default_factory=list)
    stories: set[int] = field(default_factory=set)
    buckets: set[tuple[int, int]] = field(default_factory=set)
    merges: list[tuple[int, int, int, str, int]] = field(default_factory=list)


def new_state(resources: Resources) -> State:
    """Return the state before the first tick: common words are common from the start."""
    state = State(resources)
    common = term_ids(f"{resources.common_en} {resources.common_zh}", resources)
    state.window.tally[common, N_TEXTS] = resources.prior_common
    return state


def prepare(resources: Resources) -> None:
    """Have the loops compiled (about 20 s of one core, once for each version) or read from where they are kept (half a second)."""
    advance(new_state(resources), 0, [])


def step(data: bytes | None, shard: int, tick: int, batches: Sequence[pa.RecordBatch], resources: Resources) -> tuple[bytes, Results]:
    """Fold one tick into a shard's state; return the new state and what changed."""
    state = new_state(resources) if data is None else State.from_bytes(data, resources)
    results = advance(state, tick, batches)
    return state.to_bytes(), results


def advance(state: State, tick: int, batches: Sequence[pa.RecordBatch]) -> Results:
    """Fold one tick into a decoded state, in place; ``step`` without reading and writing bytes."""
    rows = sorted_rows(batches)
    outcome = place(state, rows)
    change = Change()
    aliases = _merge_figures(state, outcome, change)
    _count(state, rows, outcome, aliases, change)
    _name_medoids(state, outcome, aliases, change)
    results = results_of(change, state.figures, _founders(state, rows, outcome))
    for id in outcome.closed[: outcome.ends[1]].tolist():
        state.figures.pop(id, None)
    state.tick = tick
    return results


def place(state: State, rows: pa.Table, *, has_trace: bool = False) -> Outcome:
    """Run the loops over the sorted rows of a tick."""
    lists = rows["terms"].combine_chunks()
    offsets = np.concatenate(([0], np.cumsum(np.asarray(lists.value_lengths(), dtype=np.int64))))
    terms = np.asarray(lists.flatten(), dtype=np.int32)
    key = rows["key"].to_numpy()
    buckets = (key & np.uint64(state.resources.keys_max // WAYS - 1)).astype(np.int64)
    outcome = new_outcome(rows.num_rows, has_trace=has_trace)
    fold_posts(rows["seq"].to_numpy(), rows["ts"].to_numpy(), key, buckets, offsets, terms, state.window, state.rules, outcome)
    if state.window.counters[SEEN] >= state.resources.halve_at:
        state.window.counters[SEEN] >>= 1
        state.window.tally[:, N_TEXTS] >>= 1
    return outcome


def sorted_rows(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """Return the rows of a tick by event time and intake number."""
    table = pa.Table.from_batches(list(batches), FEATURES).combine_chunks()
    order = np.lexsort((table["seq"].to_numpy(), table["ts"].to_numpy()))
    return table.take(pa.array(order)).combine_chunks()


def _merge_figures(state: State, outcome: Outcome, change: Change) -> dict[int, int]:
    """Unite the figures of merged stories; return from which id to which. A story nobody has heard of leaves no event."""
    merges = outcome.merges[: outcome.ends[0]].tolist()
    aliases = {former: into for former, into, *_rest in merges}
    aliases = {former: final_id(former, aliases) for former in aliases}
    for former, _into, seq, verdict, _name, has_grown in merges:
        known = state.figures.pop(former, None)
        if known is None:
            continue
        into = aliases[former]
        change.merges.append((former, into, seq, NEIGHBOURS if has_grown else SECOND_LOOK, verdict))
        change.stories.add(into)
        change.buckets.update((into, start) for start in known.buckets)
        survivor = state.figures.setdefault(into, Figures(into, known.first, known.last))
        survivor.take_over(known, state.resources.authors_exact)
    return aliases


def final_id(id: int, aliases: Mapping[int, int]) -> int:
    """Return the id a story goes by after all merges.

    >>> final_id(7, {7: 5, 5: 2})
    2
    """
    while id in aliases:
        id = aliases[id]
    return id


def _count(state: State, rows: pa.Table, outcome: Outcome, aliases: dict[int, int], change: Change) -> None:
    """Add each post to the figures of its story."""
    figures, exact = state.figures, state.resources.authors_exact
    columns = (rows[name].to_pylist() for name in ("seq", "ts", "source", "media_tier", "author", "question"))
    for seq, ts, source, tier, author, question, (id, _name, copied, is_variant) in zip(*columns, outcome.posts.tolist(), strict=True):
        if id < 0:
            continue
        id = aliases.get(id, id)
        story = figures.get(id)
        if story is None:
            story = figures[id] = Figures(id, ts, ts)
        start = story.count(ts, source, tier, author, question, copied >= 0, exact)
        change.assigned.append((seq, id, copied if copied >= 0 else None, is_variant == 1))
        change.stories.add(id)
        change.buckets.add((id, start))


def _name_medoids(state: State, outcome: Outcome, aliases: dict[int, int], change: Change) -> None:
    """Note the most typical text of each changed story."""
    named = dict(zip(outcome.posts[:, 0].tolist(), outcome.posts[:, 1].tolist(), strict=True))
    named |= {into: name for _former, into, _seq, _verdict, name, _has_grown in outcome.merges[: outcome.ends[0]].tolist()}
    names = {aliases.get(id, id): name for id, name in named.items()}
    for id in change.stories:
        story, row = state.figures[id], row_of(names[id], state.window.home)
        if row >= 0 and state.window.story[row, S_ID] == id:
            story.medoid_seq = int(state.window.story[row, S_MEDOID])
        elif not story.medoid_seq:
            story.medoid_seq = id


def _founders(state: State, rows: pa.Table, outcome: Outcome) -> pa.RecordBatch:
    """Return the first posts of new stories where other shards must hear of them."""
    if state.resources.shards == 1:
        return pa.RecordBatch.from_pylist([], schema=FEATURES)
    is_founder: I64 = np.flatnonzero(outcome.posts[:, 0] == rows["seq"].to_numpy())
    batches = rows.take(pa.array(is_founder)).combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=FEATURES)


def results_of(change: Change, figures: Mapping[int, Figures], founders: pa.RecordBatch) -> Results:
    """Return what a tick changed, as record batches in a fixed order."""
    stories = [(id, *figures[id].totals()) for id in sorted(change.stories)]
    buckets = [(id, start, *figures[id].buckets[start]) for id, start in sorted(change.buckets)]
    return Results(
        batch_of(sorted(change.assigned), ASSIGNMENTS),
        batch_of(stories, STORIES),
        batch_of(buckets, SERIES),
        batch_of(sorted(change.merges), MERGES),
        founders,
    )


def batch_of(rows: Iterable[tuple[object, ...]], schema: pa.Schema) -> pa.RecordBatch:
    """Return rows as a record batch."""
    columns = list(zip(*rows, strict=True)) or [() for _ in schema]
    return pa.RecordBatch.from_arrays([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema)
