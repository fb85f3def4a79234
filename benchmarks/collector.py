"""What one collector does on one core: idle with many sources, a flood of items, a feed that drips.

    python benchmarks/collector.py --json

Real local servers in a process of their own; the collector as ``huiying collector`` runs it, on a fresh database.
Bars: 500 sources under 20 % CPU when idle; 1,000 items/s taken in over HTTP; a dripping feed delays the others
by no more than the factor 2.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

SOURCES, POLL = 500, 300
FLOODS, FLOOD_ITEMS = 20, 500
QUICK = 100
#: Runs without and with dripping feeds, one right after the other: the load of a shared machine changes.
PAIRS = 5


def serve(port_of: multiprocessing.Queue[int]) -> None:
    """Run the feeds: /calm/N never changes, /flood/N offers 500 items, /drip/N one byte per half second, /quick/N three items."""
    from aiohttp import web

    def rss(name: str, count: int) -> bytes:
        at = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        items = "".join(
            f"<item><guid>{name}-{n}</guid><title>小区停水 {name} {n}</title><description>自来水发黄，什么时候修好？{n}</description>"
            f"<pubDate>{at}</pubDate></item>"
            for n in range(count)
        )
        return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()

    async def feed(request: web.Request) -> web.StreamResponse:
        kind, number = request.match_info["kind"], request.match_info["number"]
        if kind == "drip":
            response = web.StreamResponse(headers={"Content-Type": "application/rss+xml"})
            await response.prepare(request)
            with suppress(ConnectionError):  # the collector goes away when its patience ends
                for byte in rss(number, 1):
                    await response.write(bytes([byte]))
                    await asyncio.sleep(0.5)
            return response
        if kind == "calm" and request.headers.get("If-None-Match"):
            return web.Response(status=304)
        count = FLOOD_ITEMS if kind == "flood" else 3
        return web.Response(body=rss(f"{kind}{number}", count), content_type="application/rss+xml", headers={"ETag": '"1"'})

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/{kind}/{number}", feed)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        # Each source lives on a host of its own, as in life: 127.0.0.0/8 is all loopback.
        await web.TCPSite(runner, "0.0.0.0", 0).start()  # noqa: S104 - loopback addresses of the benchmark
        port_of.put(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


def prepare(state: Path, port: int, places: list[tuple[str, int]]) -> None:
    """Make the database and its sources in this process."""
    os.environ |= {"HUIYING_STATE": str(state), "HUIYING_FETCH_ALLOW": "127.0.0.0/8", "DJANGO_SETTINGS_MODULE": "huiying.config.settings"}
    import django

    import huiying.config  # noqa: F401  the wheel's SQLite comes before Django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from huiying.listen.sources.models import Source

    call_command("migrate", verbosity=0, interactive=False)
    now = timezone.now()
    Source.objects.bulk_create(
        Source(
            name=f"{kind} {number}",
            connector="feed",
            url=f"http://127.{1 + number // 250}.{1 + len(kind)}.{1 + number % 250}:{port}/{kind}/{number}",
            options={},
            channel="forum",
            poll_seconds=POLL,
            created_at=now,
            next_poll_at=now,
        )
        for kind, number in places
    )


def child(state: Path, port: int, what: str) -> dict[str, float]:
    """Run one measurement in a process of its own and return its figures."""
    words = [sys.executable, __file__, "--measure", what, "--port", str(port), "--state", str(state)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


async def collected(seconds: float, until: object = None) -> tuple[float, float]:
    """Let a collector run; returns wall and CPU seconds of this process."""
    from huiying.listen.sources.collector import Collector, Network

    async with Network() as network:
        collector = Collector(network, canary=False)
        began, used = time.monotonic(), time.process_time()
        try:
            while time.monotonic() - began < seconds:
                await collector.look()
                if callable(until) and await collector.in_database(until):
                    break
                await asyncio.sleep(0.5 if until is None else 0.02)
        finally:
            wall, cpu = time.monotonic() - began, time.process_time() - used
            await collector.close()
    return wall, cpu


def idle(state: Path, port: int) -> dict[str, float]:
    """Ask 500 sources once, then measure half a minute of their ordinary rhythm."""
    prepare(state, port, [("calm", number) for number in range(SOURCES)])
    from huiying.listen.sources.models import Source, SourceHour

    first, first_cpu = asyncio.run(collected(120, lambda: not Source.objects.filter(last_success_at=None).exists()))
    spread_over_the_period()
    before = sum(SourceHour.objects.values_list("polls", flat=True))
    wall, cpu = asyncio.run(collected(30))
    polls = sum(SourceHour.objects.values_list("polls", flat=True)) - before
    return {"sources": SOURCES, "first_round_s": first, "first_round_cpu_s": first_cpu, "polls": polls, "cpu_share": cpu / wall}


def spread_over_the_period() -> None:
    """Give the sources the even spread that their rhythm takes after a while."""
    from django.utils import timezone

    from huiying.listen.sources.models import Source

    now = timezone.now()
    for number, source_id in enumerate(Source.objects.values_list("pk", flat=True)):
        Source.objects.filter(pk=source_id).update(next_poll_at=now + timedelta(seconds=POLL * number / SOURCES), rhythm_seconds=POLL)


def flood(state: Path, port: int) -> dict[str, float]:
    """Take in 20 feeds of 500 new items each."""
    prepare(state, port, [("flood", number) for number in range(FLOODS)])
    from huiying.listen.sources.models import Post, Source

    wall, cpu = asyncio.run(collected(120, lambda: not Source.objects.filter(last_success_at=None).exists()))
    items = Post.objects.count()
    return {"items": items, "seconds": wall, "items_per_s": items / wall, "items_per_cpu_s": items / cpu}


def warm_up() -> None:
    """Load what a process loads once, so that it is not taken for a delay of the feeds."""
    from huiying.listen.sources.rules.channels import connectors

    assert connectors()


def delays(state: Path, port: int, drips: int) -> dict[str, float]:
    """Return how long a hundred quick feeds take from due to answered, with or without dripping ones beside them."""
    prepare(state, port, [*(("drip", number) for number in range(drips)), *(("quick", number) for number in range(QUICK))])
    from django.utils import timezone

    from huiying.listen.sources.models import Source

    quick = Source.objects.filter(name__startswith="quick")
    warm_up()
    Source.objects.update(created_at=timezone.now())
    asyncio.run(collected(60, lambda: not quick.filter(last_success_at=None).exists()))
    waits = [(done - due).total_seconds() for due, done in quick.values_list("created_at", "last_success_at") if done is not None]
    return {"median_s": statistics.median(waits), "worst_s": max(waits)}


MEASURES: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "idle": idle,
    "flood": flood,
    "alone": partial(delays, drips=0),
    "beside": partial(delays, drips=10),
}


def measured(port: int, what: str) -> dict[str, float]:
    """Measure one thing in a process and a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="huiying-collector-") as folder:
        return child(Path(folder), port, what)


