"""The one write of this room: apply the next tick of a stream."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import partial

import pyarrow as pa
from django.db import transaction

from huiying.core.analysis.schema import Results
from huiying.listen.sources.selectors import texts_by_seq, tick_batches
from huiying.listen.sources.services import moments_in, stored_moments

from . import days, merging
from .ahead import IN_FLIGHT, FoldAhead
from .folding import Folded, posts_of
from .models import AnalysisSnapshot, AnalysisState, Story, StoryBucket, StoryPost
from .rows import Value, upsert
from .rules import chained, language_of, title_of
from .signals import tick_applied

__all__ = ["IN_FLIGHT", "FoldAhead", "apply_next_tick"]

Fold = Callable[[AnalysisState, int, bytes, pa.RecordBatch], Folded]
#: Figures of a story that the analysis counts.
_FIGURES = ("posts", "copies", "authors", "sources", "questions", "media_tier_max", "medoid_seq")


def apply_next_tick(*, stream: str, now: datetime, fold: Fold | None = None) -> bool:
    """Fold the next closed tick of a stream into its stories; False when there is none.

    ``fold`` computes what the tick changes, here or in a process beside (``FoldAhead``). Results, state and position
    are one transaction: killed at any instant, nothing is lost and nothing is counted twice.
    """
    with transaction.atomic():
        row, _created = AnalysisState.objects.select_for_update().get_or_create(stream=stream, shard=0)
        following = next(tick_batches(stream, row.tick, limit=1), None)
        if following is None:
            return False
        tick, batch = following
        posts = posts_of(batch)
        folded = (fold or _fold_here())(row, tick, batch, posts)
        before = row.chain
        merges = merging.read(folded.results)
        story_ids = _write(folded.results, posts, stream, lambda: merging.write(merges, tick=tick, now=now))
        _move(row, folded.snapshot, tick, batch, posts.num_rows)
        changed = merging.stories_in(merges)
        with days.following(stream, before=before, after=row.chain, members=partial(_members, folded.results, posts), anew=changed):
            pairs = [(merge.former, merge.into) for merge in merges]
            tick_applied.send(sender=AnalysisState, stream=stream, tick=tick, story_ids=story_ids, merges=pairs, now=now)
    return True


def _fold_here() -> Fold:
    from .memory import fold  # brings the compiled analysis along

    return fold


def _members(results: Results, posts: pa.RecordBatch, stories: Collection[int]) -> Iterator[tuple[int, days.Member]]:
    """Yield each new post of some stories: when, where, by whom, and whether it is a copy."""
    if not stories:
        return
    places = {seq: place for place, seq in enumerate(posts.column("seq").to_pylist())}
    at, source, author = moments_in(posts.column("ts")), posts.column("source").to_pylist(), posts.column("author").to_pylist()
    for seq, story, copy_of in zip(*(results.assignments.column(name).to_pylist() for name in ("seq", "story", "copy_of")), strict=True):
        if story in stories:
            place = places[seq]
            yield story, (at[place], source[place], author[place] or "", copy_of is not None)


def _move(row: AnalysisState, snapshot: bytes | None, tick: int, batch: bytes, posts: int) -> None:
    """Move the position, and write the snapshot when one was due."""
    row.tick, row.posts = tick, row.posts + posts
    row.chain = chained(row.chain, batch)
    changed = ["tick", "posts", "chain"]
    if snapshot is not None:
        AnalysisSnapshot.objects.update_or_create(position=row, defaults={"state": snapshot})
        row.snapshot_tick, row.snapshot_posts = tick, row.posts
        changed += ["snapshot_tick", "snapshot_posts"]
    row.save(update_fields=changed)


def _write(results: Results, posts: pa.RecordBatch, stream: str, merge: Callable[[], None]) -> list[int]:
    """Write what a tick changed, merges once their survivors are there; return the ids of the stories it changed."""
    ids = _write_stories(results.stories, posts, stream)
    merge()
    series = {name: results.series.column(name).to_pylist() for name in ("story", "posts", "questions", "new_authors")}
    upsert(StoryBucket, {**series, "start": stored_moments(results.series.column("bucket_ts"))}, ["story", "start"])
    moments = dict(zip(posts.column("seq").to_pylist(), stored_moments(posts.column("ts")), strict=True))
    seqs, told, copies = (results.assignments.column(name).to_pylist() for name in ("seq", "story", "copy_of"))
    upsert(StoryPost, {"post": seqs, "story": told, "at": [moments[seq] for seq in seqs], "copy_of": copies}, ["post"])
    return ids


def _write_stories(changed: pa.RecordBatch, posts: pa.RecordBatch, stream: str) -> list[int]:
    ids: list[int] = changed.column("story").to_pylist()
    if ids:
        titles = _titles(dict(zip(ids, changed.column("medoid_seq").to_pylist(), strict=True)), posts)
        upsert(Story, story_columns(changed, [titles[id] for id in ids], stream), ["id"])
    return ids


def story_columns(changed: pa.RecordBatch, titles: Sequence[tuple[str, str]], stream: str) -> dict[str, Sequence[Value]]:
    """Return the stories that a tick changed by the fields of their model; each has a title and its language."""
    return {
        "id": changed.column("story").to_pylist(),
        "title": [title for title, _language in titles],
        "language": [language for _title, language in titles],
        "first_at": stored_moments(changed.column("first_ts")),
        "last_at": stored_moments(changed.column("last_ts")),
        **{name: changed.column(name).to_pylist() for name in _FIGURES},
        "stream": [stream] * len(titles),
        "exercise": [stream == "exercise"] * len(titles),
    }


def _titles(medoids: dict[int, int], posts: pa.RecordBatch) -> dict[int, tuple[str, str]]:
    """Return title and language of each story, from the post that is most typical now."""
    known = {id: (medoid, title, language) for id, medoid, title, language in _named(medoids)}
    titles = {id: (known[id][1], known[id][2]) for id, medoid in medoids.items() if id in known and known[id][0] == medoid}
    places = {seq: place for place, seq in enumerate(posts.column("seq").to_pylist())}
    older = texts_by_seq(sorted({seq for id, seq in medoids.items() if id not in titles and seq not in places}))
    texts = {name: posts.column(name) for name in ("title", "text", "lang")}
    for id, seq in medoids.items():
        if id in titles:
            continue
        if seq in places:
            title, text, language = (texts[name][places[seq]].as_py() for name in ("title", "text", "lang"))
        elif seq in older:
            title, text, language = older[seq]
        else:
            _medoid, title, language = known.get(id, (0, "—", ""))
            text = title
        titles[id] = (title_of(title, text), language_of(language, text)[:12])
    return titles


def _named(medoids: dict[int, int]) -> list[tuple[int, int, str, str]]:
    return list(Story.objects.filter(pk__in=list(medoids)).values_list("id", "medoid_seq", "title", "language"))
