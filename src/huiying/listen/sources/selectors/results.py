"""Search results as people see them: without authors, with the source, with what was looked for marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import Sum

from huiying.base.ui.together import Reading, read_together
from huiying.core.formats.keywords import Node
from huiying.core.formats.matching import Fragment, snippet

from ..models import IntakeTick, Post, Source, SourceHour
from ..narrowing import Narrowed, narrowing
from ..rules import OwnKind
from .search import Filters, find

#: Rows of one export: a spreadsheet takes more, a person does not read them.
EXPORT_LIMIT = 20_000
TITLE_LENGTH = 120
_SHOWN = ("seq", "source", "published_at", "title", "text", "url", "channel", "exercise")


@dataclass(frozen=True)
class Hit:
    """One post of a result; never who wrote it."""

    seq: int
    published_at: datetime
    title: list[Fragment]
    text: list[Fragment]
    url: str
    source_id: int
    source: str
    channel: str
    exercise: bool
    group: Narrowed | None = None


@dataclass(frozen=True)
class Group:
    """How many of the shown posts belong to one story."""

    group: Narrowed
    posts: int


@dataclass(frozen=True)
class Exported:
    """One post as it leaves the house: with its source, without its author."""

    source: str
    channel: str
    url: str
    published_at: datetime
    language: str
    title: str
    text: str


def hits_of(seqs: Sequence[int], tree: Node | None) -> list[Hit]:
    """Return posts by their numbers, in that order, each with its story; one query, none without posts."""
    way = narrowing("story")
    wanted = {"posts": Reading(Post.objects.filter(pk__in=list(seqs)), only=_SHOWN, related={"source": ("name",)})} if seqs else {}
    if way is not None and seqs:
        wanted["groups"] = way.reading(seqs)
    found = read_together(wanted).rows
    posts = {post.seq: post for post in found.get("posts", [])}
    groups = way.groups_in(found.get("groups", [])) if way is not None else {}
    return [_hit(posts[seq], tree, groups.get(seq)) for seq in seqs if seq in posts]


def _hit(post: Post, tree: Node | None, group: Narrowed | None) -> Hit:
    title = _fragments(tree, post.title, TITLE_LENGTH) if post.title else []
    text = _fragments(tree, post.text, 240)
    source = str(post.source)
    return Hit(post.seq, post.published_at, title, text, post.url, post.source_id, source, post.channel, post.exercise, group)


def _fragments(tree: Node | None, text: str, length: int) -> list[Fragment]:
    if tree is None:
        return [Fragment(text[:length] + ("…" if len(text) > length else ""), False)]
    return snippet(tree, text, length=length)


def groups_of(hits: Iterable[Hit]) -> list[Group]:
    """Return the stories of the shown posts, most posts first."""
    counts = Counter(hit.group for hit in hits if hit.group is not None)
    return [Group(group, posts) for group, posts in sorted(counts.items(), key=lambda item: (-item[1], item[0].id))]


def exported(tree: Node | None, filters: Filters, *, limit: int = EXPORT_LIMIT) -> Iterator[Exported]:
    """Yield the newest matches as they may leave the house, newest first, reading some hundreds at a time."""
    seqs = find(tree, filters, limit=limit).seqs
    for start in range(0, len(seqs), 500):
        part = seqs[start : start + 500]
        posts = Post.objects.select_related("source").filter(pk__in=part).defer("author", "item_key").in_bulk()
        for post in (posts[seq] for seq in part if seq in posts):
            language, published = post.language or "", post.published_at
            yield Exported(str(post.source), post.channel, post.url, published, language, post.title, post.text)


def last_seq_of_tick(stream: str, number: int) -> int:
    """Return the number of the newest post in a tick or before it, 0 when there is none."""
    ticks = IntakeTick.objects.filter(stream=stream, number__lte=number).order_by("-number")
    return ticks.values_list("last_seq", flat=True).first() or 0


def posts_taken_in(*, since: datetime, until: datetime, exercise: bool) -> int:
    """Return how many posts came in between two moments, from the hours of the sources."""
    hours = SourceHour.objects.filter(
        start__gte=since.replace(minute=0, second=0, microsecond=0), start__lte=until, source__exercise=exercise
    )
    hours = hours.exclude(source__connector=OwnKind.CANARY)
    return int(hours.aggregate(n=Sum("stored"))["n"] or 0)


def search_sources() -> list[Source]:
    """Return the sources that a search can be narrowed to, by name."""
    return read_together({"sources": searched_sources()}).rows["sources"]


def searched_sources() -> Reading:
    """Say how the sources that a search can be narrowed to are read, by name."""
    sources = Source.objects.exclude(connector=OwnKind.CANARY)
    return Reading(sources, only=("name", "channel", "region", "topic", "exercise"), order=attrgetter("name", "pk"))
