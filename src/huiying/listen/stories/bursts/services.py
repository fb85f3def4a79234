"""Count the newest ticks of a stream, keep the bursts that begin, and tell owners of watches."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice, takewhile

import xxhash
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from huiying.base.notify.services import notify
from huiying.core.analysis.moments import EPOCH
from huiying.core.analysis.series import STEP_SECONDS
from huiying.listen.sources.selectors import tick_batches

from ..models import Burst, BurstState, StreamHour, Watch, WatchMatch
from ..rules import HOUR
from ..selectors import applied_tick
from ..signals import burst_told
from ..watches.rules import WatchState, is_notice_due
from .ledger import ALL, BadLedger, Hour, Ledger, Told, read_columns
from .rules import KEPT_DAYS, TICKS_MOST, TOLD_WITHIN_HOURS, BurstKind, burst_words

log = logging.getLogger(__name__)
_LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def bursts_count(*, stream: str, now: datetime, ticks: int = TICKS_MOST) -> bool:
    """Count the next ticks that are in the stories; False when there are none.

    What they brought about, the series and the position are one transaction, which holds only if the position is still where it was
    read: killed at any instant, or run twice at once, nothing is lost and nothing is counted twice.
    """
    row, _created = BurstState.objects.get_or_create(stream=stream)
    last = applied_tick(stream)
    following = takewhile(lambda each: each[0] <= last, tick_batches(stream, row.tick, limit=ticks))
    batches = list(islice(following, ticks))
    if not batches:
        return False
    ledger = _ledger_of(row)
    posts = read_columns(batch for _tick, batch in batches)
    ledger.follow(_watches(stream))
    taken = ledger.take(posts, _matched(stream, posts.column("seq").to_pylist()))
    with transaction.atomic():
        if not _moved(row, ledger, batches[-1][0]):
            return True
        _keep_hours(stream, taken.hours)
        _tell(stream, ledger, taken.told, now)
    return True


def _ledger_of(row: BurstState) -> Ledger:
    if row.ledger is None:
        return Ledger()
    try:
        return Ledger.from_bytes(bytes(row.ledger))
    except BadLedger as error:
        log.warning("Stream %s begins to learn anew what is usual: %s", row.stream, error)
        return Ledger()


def _watches(stream: str) -> dict[int, str]:
    """Return the active watches of a stream with a fingerprint of what each asks."""
    rows = Watch.objects.filter(state=WatchState.ACTIVE, exercise=stream == "exercise").values_list("pk", "query", "channel", "language")
    return {pk: xxhash.xxh3_64_hexdigest("\0".join(asked).encode()) for pk, *asked in rows.order_by("pk")}


def _matched(stream: str, seqs: list[int]) -> list[tuple[int, int]]:
    """Return the watches that matched posts, by watch and post."""
    if not seqs:
        return []
    found = WatchMatch.objects.filter(post_id__gte=min(seqs), post_id__lte=max(seqs), watch__exercise=stream == "exercise")
    return list(found.order_by("watch_id", "post_id").values_list("watch_id", "post_id"))


def _moved(row: BurstState, ledger: Ledger, tick: int) -> bool:
    """Move the position and keep the series; False when somebody else did meanwhile."""
    step = ledger.step_number
    return (
        BurstState.objects.filter(pk=row.pk, tick=row.tick).update(
            tick=tick,
            counted_to=None if step is None else _moment(step),
            steps=ledger.steps,
            posts=ledger.posts,
            late=ledger.late,
            ledger=ledger.to_bytes(),
        )
        == 1
    )


def _moment(step: int) -> datetime:
    return EPOCH + timedelta(seconds=step * STEP_SECONDS)


def _keep_hours(stream: str, hours: Iterable[Hour]) -> None:
    rows = [StreamHour(stream=stream, start=_moment(hour.end) - HOUR, voices=hour.voices, usual=hour.usual, n=hour.n) for hour in hours]
    StreamHour.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["stream", "start"], update_fields=["voices", "usual", "n"], batch_size=500
    )


def _tell(stream: str, ledger: Ledger, told: Iterable[Told], now: datetime) -> None:
    for each in told:
        kind, key, watch = _series(ledger, each.burst.key)
        fields = {name: getattr(each.burst, name) for name in ("seen", "expected", "hours", "score", "surprise")}
        burst, is_new = Burst.objects.get_or_create(
            stream=stream,
            kind=kind.value,
            key=key,
            at=_moment(each.burst.step + 1),
            defaults={**fields, "watch_id": watch, "n": each.n, "found_at": now},
        )
        if is_new:
            burst_told.send(sender=Burst, burst_id=burst.pk, stream=stream, kind=kind.value, key=key, at=burst.at, now=now)


def _series(ledger: Ledger, key: int) -> tuple[BurstKind, str, int | None]:
    if key == ALL:
        return BurstKind.STREAM, "", None
    return (BurstKind.WATCH, str(key), key) if key > ALL else (BurstKind.CHANNEL, ledger.names[key], None)


def bursts_tell(*, now: datetime) -> int:
    """Tell owners who want to hear of their watches that one is louder than usual, never at night; return the notices.

    A burst of the past, found when an old log is read, is shown and not told.
    """
    within = timedelta(hours=TOLD_WITHIN_HOURS)
    found = Burst.objects.filter(told_at=None, found_at__gt=now - within, found_at__lte=now, at__gt=F("found_at") - within)
    waiting = found.filter(watch__is_told=True, watch__state=WatchState.ACTIVE).select_related("watch").order_by("pk")
    if not is_notice_due(told_at=None, notice_hours=0, now=now, local_hour=timezone.localtime(now).hour):
        return 0
    told = 0
    for burst in waiting:
        assert burst.watch is not None
        with transaction.atomic():
            if Burst.objects.filter(pk=burst.pk, told_at=None).update(told_at=now) != 1:
                continue
            told += notify(
                now=now,
                person_ids=[burst.watch.owner_id],
                text={language: _notice(burst, burst.watch.name, language) for language in _LANGUAGES},
                url=reverse("stories:watch", args=[burst.watch_id]),
                key=f"burst:{burst.pk}",
                exercise=burst.watch.exercise,
            )
    return told


def _notice(burst: Burst, name: str, language: str) -> str:
    with translation.override(language):
        words = burst_words(burst.seen, burst.expected, burst.hours)
        at = timezone.localtime(burst.at).strftime("%Y-%m-%d %H:%M")
        return translation.gettext("Watch “%(name)s” is louder than usual: %(words)s (%(at)s).") % {"name": name, "words": words, "at": at}


def bursts_purge(*, now: datetime) -> int:
    """Drop bursts and hours that are no longer kept; return how many. Hours are old by the clock of their stream."""
    kept = timedelta(days=KEPT_DAYS)
    dropped: int = Burst.objects.filter(found_at__lt=now - kept).delete()[0]
    for stream, end in BurstState.objects.values_list("stream", "counted_to"):
        dropped += StreamHour.objects.filter(stream=stream, start__lt=end - kept).delete()[0] if end is not None else 0
    return dropped