def main() -> None:
    """Measure everything, each on a fresh database, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", choices=MEASURES)
    parser.add_argument("--port", type=int)
    parser.add_argument("--state", type=Path)
    wanted = parser.parse_args()
    if wanted.measure:
        print(json.dumps(MEASURES[wanted.measure](wanted.state, wanted.port)))
        return
    port_of: multiprocessing.Queue[int] = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(port_of,), daemon=True)
    server.start()
    port = port_of.get(timeout=30)
    figures = {what: measured(port, what) for what in ("idle", "flood")}
    alone, beside = zip(*((measured(port, "alone"), measured(port, "beside")) for _run in range(PAIRS)), strict=True)
    server.terminate()
    figures["dripping"] = {
        f"{of}_{name}_s": statistics.median(run[f"{name}_s"] for run in runs)
        for of, runs in (("alone", alone), ("beside", beside))
        for name in ("median", "worst")
    }
    for name in ("median", "worst"):
        factors = sorted(b[f"{name}_s"] / a[f"{name}_s"] for a, b in zip(alone, beside, strict=True))
        figures["dripping"] |= {f"{name}_factor": statistics.median(factors), f"{name}_factor_highest": factors[-1]}
    print(json.dumps(figures) if wanted.json else "\n".join(f"{what}: {found}" for what, found in figures.items()))


if __name__ == "__main__":
    main()
