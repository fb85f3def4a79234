"""Read how rumour-like a story is: its most typical post with what was posted after it, or its first post where that is too little."""

from __future__ import annotations

from datetime import timedelta

from huiying.core.analysis.evidence import Insufficient
from huiying.core.analysis.moments import microseconds
from huiying.core.analysis.rumour import SPANS, Reply, RumourLike, rumour_like
from huiying.core.formats.folding import as_one

from ..models import Story, StoryPost
from .rules import REPLIES_MOST

_DAY = timedelta(seconds=SPANS[-1])


def rumour_read(story: Story) -> RumourLike | Insufficient | None:
    """Return how rumour-like a story is or what is missing for it; None when its posts are gone."""
    answer: RumourLike | Insufficient | None = None
    for seq in dict.fromkeys((story.medoid_seq, story.pk)):
        answer = _read(story, seq) or answer
        if isinstance(answer, RumourLike):
            return answer
    return answer


def _read(story: Story, seq: int) -> RumourLike | Insufficient | None:
    own = StoryPost.objects.filter(story=story)
    first = own.filter(pk=seq).values_list("at", "post__title", "post__text").first()
    if first is None:
        return None
    start, title, text = first
    if not (title or text).strip():
        return None
    later = own.filter(copy_of__isnull=True, at__gte=start, at__lte=start + _DAY).exclude(pk=seq).order_by("at", "pk")
    rows = list(later.values_list("at", "post__text", "post__author", "post__source_id")[:REPLIES_MOST])
    replies = [Reply((at - start).total_seconds(), text) for at, text, _author, _source in rows]
    people = len({author for _at, _text, author, _source in rows if author}) + sum(1 for row in rows if not row[2])
    window = (microseconds(start), microseconds(rows[-1][0] if rows else start))
    return rumour_like(as_one(title, text), replies, people=people, window=window, sources=len({row[3] for row in rows}))
