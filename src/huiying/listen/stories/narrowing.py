"""How the search of posts is narrowed to a story, and its hits are grouped by story."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from huiying.base.ui.together import Reading
from huiying.listen.sources.narrowing import Narrowed

from .models import Story, StoryPost
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
