"""Three days of a town's feeds in simulated time: the real collector, a real server, scripted misfortune."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.listen.sources.simulation import Feed, Town, script, told

from huiying.core.collectors.pace import Pace

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = 72
POLL = 1_800
#: The collector looks this often (simulated seconds).
STEP = 300
CODES = {"500": "http_status", "503": "http_status", "404": "http_status", "429": "retry_later", "tls": "bad_certificate"}
CODES |= {"cut": "unreachable", "html": "not_a_feed"}


@dataclass
class Run:
    """What was left after the three days."""

    town: Town
    sources: dict[str, Any]


@pytest.fixture
def three_days(now: datetime, tmp_path: Path) -> Run:
    """Let the collector live through the script."""
    from huiying.base.audit.rules import SYSTEM
    from huiying.listen.sources.collector import Collector, Network
    from huiying.listen.sources.models import Source
    from huiying.listen.sources.services import source_add

    town = Town(script(), now, HOURS, Random(7))

    def add(feed: Feed) -> None:
        address = f"{town.bases['http']}/feeds/{feed.name}"
        source_add(actor=SYSTEM, now=now, name=feed.name, url=address, channel="forum", poll_seconds=POLL, exercise=True)

    def next_due() -> datetime:
        return min(Source.objects.filter(state="active").values_list("next_poll_at", flat=True))

    async def live() -> None:
        async with town.open(tmp_path), Network(deadline=5.0, pace=Pace(at_once=100, gap=0)) as network:
            collector = Collector(network, clock=town.clock, rng=Random(11), canary=False)
            try:
                for feed in town.feeds.values():
                    await collector.in_database(lambda feed=feed: add(feed))  # type: ignore[misc]
                while town.hour < HOURS:
                    await collector.look()
                    await collector.settled()
                    town.now = max(await collector.in_database(next_due), town.now + timedelta(seconds=STEP))
            finally:
                await collector.close()

    asyncio.run(live())
    return Run(town, {source.name: source for source in Source.objects.all()})


def test_three_days_of_misfortune_lose_nothing_double_nothing_and_hide_nothing(three_days: Run) -> None:
    from huiying.listen.sources.models import Post

    town = three_days.town
    assert sum(town.answers.values()) > 2_000 and set(CODES) | {"moved", "ok"} == set(town.answers), told(town.answers)
    for name, feed in town.feeds.items():
        titles = list(Post.objects.filter(source=three_days.sources[name]).values_list("title", flat=True))
        kept = {title.split()[0] for title in titles}
        assert len(titles) == len(kept), f"{name}: stored twice"
        assert kept == feed.offered, f"{name}: offered and lost {told(sorted(feed.offered - kept))}"
        _check_outages(three_days, name, feed)
        _check_rhythm(name, feed)
    _check_move(three_days)


def _check_outages(run: Run, name: str, feed: Feed) -> None:
    """Every fault that lasts is an outage that began within two polling periods and ended by itself."""
    from huiying.listen.sources.models import Outage

    found = list(Outage.objects.filter(source=run.sources[name]).exclude(code="gap").order_by("began_at"))
    for fault in feed.faults:
        if fault.kind not in CODES:
            continue
        begin, end = (run.town.start + timedelta(hours=hour) for hour in (fault.begin, fault.end))
        seen = [o for o in found if o.code == CODES[fault.kind] and begin <= o.began_at <= begin + timedelta(seconds=2 * POLL)]
        assert seen, f"{name}: {fault} is not visible in {told([(o.code, o.began_at) for o in found])}"
        assert seen[0].ended_at is not None and seen[0].ended_at >= min(end, seen[0].ended_at)
        assert seen[-1].ended_at <= end + timedelta(seconds=2 * POLL), f"{name}: {fault} ended only at {seen[-1].ended_at}"
    lasting = [o for o in found if o.ended_at is None]
    assert not lasting, f"{name}: still open {told([(o.code, o.began_at) for o in lasting])}"
    if not any(fault.kind in CODES for fault in feed.faults):
        assert not found, f"{name}: an outage without a cause {told([(o.code, o.began_at) for o in found])}"


def _check_rhythm(name: str, feed: Feed) -> None:
    """No source is asked less often than set, or more often than once a minute, while it answers."""
    gaps = [(later - earlier).total_seconds() for earlier, later in zip(feed.asked, feed.asked[1:], strict=False)]
    pauses = [gap for gap in gaps if gap > POLL + STEP]
    if "429" not in {fault.kind for fault in feed.faults}:
        assert not pauses, f"{name}: not asked for {max(pauses)} s"
    assert max(pauses, default=0) <= 1_200 + STEP
    assert sum(1 for gap in gaps if 0 < gap < 50) == 0, name


def _check_move(run: Run) -> None:
    """A feed that moved for good is read at its new address, and the log says so."""
    from huiying.base.audit.models import AuditEntry

    assert run.sources["moved"].url.endswith("/moved-new")
    assert AuditEntry.objects.filter(verb="source.moved").count() == 1
