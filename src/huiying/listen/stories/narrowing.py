"""How the search of posts is narrowed to a story, and its hits are grouped by story."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from huiying.listen.sources.narrowing import Narrowed

from .models import Story
from .selectors import seqs_of_story, stories_of_posts


class StoryNarrowing:
    """The search's window into this room."""

    key = "story"

    def narrowed(self, value: int) -> Narrowed | None:
        """Return the posts of a story, or None when there is no such story."""
        story = Story.objects.filter(pk=value).first()
        return Narrowed(value, story.title, reverse("stories:detail", args=[value]), frozenset(seqs_of_story(value))) if story else None

    def groups_of(self, seqs: Iterable[int]) -> dict[int, Narrowed]:
        """Return the story of each post."""
        found = stories_of_posts(seqs)
        return {seq: Narrowed(each.pk, each.title, reverse("stories:detail", args=[each.pk])) for seq, each in found.items()}
