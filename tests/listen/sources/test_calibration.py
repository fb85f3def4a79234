"""A judged sample says how well we hear, and nothing where it cannot."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.core.collectors.records import Record
from huiying.listen.sources.rules.calibration import EVIDENCE_FLOOR, Share, Verdict, f1, stratified, week_of

if TYPE_CHECKING:
    from huiying.listen.sources.models import CalibrationRound, Source


@pytest.mark.parametrize(
    ("share", "standard", "verdict"),
    [
        (Share(19, 19), 0.5, Verdict.INSUFFICIENT),
        (Share(0, 0), 0.5, Verdict.INSUFFICIENT),
        (Share(100, 100), 0.9, Verdict.MET),
        (Share(10, 100), 0.9, Verdict.MISSED),
        (Share(18, 20), 0.9, Verdict.OPEN),
    ],
)
def test_a_verdict_needs_evidence_and_certainty(share: Share, standard: float, verdict: Verdict) -> None:
    assert share.verdict(standard) is verdict


def test_no_figure_below_the_floor() -> None:
    below = Share(EVIDENCE_FLOOR - 1, EVIDENCE_FLOOR - 1)
    assert below.percent is None
    assert below.interval is None
    assert f1(below, Share(20, 20)) is None
    assert f1(Share(10, 20), Share(20, 20)) == 66.7


@given(st.integers(0, 300), st.integers(5, 100))
def test_a_sample_has_no_post_twice_and_is_spread(count: int, wanted: int) -> None:
    sample = stratified(range(count), wanted, random.Random(1))
    seqs = [seq for _stratum, seq in sample]
    assert len(set(seqs)) == len(seqs) == min(wanted, count) or len(seqs) <= wanted
    assert seqs == sorted(seqs)


def fill(source: Source, monday: date, count: int, now: datetime) -> None:
    """Take posts in over the week before."""
    from huiying.listen.sources.services import intake

    for number in range(count):
        at = now - timedelta(days=7) + timedelta(minutes=number)
        record = Record(f"r{number}", at, "", f"停水第{number}次", url=f"https://forum.example/{number}")
        intake(source=source, records=[record], now=at)


@pytest.fixture
def opened(feed: Source, now: datetime) -> CalibrationRound:
    """Return last week's round of a source with thirty posts."""
    from huiying.listen.sources.services.calibration import round_open

    fill(feed, week_of(now.date()), 30, now)
    opened = round_open(now=now)
    assert opened is not None
    return opened


def test_a_week_is_drawn_once_and_the_same_each_time(opened: CalibrationRound, now: datetime) -> None:
    from huiying.listen.sources.services.calibration import round_open

    assert (opened.week, opened.items.count()) == (date(2026, 11, 16), 10)
    drawn = list(opened.items.order_by("seq").values_list("seq", flat=True))
    assert round_open(now=now) is None
    opened.delete()
    again = round_open(now=now)
    assert again is not None
    assert list(again.items.order_by("seq").values_list("seq", flat=True)) == drawn


def test_nothing_is_drawn_where_nothing_came_in(feed: Source, now: datetime) -> None:
    from huiying.listen.sources.services.calibration import round_open

    assert round_open(now=now) is None


def judged(opened: CalibrationRound, cast: Any, now: datetime, wrong: int = 0) -> None:
    """Judge all items, the first ones wrong."""
    from huiying.listen.sources.services.calibration import item_judge

    for number, item in enumerate(opened.items.order_by("seq")):
        right = number >= wrong
        item_judge(actor=cast.actor("analyst"), now=now, item_id=item.pk, relevant=right, text=True, time_right=right, link=True)


def test_figures_come_from_the_judgements(opened: CalibrationRound, cast: Any, now: datetime) -> None:
    from huiying.listen.sources.selectors.calibration import heard_by_source, months

    judged(opened, cast, now, wrong=3)
    together, feed = heard_by_source(opened.week, opened.week)
    assert (feed.precision, feed.accuracy, feed.recall) == (Share(7, 10), Share(7, 10), Share(0, 0))
    assert together.precision == Share(7, 10)
    assert months(now.date())[0][1].accuracy == Share(7, 10)


