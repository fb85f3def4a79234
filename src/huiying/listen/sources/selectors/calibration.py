"""Reads of the calibration: shares a source and week, the month's figure, timeliness."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere

from ..models import CalibrationItem, CalibrationRound, CalibrationStandard, OutsideItem, Post, SourceHour
from ..rules.calibration import ACCURACY, PRECISION, RECALL, SAMPLE, Share, Verdict, f1

#: Months of the history.
MONTHS = 12
_RIGHT = Q(is_text_right=True, is_time_right=True, is_link_right=True)


@dataclass(frozen=True)
class Standard:
    """The shares in force."""

    precision: float = PRECISION
    accuracy: float = ACCURACY
    recall: float = RECALL
    sample_per_source: int = SAMPLE
    since: datetime | None = None
    set_by: str = ""


@dataclass(frozen=True)
class Figure:
    """One share beside its standard."""

    share: Share
    standard: float
    verdict: Verdict


@dataclass
class Heard:
    """How well one source, or all of them, were heard."""

    name: str
    source_id: int | None = None
    precision: Share = field(default_factory=lambda: Share(0, 0))
    accuracy: Share = field(default_factory=lambda: Share(0, 0))
    recall: Share = field(default_factory=lambda: Share(0, 0))
    lag_p50: int | None = None
    lag_p90: int | None = None

    def figures(self, standard: Standard) -> list[Figure]:
        """Return precision, accuracy and recall beside the standard."""
        pairs = ((self.precision, standard.precision), (self.accuracy, standard.accuracy), (self.recall, standard.recall))
        return [Figure(share, wanted, share.verdict(wanted)) for share, wanted in pairs]

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall."""
        return f1(self.precision, self.recall)


def standard_in_force() -> Standard:
    """Return the newest standard, or the one the program comes with."""
    row = CalibrationStandard.objects.order_by("-in_force_from", "-pk").first()
    if row is None:
        return Standard()
    return Standard(row.precision, row.accuracy, row.recall, row.sample_per_source, row.in_force_from, row.set_by_name)


def rounds(limit: int = 60) -> list[CalibrationRound]:
    """Return the weeks with how many items are judged, newest first."""
    counted = CalibrationRound.objects.annotate(n=Count("items"), judged=Count("items", filter=Q(items__judged_at__isnull=False)))
    return list(counted.order_by("-week")[:limit])


def calibration_round(round_id: int) -> CalibrationRound:
    """Return a week; raises NotThere."""
    found = CalibrationRound.objects.filter(pk=round_id).first()
    if found is None:
        raise NotThere(_("There is no week of calibration %(number)s.") % {"number": round_id})
    return found


def items_to_judge(round_id: int, limit: int = 10) -> list[tuple[CalibrationItem, Post | None]]:
    """Return the next items of a week without a judgement, each with its post where it is still kept."""
    items = list(
        CalibrationItem.objects.select_related("source").filter(round_id=round_id, judged_at=None).order_by("source", "seq")[:limit]
    )
    posts = Post.objects.filter(pk__in=[item.seq for item in items], erased_at=None).defer("author", "item_key").in_bulk()
    return [(item, posts.get(item.seq)) for item in items]


def left_to_judge(round_id: int) -> int:
    """Return how many items of a week wait for a judgement."""
    return CalibrationItem.objects.filter(round_id=round_id, judged_at=None).count()


def outside_of(round_id: int) -> list[OutsideItem]:
    """Return what should have been heard in a week."""
    return list(OutsideItem.objects.select_related("source").filter(round_id=round_id).order_by("pk"))


def heard_by_source(since: date, until: date) -> list[Heard]:
    """Return how well each source was heard in the weeks that begin between two days, all of them together first."""
    found: dict[int, Heard] = {}
    judged = CalibrationItem.objects.filter(round__week__gte=since, round__week__lte=until, judged_at__isnull=False)
    for source_id, name, n, relevant, right in judged.values_list("source_id", "source__name").annotate(
        n=Count("pk"), relevant=Count("pk", filter=Q(is_relevant=True)), right=Count("pk", filter=_RIGHT)
    ):
        found[source_id] = Heard(name, source_id, Share(relevant, n), Share(right, n))
    outside = OutsideItem.objects.filter(round__week__gte=since, round__week__lte=until)
    for source_id, name, n, heard in outside.values_list("source_id", "source__name").annotate(
        n=Count("pk"), heard=Count("pk", filter=Q(was_heard=True))
    ):
        found.setdefault(source_id, Heard(name, source_id)).recall = Share(heard, n)
    for source_id, lags in _lags(since, until).items():
        if source_id in found:
            found[source_id].lag_p50, found[source_id].lag_p90 = lags
    rows = sorted(found.values(), key=lambda row: row.name)
    together = Heard(_("all sources"))
    for row in rows:
        together.precision, together.accuracy, together.recall = (
            together.precision + row.precision,
            together.accuracy + row.accuracy,
            together.recall + row.recall,
        )
    return [together, *rows] if rows else []


def _lags(since: date, until: date) -> dict[int, tuple[int | None, int | None]]:
    """Return the lag p50 and p90 (seconds) of each source in the hour that half of its posts were faster than."""
    hours: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = SourceHour.objects.filter(start__date__gte=since, start__date__lt=until + timedelta(days=7), lag_p90__isnull=False, stored__gt=0)
    for source_id, p50, p90, stored in rows.values_list("source_id", "lag_p50", "lag_p90", "stored"):
        hours[source_id].append((p50 or 0, p90 or 0, stored))
    return {id: (_middle([(p50, n) for p50, _p90, n in each]), _middle([(p90, n) for _p50, p90, n in each])) for id, each in hours.items()}


def _middle(weighted: list[tuple[int, int]]) -> int | None:
    half, passed = sum(n for _value, n in weighted) / 2, 0
    for value, n in sorted(weighted):
        passed += n
        if passed >= half:
            return value
    return None


def months(today: date) -> list[tuple[date, Heard]]:
    """Return the figures of all sources in each of the last months that has judgements, oldest first."""
    by_month: dict[date, Heard] = {}
    first = today.replace(day=1) - timedelta(days=31 * MONTHS)
    judged = CalibrationItem.objects.filter(judged_at__isnull=False, round__week__gte=first)
    for week, n, relevant, right in judged.values_list("round__week").annotate(
        n=Count("pk"), relevant=Count("pk", filter=Q(is_relevant=True)), right=Count("pk", filter=_RIGHT)
    ):
        row = by_month.setdefault(week.replace(day=1), Heard(""))
        row.precision, row.accuracy = row.precision + Share(relevant, n), row.accuracy + Share(right, n)
    for week, n, heard in (
        OutsideItem.objects.filter(round__week__gte=first)
        .values_list("round__week")
        .annotate(n=Count("pk"), heard=Count("pk", filter=Q(was_heard=True)))
    ):
        row = by_month.setdefault(week.replace(day=1), Heard(""))
        row.recall = row.recall + Share(heard, n)
    return sorted(by_month.items())
