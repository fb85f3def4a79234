"""What this room does when a tick is applied, and when posts are erased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.dispatch import receiver

from huiying.listen.sources.signals import posts_erased

from .models import Story, Watch
from .signals import tick_applied
from .watches.rules import WatchState

#: What a story is called whose title quoted an erased post.
ERASED_TITLE = "—"


@receiver(tick_applied)
def match_watches(sender: object, stream: str, tick: int, story_ids: list[int], now: datetime, **_more: object) -> None:
    """Match the posts of the tick against the watches of its stream, in the tick's transaction."""
    exercise = stream == "exercise"
    if stream not in ("live", "exercise") or not Watch.objects.filter(state=WatchState.ACTIVE, exercise=exercise).exists():
        return
    from huiying.listen.sources.selectors import tick_batches  # these bring the analysis along: only who applies ticks needs it

    from .folding import posts_of
    from .watches.services import watches_match

    for number, batch in tick_batches(stream, tick - 1, limit=1):
        if number == tick:
            watches_match(exercise=exercise, posts=posts_of(batch))


@receiver(tick_applied)
def follow_matters(
    sender: object, stream: str, tick: int, story_ids: list[int], now: datetime, merges: Iterable[tuple[int, int]] = (), **_more: object
) -> None:
    """Link what grew to its matter, in the tick's transaction and before warnings are judged."""
    from .matters.services import matters_follow, matters_merged

    for former, into in merges:
        matters_merged(former=former, into=into, now=now)
    matters_follow(stream=stream, story_ids=story_ids, tick=tick, now=now)


@receiver(posts_erased)
def forget_titles(sender: object, seqs: list[int], now: datetime, **_more: object) -> None:
    """Take the words of erased posts out of the titles and digests of stories."""
    from .digests.services import digests_forget
    from .matters.services import portraits_forget

    digests_forget(seqs)
    Story.objects.filter(medoid_seq__in=seqs).update(title=ERASED_TITLE)
    portraits_forget(seqs)
