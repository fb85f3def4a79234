"""Read the stories that grew, and keep what their public asks and says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from huiying.core.analysis.digest import FORMAT, digest
from huiying.core.analysis.moments import microseconds
from huiying.core.analysis.phrases import Background
from huiying.core.analysis.sayings import Saying
from huiying.core.formats.folding import as_one

from ..models import Story, StoryDigest, StoryPost
from .moods import mood_part, prior_of
from .rules import BACKGROUND_TEXTS, COPIES_MOST, POSTS_LEAST, REPEATED_MOST, STORIES_LOOKED_AT, STORIES_READ, TEXTS_MOST, is_stale
from .rumours import rumour_read

_TEXT = ("pk", "at", "post__title", "post__text", "post__author", "post__source_id", "post__channel")
_COPY = ("pk", "at", "copy_of", "post__author", "post__source_id", "post__channel")


def digests_refresh(*, now: datetime, limit: int = STORIES_READ) -> int:
    """Read the stories with most unread posts; return how many were read. Running it twice is harmless."""
    backgrounds: dict[str, _Behind] = {}
    priors: dict[str, Sequence[float]] = {}
    waiting = stale_stories()[:limit]
    for story in waiting:
        if story.stream not in backgrounds:
            backgrounds[story.stream], priors[story.stream] = _Behind(story.stream), prior_of(story.stream, now)
        digest_make(story=story, now=now, background=backgrounds[story.stream].without(story.pk), prior=priors[story.stream])
    return len(waiting)


def stale_stories() -> list[Story]:
    """Return the stories of late whose digest is missing or old, those with most unread posts first."""
    told = Story.objects.filter(posts__gte=POSTS_LEAST, merged_into__isnull=True)
    newest = told.select_related("digest").order_by("-last_at", "-pk")[:STORIES_LOOKED_AT]
    unread: list[tuple[int, Story]] = []
    for story in newest:
        made: StoryDigest | None = getattr(story, "digest", None)
        read = made.posts if made else 0
        if made is None or is_stale(story.posts, read, same_format=is_current(made.data)):
            unread.append((read - story.posts, story))
    return [story for _unread, story in sorted(unread, key=lambda pair: (pair[0], -pair[1].pk))]


def is_current(data: Mapping[str, object]) -> bool:
    """Return whether a stored digest has every part of one made now."""
    return data.get("format") == FORMAT and "mood" in data and "rumour" in data


def digest_make(
    *, story: Story, now: datetime, background: Background | None = None, prior: Sequence[float] | None = None
) -> StoryDigest | None:
    """Read a story's posts and store what they ask, say and feel; None when they are gone."""
    sayings = sayings_of(story)
    if not sayings:
        return None
    rumour = rumour_read(story)
    mood = mood_part(story, prior or prior_of(story.stream, now))
    data = {**digest(sayings, background).to_dict(), "mood": mood, "rumour": asdict(rumour) if rumour else None}
    seqs = [each.seq for each in sayings]
    fields = {"made_at": now, "posts": story.posts, "first_seq": min(seqs), "last_seq": max(seqs), "data": data}
    quoted = [each.seq for each in sayings if each.text.strip()]
    with transaction.atomic():
        if StoryPost.objects.filter(pk__in=quoted, post__title="", post__text="").exists():
            return None  # posts were erased while they were read; the next round reads what is left
        return StoryDigest.objects.update_or_create(story=story, defaults=fields)[0]


def digests_forget(seqs: Iterable[int]) -> None:
    """Drop every digest that may quote one of these posts; the next round reads what is left."""
    numbers = list(seqs)
    if numbers:
        StoryDigest.objects.filter(first_seq__lte=max(numbers), last_seq__gte=min(numbers)).delete()


def sayings_of(story: Story) -> list[Saying]:
    """Return the newest and the most repeated texts of a story and the copies of them."""
    members = StoryPost.objects.filter(story=story)
    repeated = members.filter(copy_of__isnull=False).values_list("copy_of").annotate(n=Count("pk")).order_by("-n", "copy_of")
    own = members.filter(copy_of__isnull=True)
    newest = own.order_by("-at", "-pk").values_list("pk", flat=True)[:TEXTS_MOST]
    wanted = {story.medoid_seq, *newest, *(seq for seq, _n in repeated[:REPEATED_MOST])}
    texts = [
        Saying(seq, microseconds(at), as_one(title, text), author, source, channel)
        for seq, at, title, text, author, source, channel in own.filter(pk__in=wanted).order_by("pk").values_list(*_TEXT)
    ]
    copied = members.filter(copy_of__in=[each.seq for each in texts]).order_by("-at", "-pk")
    copies = [
        Saying(seq, microseconds(at), "", author, source, channel, copy_of)
        for seq, at, copy_of, author, source, channel in copied.values_list(*_COPY)[:COPIES_MOST]
    ]
    return texts + copies


class _Behind:
    """The latest texts of a stream, to hold a story's phrases against."""

    def __init__(self, stream: str) -> None:
        rows = StoryPost.objects.filter(story__stream=stream, copy_of__isnull=True).order_by("-pk")
        self._texts = list(rows.values_list("story_id", "post__text")[:BACKGROUND_TEXTS])
        self._all = Background()
        self._all.add([text for _story, text in self._texts])

    def without(self, story_id: int) -> Background:
        """Return the texts of all other stories."""
        return self._all.without([text for story, text in self._texts if story == story_id])
