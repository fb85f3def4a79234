"""Link stories of one matter and part them: by the analysis when they grow, or by a person, whose word holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.analysis.links import Matter, Portrait, Reason, link, still_holds

from ..models import Story, StoryPost
from ..signals import matter_joined
from .models import StoryLink, StoryPortrait
from .reading import Meanings, as_portrait, portrait_make
from .rules import MATTERS_MOST, POSTS_LEAST, SILENCE, LinkState, is_grown
from .selectors import lively

#: Who may say that stories are, or are not, one matter: who may take the warning about it.
RIGHT = "warning.acknowledge"
#: Names that a link keeps for its reason.
NAMES_SHOWN = 5


def matters_follow(*, stream: str, story_ids: Iterable[int], tick: int, now: datetime) -> None:
    """Look at the stories that grew enough in this tick, the largest first, and link or part them.

    It depends on the log alone: on which tick they grew in, and on the times of their posts.
    """
    joined = [story for story in _due(stream, story_ids) if _look(story, tick, now)]
    if joined:
        _look_round(joined[-1], tick, now)


def _due(stream: str, story_ids: Iterable[int]) -> list[Story]:
    """Return the stories to look at. The first query asks for numbers and size alone: another index would make it read all stories."""
    large = Story.objects.filter(pk__in=list(story_ids), posts__gte=POSTS_LEAST)
    columns = large.values_list("pk", "posts", "last_at", "matter", "stream", "merged_into")
    known = {row[0]: row[1:4] for row in columns if row[4] == stream and row[5] is None}
    if not known:
        return []
    read = dict(StoryPortrait.objects.filter(pk__in=known).values_list("pk", "posts"))
    grown = {id: last_at for id, (posts, last_at, matter) in known.items() if is_grown(posts, read.get(id, 0), is_alone=matter is None)}
    alive = lively(grown)
    return list(Story.objects.filter(pk__in=alive).order_by("-posts", "pk")) if alive else []


def _look(story: Story, tick: int, now: datetime) -> bool:
    """Read a story anew and link it, or part it where its link no longer holds; return whether it was linked."""
    others = _alive_beside(story)
    rows = {**others, story.pk: portrait_make(story, sorted({name for each in others.values() for name in each.names}))}
    look = _Look({id: as_portrait(each) for id, each in rows.items()}, Meanings(rows))
    standing = StoryLink.objects.filter(story=story, state=LinkState.LINKED).first()
    if standing is None:
        return _try(story, others, look, tick, now)
    if standing.reason != Reason.PERSON and not look.holds(story.pk, standing.main_id):
        _part(standing, now)
    return False


def _look_round(story: Story, tick: int, now: datetime) -> None:
    """Try the stories that stand alone beside a matter again: it has another story now that may speak for them."""
    rows = {**_alive_beside(story), story.pk: StoryPortrait.objects.select_related("story").get(pk=story.pk)}
    look = _Look({id: as_portrait(each) for id, each in rows.items()}, Meanings(rows))
    mains = {row.story.matter for row in rows.values()}
    for id, row in rows.items():
        is_alone = row.story.matter is None and id not in mains
        if is_alone and _try(row.story, {other: each for other, each in rows.items() if other != id}, look, tick, now):
            for linked, main in Story.objects.filter(pk__in=rows).values_list("pk", "matter"):
                rows[linked].story.matter = main
                mains.add(main)


def _try(story: Story, others: dict[int, StoryPortrait], look: _Look, tick: int, now: datetime) -> bool:
    found = link(look.portraits[story.pk], _matters(story, others, look.portraits), look.meanings) if others else None
    if found is None:
        return False
    names = list(found.names[:NAMES_SHOWN])
    why: dict[str, object] = {"reason": found.reason.value, "nearness": found.nearness, "names": names, "tick": tick}
    _link(story, others[found.main].story, look, now, why)
    return True


@dataclass(frozen=True)
class _Look:
    """The portraits of the stories alive beside one, and what they mean."""

    portraits: dict[int, Portrait]
    meanings: Meanings

    def holds(self, story: int, main: int) -> bool:
        """Return whether a link still holds; what is silent now cannot be judged and stays."""
        one, other = self.portraits.get(story), self.portraits.get(main)
        return one is None or other is None or still_holds(one, other, self.meanings)


def _alive_beside(story: Story) -> dict[int, StoryPortrait]:
    """Return the portraits of stories that overlap in time with one, the largest."""
    rows = StoryPortrait.objects.filter(
        story__stream=story.stream,
        story__merged_into=None,
        story__last_at__gte=story.last_at - SILENCE,
        story__first_at__lte=story.last_at + SILENCE,
    )
    found = rows.exclude(pk=story.pk).select_related("story").order_by("-story__posts", "pk")[:MATTERS_MOST]
    return {row.pk: row for row in found}


def _matters(story: Story, others: dict[int, StoryPortrait], portraits: dict[int, Portrait]) -> list[Matter]:
    """Return the matters that a story may join: their main stories are alive, and no person ruled it out."""
    apart = _apart_from(story.pk)
    sides: dict[int, list[Portrait]] = defaultdict(list)
    for id, row in others.items():
        if row.story.matter is not None:
            sides[row.story.matter].append(portraits[id])
    mains = [id for id, row in others.items() if row.story.matter is None and id not in apart]
    return [Matter(portraits[id], tuple(sides[id])) for id in mains]


def _apart_from(story_id: int) -> set[int]:
    """Return the stories that a person said are not of one matter with this one."""
    ruled = StoryLink.objects.filter(Q(story=story_id) | Q(main=story_id), state=LinkState.APART).values_list("story", "main")
    return {id for pair in ruled for id in pair}


def _link(story: Story, main: Story, look: _Look, now: datetime, why: dict[str, object]) -> None:
    """Link two matters by their main stories: the one of more stories, then of more posts, takes the other in.

    A side story of the smaller one that is not near to the new main story stands alone again: matters form no chains.
    """
    own = {each.pk: list(Story.objects.filter(matter=each.pk).order_by("pk")) for each in (story, main)}
    if (len(own[story.pk]), story.posts, -story.pk) > (len(own[main.pk]), main.posts, -main.pk):
        story, main = main, story
    for side in own[story.pk]:
        standing = StoryLink.objects.get(story=side, state=LinkState.LINKED)
        if standing.reason == Reason.PERSON or look.holds(side.pk, main.pk):
            _join(side, main, now, {**why, "reason": standing.reason, "nearness": None, "names": []})
        else:
            _part(standing, now)
    _join(story, main, now, why)


def _join(story: Story, main: Story, now: datetime, why: dict[str, object]) -> None:
    StoryLink.objects.filter(story=story, state=LinkState.LINKED).update(state=LinkState.WITHDRAWN, ended_at=now)
    StoryLink.objects.create(story=story, main=main, at=now, **why)
    Story.objects.filter(pk=story.pk).update(matter=main.pk)
    matter_joined.send(sender=StoryLink, story_id=story.pk, main_id=main.pk, now=now)


def _part(standing: StoryLink, now: datetime) -> None:
    StoryLink.objects.filter(pk=standing.pk).update(state=LinkState.WITHDRAWN, ended_at=now)
    Story.objects.filter(pk=standing.story_id).update(matter=None)


def matters_merged(*, former: int, into: int, now: datetime) -> None:
    """Let the links of a story go over to the one it was merged into; the survivor stays in its own matter where it has one."""
    kept = dict(Story.objects.filter(pk__in=(former, into)).values_list("pk", "matter"))
    if len(kept) < 2:
        return
    mains = {id: main or id for id, main in kept.items()}
    target = mains[into] if mains[into] != former else into
    if kept[into] == former:
        _withdraw(into, now)
    sides = Story.objects.filter(matter=former).exclude(pk=target)
    StoryLink.objects.filter(main=former).exclude(story=target).update(main=target)
    sides.update(matter=target)
    alone = kept[into] is None and not Story.objects.filter(matter=into).exists()
    if alone and kept[former] not in (None, into):
        StoryLink.objects.filter(story=former, state=LinkState.LINKED).update(story=into)
        Story.objects.filter(pk=into).update(matter=kept[former])
    StoryLink.objects.filter(story=former, state=LinkState.APART).exclude(main=into).update(story=into)
    _withdraw(former, now)


def _withdraw(story_id: int, now: datetime) -> None:
    StoryLink.objects.filter(story=story_id, state=LinkState.LINKED).update(state=LinkState.WITHDRAWN, ended_at=now)
    Story.objects.filter(pk=story_id).update(matter=None)


def portraits_forget(seqs: Iterable[int]) -> None:
    """Drop the portraits of stories that hold erased posts, and the names their links show; they are read anew when they next grow."""
    stories = set(StoryPost.objects.filter(pk__in=list(seqs)).values_list("story_id", flat=True))
    StoryPortrait.objects.filter(pk__in=stories).delete()
    StoryLink.objects.filter(Q(story__in=stories) | Q(main__in=stories)).update(names=[])


@transaction.atomic
def matter_join(*, actor: Actor, now: datetime, story_id: int, main_id: int) -> int:
    """Say that two stories are one matter; it holds until a person says otherwise. Returns the main story."""
    require(actor, RIGHT)
    story, other = _story(story_id), _story(main_id)
    main = _story(other.matter) if other.matter is not None else other
    if story.pk == main.pk or story.matter == main.pk:
        raise BadInput(_("These stories are one matter already."))
    if story.stream != main.stream:
        raise BadInput(_("A story of an exercise and one of real posts are never one matter."))
    _apart(story.pk, main.pk).update(state=LinkState.WITHDRAWN, ended_at=now)
    why: dict[str, object] = {"reason": Reason.PERSON.value, "person_id": actor.id}
    for side in Story.objects.filter(matter=story.pk).order_by("pk"):
        _join(side, main, now, why)
    _join(story, main, now, why)
    record(actor=actor, verb="matter.join", subject=("story", story.pk), now=now, detail={"main": main.pk}, exercise=story.exercise)
    return main.pk


@transaction.atomic
def matter_leave(*, actor: Actor, now: datetime, story_id: int) -> int:
    """Say that a story is not of the matter it was linked to; the analysis does not link the two again. Returns the main story."""
    require(actor, RIGHT)
    story = _story(story_id)
    if story.matter is None:
        raise NotNow(_("This story is not linked to another one."))
    main = story.matter
    standing = StoryLink.objects.filter(story=story, state=LinkState.LINKED)
    standing.update(state=LinkState.APART, ended_at=now, person=actor.id)
    Story.objects.filter(pk=story.pk).update(matter=None)
    record(actor=actor, verb="matter.leave", subject=("story", story.pk), now=now, detail={"main": main}, exercise=story.exercise)
    return main


def _apart(one: int, other: int) -> QuerySet[StoryLink]:
    return StoryLink.objects.filter(Q(story=one, main=other) | Q(story=other, main=one), state=LinkState.APART)


def _story(id: int) -> Story:
    found = Story.objects.select_for_update().filter(pk=id, merged_into=None).first()
    if found is None:
        raise NotThere(_("There is no story %(number)s.") % {"number": id})
    return found
