"""Judge volumes once an hour, and tell the person on duty of each outage once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from huiying.base.jobs.selectors import lives
from huiying.base.notify.services import notify
from huiying.base.rosters.rules import ALARM_ROLES
from huiying.base.rosters.selectors import people_to_alarm

from ..models import Outage, Post, Source, SourceHour
from ..rules.channels import watched_keys
from ..rules.outages import is_worth_telling
from ..rules.source import SourceState
from ..rules.volume import HISTORY, Doubt, baseline_of, doubts
from ..selectors.health import dead_parts
from ..selectors.volume import answered_hours
from ..wording import blind_words, error_words
from .outages import outage_open, outages_close

#: Posts of an hour that tell its lag; the newest stand for the rest.
LAG_SAMPLE = 1_000
#: Hours behind the current one whose lag is still worked out: a worker may have been down.
LAG_HOURS = 24
_DOUBTS = ("low", "high", "silent")


@transaction.atomic
def outages_tell(*, now: datetime) -> int:
    """Tell the person on duty of every open outage that lasts, once; returns how many."""
    told = 0
    for outage in Outage.objects.filter(ended_at=None, told_at=None, source__state__in=_HEARD).select_related("source"):
        source = outage.source
        if not is_worth_telling(
            code=outage.code, began_at=outage.began_at, now=now, failures=source.failures, poll_seconds=source.poll_seconds
        ):
            continue
        text = in_every_language(lambda outage=outage: _outage_sentence(outage))  # type: ignore[misc]
        url = reverse("sources:detail", args=[source.pk])
        notify(
            now=now, person_ids=people_to_alarm(ALARM_ROLES, now), text=text, url=url, key=f"outage:{outage.pk}", exercise=source.exercise
        )
        Outage.objects.filter(pk=outage.pk).update(told_at=now)
        told += 1
    return told


_HEARD = (SourceState.ACTIVE.value, SourceState.GONE.value)


def _outage_sentence(outage: Outage) -> str:
    return _("Source “%(name)s”: %(fault)s") % {"name": outage.source.name, "fault": error_words(f"{outage.code} {outage.detail}".strip())}


@transaction.atomic
def parts_tell(*, now: datetime) -> int:
    """Tell the person on duty, once a standstill, that the way from the sources to the board is broken."""
    since = {life.role: life.at for life in lives(now)}
    told = 0
    for part in dead_parts(now):
        moment = since.get(part)
        key = f"blind:{part}:{moment:%Y%m%dT%H%M%S}" if moment and part != "canary" else f"blind:{part}:{now:%Y%m%d}"
        text = in_every_language(lambda part=part: blind_words([part]))  # type: ignore[misc]
        told += notify(
            now=now, person_ids=people_to_alarm(ALARM_ROLES, now), text=text, url=reverse("sources:list"), key=key, exercise=False
        )
    return told


def in_every_language(sentence: Callable[[], str]) -> dict[str, str]:
    """Return a sentence in each language of the house."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts[code] = sentence()
    return texts


@transaction.atomic
def volumes_judge(*, now: datetime) -> int:
    """Open and close the doubts about the volume of every watched source; returns how many are open."""
    sources = list(Source.objects.filter(connector__in=watched_keys(), state=SourceState.ACTIVE))
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    recent = this_hour - timedelta(days=7)
    hours = answered_hours([source.pk for source in sources], since=this_hour - HISTORY, until=this_hour)
    found = 0
    for source in sources:
        known = hours.get(source.pk, {})
        baseline = baseline_of([(start, count) for start, count in known.items() if start < recent], timezone.get_current_timezone())
        if baseline is None:
            continue
        doubted = doubts(baseline, {s: n for s, n in known.items() if s >= recent}, last_item_at=source.last_post_at, now=now)
        _settle(source, doubted, now)
        found += len(doubted)
    return found


def _settle(source: Source, doubted: list[Doubt], now: datetime) -> None:
    codes = {doubt.code for doubt in doubted}
    outages_close(source_id=source.pk, now=now, codes=frozenset(set(_DOUBTS) - codes))
    for doubt in doubted:
        detail = f"{doubt.seen}; {doubt.band.low}–{doubt.band.high}"
        outage_open(source_id=source.pk, code=doubt.code, detail=detail, began_at=doubt.since)


@transaction.atomic
def lags_note(*, now: datetime) -> int:
    """Work out, for each hour just closed, how late its posts came: the middle and the ninth tenth, in seconds."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    rows = SourceHour.objects.filter(start__gte=this_hour - timedelta(hours=LAG_HOURS), start__lt=this_hour, stored__gt=0, lag_p50=None)
    noted = 0
    for row in rows:
        until = row.start + timedelta(hours=1)
        posts = Post.objects.filter(source_id=row.source_id, received_at__gte=row.start, received_at__lt=until).order_by("-seq")
        lags = sorted(max((got - said).total_seconds(), 0) for got, said in posts.values_list("received_at", "published_at")[:LAG_SAMPLE])
        if lags:
            p50, p90 = lags[(len(lags) - 1) // 2], lags[(len(lags) - 1) * 9 // 10]
            SourceHour.objects.filter(pk=row.pk).update(lag_p50=int(p50), lag_p90=int(p90))
            noted += 1
    SourceHour.objects.filter(start__lt=now - 2 * HISTORY).delete()
    return noted
