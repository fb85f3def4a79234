"""Open a week's sample, judge it, add what should have been heard, close it."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.audit.services import record
from huiying.base.clocks.rules import Every
from huiying.base.clocks.selectors import live_cadences
from huiying.base.clocks.services import cadence_create, clock_stop
from huiying.base.ui.errors import BadInput, NotNow, NotThere
from huiying.core.formats.keywords import QueryFault, read_query

from ..models import CalibrationItem, CalibrationRound, CalibrationStandard, IntakeTick, OutsideItem, Post, Source
from ..rules import OwnKind
from ..rules.calibration import SAMPLE, stratified, week_of
from ..selectors.search import Filters, find
from ..wording import query_words

#: The weekly duty: its clock gives five days, from Monday to Saturday.
SUBJECT, KEY, SECONDS = ("calibration", "weekly"), "calibration.weekly", 5 * 86_400
_LABEL = {"en": "Judge the week's sample of posts", "zh-Hans": "标注本周监测校准样本"}
_SLACK = timedelta(days=3)


def cadence_begin(*, now: datetime) -> None:
    """Set up the weekly duty where it is missing, from next Monday on."""
    if any((each.subject_kind, each.subject_id, each.key) == (*SUBJECT, KEY) for each in live_cadences()):
        return
    monday = week_of(timezone.localtime(now).date()) + timedelta(days=7)
    starts = timezone.make_aware(datetime.combine(monday, time(9)))
    cadence_create(actor=SYSTEM, now=now, subject=SUBJECT, key=KEY, label=_LABEL, every=Every.WEEKLY, starts_at=starts, seconds=SECONDS)


@transaction.atomic
def round_open(*, now: datetime, actor: Actor = SYSTEM) -> CalibrationRound | None:
    """Draw the sample of the week before this one; None when it is drawn already or nothing came in."""
    require(actor, "calibration.manage")
    week = week_of(timezone.localtime(now).date()) - timedelta(days=7)
    if CalibrationRound.objects.filter(week=week).exists():
        return None
    standard = CalibrationStandard.objects.order_by("-in_force_from", "-pk").first()
    count = standard.sample_per_source if standard is not None else SAMPLE
    first, last = _seqs_between(_moment(week), _moment(week + timedelta(days=7)))
    items = [
        item
        for source in Source.objects.filter(exercise=False).exclude(connector=OwnKind.CANARY)
        for item in _sample(source, week, first, last, count)
    ]
    if not items:
        return None
    opened = CalibrationRound.objects.create(week=week, opened_at=now)
    for item in items:
        item.round = opened
    CalibrationItem.objects.bulk_create(items)
    detail: dict[str, object] = {"week": str(week), "items": len(items)}
    record(actor=actor, verb="calibration.open", subject=("calibration", opened.pk), now=now, detail=detail)
    return opened


def _sample(source: Source, week: date, first: int, last: int, count: int) -> list[CalibrationItem]:
    seqs = list(Post.objects.filter(source=source, seq__gt=first, seq__lte=last).order_by("seq").values_list("seq", flat=True))
    rng = random.Random(f"{week} {source.pk}")  # noqa: S311  a sample that can be drawn again, not a secret
    return [CalibrationItem(source=source, seq=seq, stratum=stratum) for stratum, seq in stratified(seqs, count, rng)]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _seqs_between(since: datetime, until: datetime) -> tuple[int, int]:
    """Return the numbers before the first and of the last live post received between two moments."""
    ticks = IntakeTick.objects.filter(stream="live")
    before = ticks.filter(at__lt=since).order_by("-at").values_list("last_seq", flat=True).first()
    newest = ticks.filter(at__lt=until).order_by("-at").values_list("last_seq", flat=True).first()
    return before or 0, newest or 0


@transaction.atomic
def item_judge(*, actor: Actor, now: datetime, item_id: int, relevant: bool, text: bool, time_right: bool, link: bool) -> CalibrationItem:
    """Judge one post of the sample; who looks again may correct it while the week is open."""
    require(actor, "calibration.judge")
    item = CalibrationItem.objects.select_related("round").filter(pk=item_id).first()
    if item is None:
        raise NotThere(_("There is no sample item %(number)s.") % {"number": item_id})
    _refuse_closed(item.round)
    item.is_relevant, item.is_text_right, item.is_time_right, item.is_link_right = relevant, text, time_right, link
    item.judged_at, item.judged_by_name = now, actor.name
    item.save()
    detail: dict[str, object] = {"item": item.pk, "post": item.seq, "judged": [relevant, text, time_right, link]}
    record(actor=actor, verb="calibration.judge", subject=("calibration", item.round_id), now=now, detail=detail)
    return item


@transaction.atomic
def outside_add(
    *, actor: Actor, now: datetime, round_id: int, source_id: int, published_on: date, url: str = "", words: str = ""
) -> OutsideItem:
    """Add an item that should have been heard, and look whether the archive holds it."""
    require(actor, "calibration.judge")
    calibration = _round(round_id)
    _refuse_closed(calibration)
    if not url.strip() and not words.strip():
        raise BadInput(_("Give the address of the item or some words of it."))
    seq = _heard(source_id, url.strip(), words.strip(), published_on)
    item = OutsideItem.objects.create(
        round=calibration,
        source_id=source_id,
        url=url.strip(),
        words=words.strip(),
        published_on=published_on,
        seq=seq,
        was_heard=seq is not None,
        added_at=now,
        added_by_name=actor.name,
    )
    detail: dict[str, object] = {"item": item.pk, "heard": item.was_heard}
    record(actor=actor, verb="calibration.outside", subject=("calibration", round_id), now=now, detail=detail)
    return item


def _heard(source_id: int, url: str, words: str, day: date) -> int | None:
    """Return the post of a source that is this item, or None: by its address, else by its words, around its day."""
    since, until = _moment(day) - _SLACK, _moment(day) + timedelta(days=1) + _SLACK
    if url:
        first, _last = _seqs_between(since, until)
        same = Post.objects.filter(source_id=source_id, seq__gt=first, url__in={url, url.rstrip("/"), f"{url.rstrip('/')}/"})
        if (seq := same.values_list("seq", flat=True).first()) is not None:
            return seq
    if not words:
        return None
    try:
        tree = read_query('"' + words.replace('"', " ") + '"')
    except QueryFault as fault:
        raise BadInput(query_words(fault)) from fault
    return next(iter(find(tree, Filters(source_ids=[source_id], since=since, until=until), limit=1).seqs), None)


@transaction.atomic
def round_close(*, actor: Actor, now: datetime, round_id: int) -> CalibrationRound:
    """Close a week: its judgements stand, and the weekly duty is done."""
    require(actor, "calibration.judge")
    calibration = _round(round_id)
    if not calibration.items.exclude(judged_at=None).exists():
        raise NotNow(_("Nothing of this week is judged yet: judge some posts first."))
    if CalibrationRound.objects.filter(pk=round_id, closed_at=None).update(closed_at=now, closed_by_name=actor.name) != 1:
        _refuse_closed(_round(round_id))
    clock_stop(actor=actor, now=now, subject=SUBJECT, rule_key=KEY, stopped_at=now, stop_evidence=f"calibration {round_id}")
    detail: dict[str, object] = {"judged": calibration.items.exclude(judged_at=None).count(), "outside": calibration.outside.count()}
    record(actor=actor, verb="calibration.close", subject=("calibration", round_id), now=now, detail=detail)
    return _round(round_id)


@transaction.atomic
def standard_set(
    *, actor: Actor, now: datetime, precision: float, accuracy: float, recall: float, sample_per_source: int
) -> CalibrationStandard:
    """Set the shares (0..1) that monitoring must reach from now on; older standards stay for the history."""
    require(actor, "calibration.manage")
    given = {"precision": precision, "accuracy": accuracy, "recall": recall}
    if not all(0 <= share <= 1 for share in given.values()) or not 5 <= sample_per_source <= 100:
        raise BadInput(_("A standard is a share from 0 to 100 %, and a sample has 5 to 100 posts a source."))
    standard = CalibrationStandard.objects.create(in_force_from=now, sample_per_source=sample_per_source, set_by_name=actor.name, **given)
    detail: dict[str, object] = {**given, "sample": sample_per_source}
    record(actor=actor, verb="calibration.standard", subject=("calibration_standard", standard.pk), now=now, detail=detail)
    return standard


def _round(round_id: int) -> CalibrationRound:
    found = CalibrationRound.objects.filter(pk=round_id).first()
    if found is None:
        raise NotThere(_("There is no week of calibration %(number)s.") % {"number": round_id})
    return found


def _refuse_closed(calibration: CalibrationRound) -> None:
    if calibration.closed_at is not None:
        raise NotNow(_("The week of %(week)s is closed: its judgements stand.") % {"week": calibration.week})