def test_what_was_missed_lowers_the_recall(opened: CalibrationRound, feed: Source, cast: Any, now: datetime) -> None:
    from huiying.listen.sources.selectors.calibration import heard_by_source
    from huiying.listen.sources.services.calibration import outside_add

    day = (now - timedelta(days=7)).date()

    def add(**given: str) -> bool:
        actor = cast.actor("analyst")
        item = outside_add(actor=actor, now=now, round_id=opened.pk, source_id=feed.pk, published_on=day, **given)
        return item.was_heard

    assert add(url="https://forum.example/3/") is True
    assert add(words="停水第4次") is True
    assert add(url="https://forum.example/999") is False
    assert add(words="停电") is False
    assert heard_by_source(opened.week, opened.week)[0].recall == Share(2, 4)
    with pytest.raises(BadInput):
        add()
    with pytest.raises(BadInput):
        add(words="@anna")


def test_a_closed_week_stands(opened: CalibrationRound, cast: Any, now: datetime) -> None:
    from huiying.listen.sources.services.calibration import item_judge, round_close

    with pytest.raises(NotNow):
        round_close(actor=cast.actor("analyst"), now=now, round_id=opened.pk)
    judged(opened, cast, now)
    assert round_close(actor=cast.actor("analyst"), now=now, round_id=opened.pk).closed_by_name
    with pytest.raises(NotNow):
        round_close(actor=cast.actor("analyst"), now=now, round_id=opened.pk)
    item = opened.items.first()
    assert item is not None
    with pytest.raises(NotNow):
        item_judge(actor=cast.actor("analyst"), now=now, item_id=item.pk, relevant=True, text=True, time_right=True, link=True)
    with pytest.raises(NotYou):
        item_judge(actor=cast.actor("writer"), now=now, item_id=item.pk, relevant=True, text=True, time_right=True, link=True)
    with pytest.raises(NotThere):
        round_close(actor=cast.actor("analyst"), now=now, round_id=999)


def test_the_weekly_duty_runs_as_a_clock(opened: CalibrationRound, cast: Any, now: datetime) -> None:
    from huiying.base.clocks.models import Cadence, Clock
    from huiying.base.clocks.services import cadences_sweep
    from huiying.listen.sources.services.calibration import cadence_begin, round_close

    cadence_begin(now=now)
    cadence_begin(now=now)
    assert Cadence.objects.count() == 1
    later = now + timedelta(days=8)
    cadences_sweep(now=later)
    judged(opened, cast, later)
    round_close(actor=cast.actor("analyst"), now=later, round_id=opened.pk)
    assert Clock.objects.get().stopped_at == later


def test_the_standard_is_set_with_its_history(db: None, cast: Any, now: datetime) -> None:
    from huiying.listen.sources.models import CalibrationStandard
    from huiying.listen.sources.selectors.calibration import standard_in_force
    from huiying.listen.sources.services.calibration import standard_set

    assert standard_in_force().since is None
    standard_set(actor=cast.actor("evaluator"), now=now, precision=0.7, accuracy=0.9, recall=0.8, sample_per_source=20)
    assert (standard_in_force().precision, standard_in_force().sample_per_source) == (0.7, 20)
    with pytest.raises(BadInput):
        standard_set(actor=cast.actor("evaluator"), now=now, precision=7, accuracy=0.9, recall=0.8, sample_per_source=20)
    with pytest.raises(NotYou):
        standard_set(actor=cast.actor("analyst"), now=now, precision=0.7, accuracy=0.9, recall=0.8, sample_per_source=20)
    assert CalibrationStandard.objects.count() == 1


def test_timeliness_is_the_lag_of_the_middle_hour(opened: CalibrationRound, feed: Source, cast: Any, now: datetime) -> None:
    from huiying.listen.sources.models import SourceHour
    from huiying.listen.sources.selectors.calibration import heard_by_source

    SourceHour.objects.all().delete()
    judged(opened, cast, now)
    for number, (p50, p90, stored) in enumerate([(10, 60, 5), (20, 90, 1), (30, 300, 1)]):
        start = datetime(2026, 11, 17, number, tzinfo=now.tzinfo)
        SourceHour.objects.create(source=feed, start=start, stored=stored, lag_p50=p50, lag_p90=p90)
    row = heard_by_source(opened.week, opened.week)[1]
    assert (row.lag_p50, row.lag_p90) == (10, 60)
