"""Save, change and pause watches; match the posts of a tick; tell owners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

import pyarrow as pa
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.formats.keywords import QueryFault, read_query
from huiying.listen.sources.selectors import last_seq_of_tick, matched_moments
from huiying.listen.sources.services import stored_moment
from huiying.listen.sources.wording import query_words

from ..models import AnalysisState, Watch, WatchHour, WatchMatch
from .matching import Said, Watched, matches
from .rules import FILLED_DAYS, LEAST_NOTICE_HOURS, PREVIEW_POSTS, WATCH_LIMIT, WATCH_MOVES, WatchState, is_notice_due
from .selectors import filters_of

_SECOND = timedelta(seconds=1)


@transaction.atomic
def watch_save(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    query: str,
    channel: str = "",
    language: str = "",
    is_told: bool = False,
    notice_hours: int = 6,
    exercise: bool = False,
    watch_id: int | None = None,
) -> Watch:
    """Save a new watch, filled with the posts of the last days, or change one's own; a changed query is filled anew."""
    require(actor, "watch.manage")
    _refuse_bad(name, query, notice_hours)
    fields = {
        "name": name.strip()[:80],
        "query": query.strip(),
        "channel": channel,
        "language": language,
        "is_told": is_told,
        "notice_hours": notice_hours,
    }
    if watch_id is None:
        if actor.id is None:
            raise NotYou(_("A watch belongs to a person: sign in."))
        if Watch.objects.filter(exercise=exercise).count() >= WATCH_LIMIT:
            raise NotNow(_("There are %(limit)s watches already: end one that nobody reads.") % {"limit": WATCH_LIMIT})
        watch = Watch(owner_id=actor.id, created_at=now, exercise=exercise, **fields)
    else:
        watch = _own(actor, watch_id)
        for field, value in fields.items():
            setattr(watch, field, value)
    try:
        with transaction.atomic():
            watch.save()
    except IntegrityError:
        raise BadInput(_("There is a watch named “%(name)s” already: choose another name.") % {"name": watch.name}) from None
    _fill(watch, now)
    verb = "watch.add" if watch_id is None else "watch.edit"
    detail: dict[str, object] = {"name": watch.name, "query": watch.query}
    record(actor=actor, verb=verb, subject=("watch", watch.pk), now=now, detail=detail, exercise=watch.exercise)
    return watch


def _refuse_bad(name: str, query: str, notice_hours: int) -> None:
    if not name.strip():
        raise BadInput(_("Give the watch a name: the matter it is about."))
    try:
        read_query(query)
    except QueryFault as fault:
        raise BadInput(query_words(fault)) from fault
    if notice_hours < LEAST_NOTICE_HOURS:
        raise BadInput(_("At most one notice an hour: more of them would not be read."))


def _fill(watch: Watch, now: datetime) -> None:
    """Fill a watch with past posts up to the newest tick that is applied; what follows comes with its tick."""
    stream = "exercise" if watch.exercise else "live"
    row = AnalysisState.objects.select_for_update().filter(stream=stream, shard=0).first()
    last = last_seq_of_tick(stream, row.tick) if row is not None else 0
    WatchMatch.objects.filter(watch=watch).delete()
    WatchHour.objects.filter(watch=watch).delete()
    filters = filters_of(watch, since=now - timedelta(days=FILLED_DAYS), until=now + _SECOND)
    moments, _more = matched_moments(read_query(watch.query), filters, limit=PREVIEW_POSTS)
    _write(((watch.pk, seq, at) for seq, at in moments if seq <= last))


def watch_pause(*, actor: Actor, now: datetime, watch_id: int) -> Watch:
    """Match no new posts until the watch is resumed."""
    return _move(actor, now, watch_id, WatchState.PAUSED, "watch.pause")


def watch_resume(*, actor: Actor, now: datetime, watch_id: int) -> Watch:
    """Match new posts again."""
    return _move(actor, now, watch_id, WatchState.ACTIVE, "watch.resume")


@transaction.atomic
def watch_remove(*, actor: Actor, now: datetime, watch_id: int) -> None:
    """Remove one's own watch with its figures."""
    watch = _own(actor, watch_id)
    detail: dict[str, object] = {"name": watch.name, "query": watch.query}
    record(actor=actor, verb="watch.remove", subject=("watch", watch.pk), now=now, detail=detail, exercise=watch.exercise)
    watch.delete()


