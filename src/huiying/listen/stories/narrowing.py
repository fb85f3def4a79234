"""How the search of posts is narrowed to a story, and its hits are grouped by story."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from huiying.base.ui.together import Reading
from huiying.listen.sources.narrowing import Narrowed

from .models import Story, StoryDigest, StoryPost
from .selectors import seqs_of_story


class StoryNarrowing:
    """The search's window into this room."""

    key = "story"

    def narrowed(self, value: int) -> Narrowed | None:
        """Return the posts of a story, or None when there is no such story."""
        story = Story.objects.filter(pk=value).first()
        return Narrowed(value, story.title, reverse("stories:detail", args=[value]), frozenset(seqs_of_story(value))) if story else None

    def reading(self, seqs: Iterable[int]) -> Reading:
        """Say how the stories of posts are read."""
        return Reading(StoryPost.objects.filter(post_id__in=list(seqs)), only=("post",), related={"story": ("title",)})

    def groups_in(self, rows: Iterable[StoryPost]) -> dict[int, Narrowed]:
        """Return the story of each post."""
        return {row.post_id: Narrowed(row.story.pk, row.story.title, reverse("stories:detail", args=[row.story.pk])) for row in rows}


#: Newest stories of a mood, and newest posts of theirs, that a search is narrowed to.
MOOD_STORIES, MOOD_POSTS = 500, 20_000
_SHARE = "data__mood__shares__{}__{}"


class MoodChoosing:
    """Posts by the mood of their story, where that is sure: never by the mood of one post."""

    key = "mood"
    choices = (
        (1, _("mostly negative")),
        (2, _("mostly positive")),
        (3, _("a quarter or more angry")),
        (4, _("a quarter or more afraid")),
        (5, _("a quarter or more sad")),
    )
    _wanted = {
        1: Q(**{_SHARE.format("positive", "high") + "__lt": 0.5}),
        2: Q(**{_SHARE.format("positive", "low") + "__gt": 0.5}),
        3: Q(**{_SHARE.format("angry", "shrunk") + "__gte": 0.25}),
        4: Q(**{_SHARE.format("fear", "shrunk") + "__gte": 0.25}),
        5: Q(**{_SHARE.format("sad", "shrunk") + "__gte": 0.25}),
    }

    def chosen(self, value: int) -> frozenset[int]:
        """Return the newest posts of the newest stories that have the mood."""
        digests = StoryDigest.objects.filter(self._wanted[value], story__merged_into=None).order_by("-story__last_at")
        stories = list(digests.values_list("story_id", flat=True)[:MOOD_STORIES])
        return frozenset(StoryPost.objects.filter(story_id__in=stories).order_by("-pk").values_list("pk", flat=True)[:MOOD_POSTS])
