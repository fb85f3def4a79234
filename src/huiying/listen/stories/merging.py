"""Stories that turned out to be one: the older id stays, the other one leads to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.core.analysis.schema import Results

from .models import Story, StoryBucket, StoryMerge, StoryPost


@dataclass(frozen=True)
class Merge:
    """What the analysis says: ``former`` is the story ``into`` from now on."""

    former: int
    into: int
    seq: int
    reason: str
    verdict: int


def read(results: Results) -> list[Merge]:
    """Return the merges of a tick, chains in their order."""
    rows = (results.merges.column(name).to_pylist() for name in ("story", "into", "seq", "reason", "verdict"))
    return [Merge(*row) for row in zip(*rows, strict=True)]


def stories_in(merges: Iterable[Merge]) -> set[int]:
    """Return every story that takes part."""
    return {id for merge in merges for id in (merge.former, merge.into)}


def write(merges: Sequence[Merge], *, tick: int, now: datetime) -> None:
    """Move the posts of merged stories to the survivor and note the event; the survivor's totals come with the tick."""
    known = Story.objects.in_bulk(stories_in(merges))
    for merge in merges:
        former = known.get(merge.former)
        if former is None or merge.into not in known or former.merged_into is not None:
            continue
        StoryPost.objects.filter(story_id=merge.former).update(story_id=merge.into)
        StoryBucket.objects.filter(story_id=merge.former).delete()
        Story.objects.filter(merged_into=merge.former).update(merged_into=merge.into)
        Story.objects.filter(pk=merge.former).update(merged_into=merge.into)
        StoryMerge.objects.create(
            former=former,
            into_id=merge.into,
            tick=tick,
            at=now,
            seq=merge.seq,
            reason=merge.reason,
            verdict=merge.verdict,
            posts=former.posts,
        )