@transaction.atomic
def _move(actor: Actor, now: datetime, watch_id: int, to: WatchState, verb: str) -> Watch:
    watch = _own(actor, watch_id)
    froms = [state.value for state, targets in WATCH_MOVES.items() if to in targets]
    if Watch.objects.filter(pk=watch.pk, state__in=froms).update(state=to.value) != 1:
        raise NotNow(_("The watch “%(name)s” is in that state already.") % {"name": watch.name})
    watch.refresh_from_db()
    record(actor=actor, verb=verb, subject=("watch", watch.pk), now=now, detail={"name": watch.name}, exercise=watch.exercise)
    return watch


def _own(actor: Actor, watch_id: int) -> Watch:
    """Return a watch that the actor may change: its owner, or who manages the sources."""
    require(actor, "watch.manage")
    watch = Watch.objects.filter(pk=watch_id).first()
    if watch is None:
        raise NotThere(_("There is no watch %(number)s.") % {"number": watch_id})
    if watch.owner_id != actor.id and "administrator" not in actor.roles:
        raise NotYou(_("The watch “%(name)s” belongs to somebody else: make one of your own.") % {"name": watch.name})
    return watch


def watches_match(*, exercise: bool, posts: pa.RecordBatch) -> int:
    """Match the posts of a tick against every active watch of its stream, in the tick's transaction; return the matches."""
    rows = Watch.objects.filter(state=WatchState.ACTIVE, exercise=exercise).order_by("pk")
    watches = [Watched(*row) for row in rows.values_list("pk", "query", "channel", "language")]
    if not watches:
        return 0
    columns = (posts.column(name).to_pylist() for name in ("title", "text", "channel", "lang"))
    said = [Said(f"{title}\n{text}" if title else text, channel, lang) for title, text, channel, lang in zip(*columns, strict=True)]
    seqs, moments = posts.column("seq").to_pylist(), posts.column("ts").to_pylist()
    found = matches(watches, said)
    for watch_id, count in sorted(_write((watches[number].id, seqs[place], moments[place]) for place, number in found).items()):
        Watch.objects.filter(pk=watch_id).update(waiting=F("waiting") + count)
    return len(found)


def _write(found: Iterable[tuple[int, int, datetime]]) -> Counter[int]:
    """Write matches ``(watch, post, published)`` and add them to their hours; return how many each watch has."""
    rows = list(found)
    if not rows:
        return Counter()
    WatchMatch.objects.bulk_create([WatchMatch(watch_id=watch, post_id=seq) for watch, seq, _at in rows], batch_size=500)
    hours = Counter((watch, at.replace(minute=0, second=0, microsecond=0)) for watch, _seq, at in rows)
    added = [(watch, stored_moment(start), count) for (watch, start), count in sorted(hours.items())]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO stories_watchhour (watch_id, start, posts) VALUES (%s, %s, %s) "
            "ON CONFLICT (watch_id, start) DO UPDATE SET posts = stories_watchhour.posts + excluded.posts",
            added,
        )
    return Counter(watch for watch, _seq, _at in rows)


def watches_tell(*, now: datetime) -> int:
    """Tell owners of new matches, each watch at most once in its hours and never at night; return the notices."""
    told = 0
    for watch in Watch.objects.filter(is_told=True, waiting__gt=0, state=WatchState.ACTIVE):
        hour = timezone.localtime(now).hour
        if not is_notice_due(told_at=watch.told_at, notice_hours=watch.notice_hours, now=now, local_hour=hour):
            continue
        with transaction.atomic():
            same = Watch.objects.filter(pk=watch.pk, waiting=watch.waiting, told_at=watch.told_at)
            if same.update(waiting=0, told_at=now) != 1:
                continue
            told += notify(
                now=now,
                person_ids=[watch.owner_id],
                text={
                    "en": f"Watch “{watch.name}”: {watch.waiting} new posts.",
                    "zh-Hans": f"关注“{watch.name}”：新增 {watch.waiting} 条帖文。",
                },
                url=reverse("stories:watch", args=[watch.pk]),
                key=f"watch:{watch.pk}:{now:%Y%m%d%H%M%S}",
                exercise=watch.exercise,
            )
    return told
