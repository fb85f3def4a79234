"""Note how each poll of a source went, and when to ask it next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record

from ..models import Source
from ..rules.polling import GONE_BELIEVED, LEAST_POLL_SECONDS, MOVES_BELIEVED, next_wait, retry_wait, rhythm_seconds
from ..rules.source import SourceState, fingerprint_of
from .hours import hour_count
from .outages import outage_open, outages_close

#: A delivery in which nothing is known already may have lost what came before; fewer items prove nothing.
GAP_ITEMS = 5
_RNG = Random()  # noqa: S311 - spreads polls in time, protects nothing


@dataclass(frozen=True)
class Heard:
    """What one poll brought, as far as the health of the source goes."""

    items: int = 0
    repeated: int = 0
    published: Sequence[datetime] = ()
    least_pause: int | None = None
    demanded_pause: int | None = None
    moved_to: str = ""
    more: bool = False


@transaction.atomic
def poll_succeeded(
    *, source_id: int, now: datetime, cursor: Mapping[str, object], heard: Heard | None = None, rng: Random = _RNG
) -> Source:
    """Note that a source answered, keep its cursor, end its outages, and plan the next poll."""
    heard = heard or Heard()
    source = Source.objects.select_for_update().get(pk=source_id)
    news = heard.items - heard.repeated
    rhythm = rhythm_seconds(
        previous=source.rhythm_seconds, slowest=source.poll_seconds, published=heard.published, has_news=news > 0, now=now
    )
    wait = next_wait(rhythm=rhythm, slowest=source.poll_seconds, least_pause=heard.least_pause, rng=rng)
    wait = max(min(wait, LEAST_POLL_SECONDS) if heard.more else wait, heard.demanded_pause or 0)
    _note_gap(source, heard, now)
    if source.failures:
        outages_close(source_id=source.pk, now=now)
    source.last_attempt_at = source.last_success_at = now
    source.last_error, source.failures = "", 0
    source.cursor = dict(cursor)
    source.rhythm_seconds = rhythm
    source.next_poll_at = now + timedelta(seconds=wait)
    _follow(source, heard.moved_to, now)
    source.save(update_fields=[*_HEALTH, "cursor", "rhythm_seconds", "last_success_at", "moved_to", "moved_times", "url", "fingerprint"])
    outages_close(source_id=source_id, now=now)
    hour_count(source_id=source_id, now=now, polls=1)
    return source


_HEALTH = ("last_attempt_at", "last_error", "failures", "next_poll_at")


def _note_gap(source: Source, heard: Heard, now: datetime) -> None:
    """Say so when a source that we knew brings a full delivery of nothing but news."""
    if source.last_post_at is None or source.last_success_at is None or heard.items < GAP_ITEMS or heard.repeated or heard.more:
        return
    outage_open(source_id=source.pk, code="gap", detail=str(heard.items), began_at=source.last_success_at)
    outages_close(source_id=source.pk, now=now, codes=frozenset({"gap"}))


def _follow(source: Source, moved_to: str, now: datetime) -> None:
    """Count how often the new address was named in a row; believe it after a while and write that down."""
    if not moved_to or moved_to == source.url:
        source.moved_to, source.moved_times = "", 0
        return
    source.moved_times = source.moved_times + 1 if moved_to == source.moved_to else 1
    source.moved_to = moved_to
    if source.moved_times >= MOVES_BELIEVED:
        take_new_address(source, now=now, actor=SYSTEM)


def take_new_address(source: Source, *, now: datetime, actor: Actor) -> bool:
    """Let a source live at the address it named, unless another source is there already; saves nothing."""
    fingerprint = fingerprint_of(source.moved_to, source.options)
    taken = Source.objects.filter(connector=source.connector, fingerprint=fingerprint, exercise=source.exercise).exclude(pk=source.pk)
    if taken.exists():
        return False
    detail: dict[str, object] = {"name": source.name, "old": source.url, "new": source.moved_to}
    record(actor=actor, verb="source.moved", subject=("source", source.pk), now=now, detail=detail, exercise=source.exercise)
    source.url, source.fingerprint = source.moved_to, fingerprint
    source.moved_to, source.moved_times = "", 0
    return True


@transaction.atomic
def poll_failed(
    *, source_id: int, now: datetime, code: str, detail: str = "", pause_seconds: int | None = None, rng: Random = _RNG
) -> Source:
    """Note why a source could not be read, open its outage, and back off."""
    source = Source.objects.select_for_update().get(pk=source_id)
    source.failures += 1
    wait = retry_wait(poll_seconds=source.rhythm_seconds or source.poll_seconds, failures=source.failures, asked=pause_seconds, rng=rng)
    source.last_attempt_at = now
    source.last_error = f"{code} {detail}".strip()[:500]
    source.next_poll_at = now + timedelta(seconds=wait)
    fields = list(_HEALTH)
    if code == "gone" and source.failures >= GONE_BELIEVED and source.state == SourceState.ACTIVE:
        source.state = SourceState.GONE.value
        fields.append("state")
        record(
            actor=SYSTEM, verb="source.gone", subject=("source", source.pk), now=now, detail={"name": source.name}, exercise=source.exercise
        )
    source.save(update_fields=fields)
    outage_open(source_id=source_id, code=code, detail=detail, began_at=now)
    hour_count(source_id=source_id, now=now, polls=1, failures=1)
    return source


@transaction.atomic
def stream_heard(*, source_id: int, now: datetime, cursor: Mapping[str, object] | None) -> None:
    """Note that a connection stands, and where it would be taken up again."""
    changes: dict[str, object] = {"last_attempt_at": now, "last_success_at": now, "last_error": "", "failures": 0}
    if cursor is not None:
        changes["cursor"] = dict(cursor)
    Source.objects.filter(pk=source_id).update(**changes)
    outages_close(source_id=source_id, now=now)
    hour_count(source_id=source_id, now=now, polls=1)
