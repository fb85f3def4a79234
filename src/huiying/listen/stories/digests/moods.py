"""Count the mood of stories by the hour, lazily: only of stories that are summed up, only texts not counted yet, never by author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum

from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.moments import EPOCH, microseconds
from huiying.core.analysis.mood import COUNTED, LEAST, MoodShares, means, mood_of, shares, shipped, tally
from huiying.core.formats.folding import as_one

from ..models import Story, StoryMood, StoryPost
from ..rules import HOUR
from .rules import HOURS_MOST, MOOD_TEXTS_MOST, PRIOR_DAYS

_SUMS = ("texts", *COUNTED)


def prior_of(stream: str, now: datetime) -> tuple[float, ...]:
    """Return the mood of a whole stream of late, which the shares of a small story are drawn to."""
    rows = StoryMood.objects.filter(story__stream=stream, start__gt=now - timedelta(days=PRIOR_DAYS))
    return means(*_split(rows))


def mood_part(story: Story, prior: Sequence[float]) -> dict[str, object]:
    """Return the mood of a story as plain values, with its hours of which something may be shown: start, texts, thousandths positive."""
    found = asdict(mood_read(story, prior))
    enough = StoryMood.objects.filter(story=story, texts__gte=LEAST, voices__gte=LEAST).order_by("-start")
    hours = enough.values_list("start", "texts", "positive")[:HOURS_MOST]
    return {**found, "hours": [[microseconds(start), texts, positive] for start, texts, positive in hours][::-1]}


def mood_read(story: Story, prior: Sequence[float]) -> MoodShares | Insufficient:
    """Count the texts of a story that are not counted yet, and return the mood of all that are."""
    version = shipped().version
    _forget_others(story, version)
    counted = _counted(story)
    own = StoryPost.objects.filter(story=story, copy_of__isnull=True)
    unread = own.filter(pk__gt=counted).order_by("-pk").values_list("pk", "at", "post__title", "post__text")[:MOOD_TEXTS_MOST]
    rows = [(seq, at, as_one(title, text)) for seq, at, title, text in unread]
    if rows:
        found = mood_of([text for _seq, _at, text in rows])
        added = tally([_hour(at) for _seq, at, _text in rows], found)
        read = [seq for (seq, _at, _text), is_read in zip(rows, found.is_read.tolist(), strict=True) if is_read]
        newest = max(seq for seq, _at, _text in rows)
        with transaction.atomic():
            if _counted(story) == counted:  # nobody else counted meanwhile
                StoryPost.objects.filter(story=story, pk__in=read).update(in_mood=True)
                _add(story, added, newest, version)
    return _shares(story, prior, version)


def _counted(story: Story) -> int:
    return StoryMood.objects.filter(story=story).aggregate(newest=Max("last_seq"))["newest"] or 0


def _forget_others(story: Story, version: str) -> None:
    """Drop what another model counted; and all of a story that took over others, whose posts are its own now: it is counted anew."""
    stale = StoryMood.objects.filter(story=story).exclude(version=version)
    if StoryMood.objects.filter(story__merged_into=story.pk).exists():
        stale = StoryMood.objects.filter(Q(story=story) | Q(story__merged_into=story.pk))
    with transaction.atomic():
        if stale.delete()[0]:
            StoryPost.objects.filter(story=story, in_mood=True).update(in_mood=False)


def _add(story: Story, added: dict[int, tuple[int, ...]], newest: int, version: str) -> None:
    starts = {number: EPOCH + number * HOUR for number in added}
    known = {row.start: row for row in StoryMood.objects.filter(story=story, start__in=starts.values())}
    rows = []
    for number, counts in sorted(added.items()):
        start = starts[number]
        row = known.get(start) or StoryMood(story=story, start=start, version=version, **dict.fromkeys(_SUMS, 0))
        for name, n in zip(_SUMS, counts, strict=True):
            setattr(row, name, getattr(row, name) + n)
        row.last_seq, row.voices = (
            newest,
            voices_of(StoryPost.objects.filter(story=story, in_mood=True, at__gte=start, at__lt=start + HOUR)),
        )
        rows.append(row)
    StoryMood.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["story", "start"], update_fields=["last_seq", "voices", *_SUMS]
    )


def voices_of(posts: QuerySet[StoryPost]) -> int:
    """Return how many authors posts have; one whose source names no author counts as one."""
    unnamed = Q(post__author__isnull=True) | Q(post__author="")
    found = posts.aggregate(named=Count("post__author", filter=~unnamed, distinct=True), unnamed=Count("pk", filter=unnamed))
    return int(found["named"]) + int(found["unnamed"])


def _shares(story: Story, prior: Sequence[float], version: str) -> MoodShares | Insufficient:
    rows = StoryMood.objects.filter(story=story)
    texts, counts = _split(rows)
    span = [row.start for row in rows.order_by("start")]
    until = min(span[-1] + HOUR, max(story.last_at, span[-1])) if span else EPOCH
    window = (microseconds(span[0]), microseconds(until)) if span else (0, 0)
    voices = voices_of(StoryPost.objects.filter(story=story, in_mood=True))
    return shares(texts, counts, voices, prior, window, version)


def _split(rows: QuerySet[StoryMood]) -> tuple[int, list[int]]:
    found = rows.aggregate(**{f"n_{name}": Sum(name, default=0) for name in _SUMS})
    return int(found["n_texts"]), [int(found[f"n_{name}"]) for name in COUNTED]


def _hour(at: datetime) -> int:
    return (at - EPOCH) // HOUR
