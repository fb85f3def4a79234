"""Reads of matters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from ..models import Story, StoryBucket
from ..rules import HOUR
from .models import StoryLink
from .rules import LANGUAGE_LABELS, POSTS_LEAST, LinkState


@dataclass(frozen=True)
class Member:
    """A story of a matter, and the link that made it one; the main story has none."""

    story: Story
    link: StoryLink | None

    @property
    def language(self) -> str:
        """Return the story's language in the reader's words."""
        return str(LANGUAGE_LABELS.get(self.story.language.partition("-")[0], self.story.language or "—"))


def matter_of(story_id: int) -> int:
    """Return the main story of the matter a story belongs to: itself where it belongs to none."""
    return matters_of_many([story_id])[story_id]


def matters_of_many(ids: Iterable[int]) -> dict[int, int]:
    """Return the main story of each story's matter."""
    wanted = list(ids)
    sides = dict(Story.objects.filter(pk__in=wanted, matter__isnull=False).values_list("pk", "matter"))
    return {id: sides.get(id) or id for id in wanted}


def stories_of_matter(main_id: int) -> list[int]:
    """Return the stories of a matter, the main one first, then by number."""
    return stories_of_matters([main_id])[main_id]


def stories_of_matters(main_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the stories of each matter, the main one first."""
    found = {id: [id] for id in main_ids}
    for id, main in Story.objects.filter(matter__in=list(found)).order_by("pk").values_list("pk", "matter"):
        found[main or 0].append(id)
    return found


def members_of(story: Story) -> list[Member]:
    """Return the stories of the matter that a story belongs to, the main one first, then the largest; none where it stands alone."""
    if story.matter is None and not getattr(story, "has_sides", True):
        return []
    standing = StoryLink.objects.filter(main=story.matter or story.pk, state=LinkState.LINKED).select_related("story", "main", "person")
    links = sorted(standing, key=lambda link: (-link.story.posts, link.story_id))
    return [Member(links[0].main, None), *(Member(link.story, link) for link in links)] if links else []


def in_matter_of(story_id: int) -> QuerySet[Story]:
    """Return the stories of the matter a story belongs to, itself among them, as a query."""
    main = Story.objects.filter(pk=story_id).values("matter")
    return Story.objects.filter(Q(pk=story_id) | Q(matter=story_id) | Q(pk__in=main) | Q(matter__in=main))


def sides_of_many(main_ids: Iterable[int]) -> dict[int, list[Story]]:
    """Return the stories linked to each main story, the largest first."""
    sides: dict[int, list[Story]] = defaultdict(list)
    for side in Story.objects.filter(matter__in=list(main_ids)).order_by("-posts", "pk"):
        sides[side.matter or 0].append(side)
    return sides


def lively(last: Mapping[int, datetime]) -> set[int]:
    """Return the stories with enough posts in the hour before their latest one, which is given."""
    if not last:
        return set()
    counts: dict[int, int] = defaultdict(int)
    rows = StoryBucket.objects.filter(story__in=list(last), start__gt=min(last.values()) - HOUR).values_list("story_id", "start", "posts")
    for id, start, posts in rows:
        counts[id] += posts if start > last[id] - HOUR else 0
    return {id for id, count in counts.items() if count >= POSTS_LEAST}
