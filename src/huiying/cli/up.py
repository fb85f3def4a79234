"""``huiying up``: everything on one machine, by one command."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import urllib.error
import urllib.request
import webbrowser
from datetime import UTC, datetime
from pathlib import Path

import click

from huiying.config.environment import read, secret_key

from . import start
from .lock import only_one
from .output import json_option, prepare_django, tell
from .supervisor import Role, Supervisor

#: Seconds the web process may take to answer before something is wrong.
READY_SECONDS = 60


@click.command()
@click.option("--demo", is_flag=True, help="Start the made-up organisation with the bundled exercise as a live feed.")
@click.option(
    "--source", "sources", multiple=True, metavar="URL", help="Also watch this feed (RSS, Atom, JSON Feed); may be given several times."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@json_option
def up(demo: bool, sources: tuple[str, ...], no_browser: bool, as_json: bool) -> None:
    """Prepare the database, then run web, worker and collector until you stop it with Ctrl-C.

    The first start prints a one-time link for the administrator. --demo is for looking around; real
    work needs another state folder (HUIYING_STATE).
    """
    if demo:
        os.environ["HUIYING_DEMO"] = "yes"
    values = read()
    state = Path(str(values["HUIYING_STATE"])).resolve()
    with only_one(state):
        start.refuse_taken_port(str(values["HUIYING_HOST"]), int(str(values["HUIYING_PORT"])))
        secret_key(state)  # made before two processes look for it
        feed_port = start.free_port() if values["HUIYING_DEMO"] else None
        asyncio.run(_run(sources, feed_port, as_json=as_json, browse=not no_browser and not as_json))


def _prepare_pages() -> None:
    """Do what must be done before a page can be asked for."""
    prepare_django()
    from django.db import connections

    start.migrate(_say)
    start.refuse_bad_set_up(_say)
    start.collect_static(_say)
    connections.close_all()


def _prepare_work(sources: tuple[str, ...], feed_port: int | None) -> str:
    """Do what must be done before background work begins; returns the link to enter by."""
    from django.db import connections

    from huiying.respond.plans.services import load_builtin_plans

    now = datetime.now(UTC)
    load_builtin_plans(now=now)
    link = _demo_link(now, feed_port) if feed_port else start.first_link(now)
    start.add_sources(sources, now, _say)
    connections.close_all()
    return link


def _demo_link(now: datetime, feed_port: int) -> str:
    from huiying.learn.exercises.services import demo_link, demo_prepare

    from .person import link_url

    demo_prepare(now=now, feed_url=f"http://127.0.0.1:{feed_port}")
    return link_url(demo_link(now=now))


async def _run(sources: tuple[str, ...], feed_port: int | None, *, as_json: bool, browse: bool) -> None:
    """Start the children while the database is prepared, greet, and go on until asked to stop."""
    pages_may, work_may = asyncio.Event(), asyncio.Event()
    supervisor = Supervisor(_roles(feed_port, pages_may, work_may), _say)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stopping.set)
    keeping = asyncio.create_task(supervisor.run())
    greeting = None
    try:
        await asyncio.to_thread(_prepare_pages)
        pages_may.set()
        link = await asyncio.to_thread(_prepare_work, sources, feed_port)
        work_may.set()
        greeting = asyncio.create_task(_greet(link, as_json=as_json, browse=browse))
        await keeping
    finally:
        supervisor.stopping.set()
        await keeping
        if greeting is not None:
            greeting.cancel()
            await asyncio.gather(greeting, return_exceptions=True)
    _say("Stopped.")


def _roles(feed_port: int | None, pages_may: asyncio.Event, work_may: asyncio.Event) -> tuple[Role, ...]:
    command = (sys.executable, "-m", "huiying.cli")
    roles = [
        Role("web", (*command, "web", "--supervised"), death_signal=signal.SIGTERM, told_after=pages_may),
        Role("worker", (*command, "worker", "--supervised"), starts_after=work_may),
        Role("collector", (*command, "collector", "--supervised"), starts_after=work_may),
    ]
    if feed_port is not None:
        roles.append(Role("exercise feed", (*command, "exercise", "serve", "--port", str(feed_port)), starts_after=work_may))
    return tuple(roles)


async def _greet(link: str, *, as_json: bool, browse: bool) -> None:
    """Wait for the first answer, then say where to go."""
    from .person import base_url

    for _try in range(READY_SECONDS * 20):
        if await asyncio.to_thread(_answers):
            break
        await asyncio.sleep(0.05)
    else:
        _say(f"The pages did not answer within {READY_SECONDS} seconds. Ask: huiying check")
        return
    text = f"Huiying is ready at {base_url()}/"
    if link:
        text += f"\nSign in once, within 12 hours, at\n  {link}"
    tell({"ready": True, "url": f"{base_url()}/", "link": link or None, "process": os.getpid()}, text, as_json=as_json)
    sys.stdout.flush()
    if browse and _has_display():
        await asyncio.to_thread(webbrowser.open, link or base_url())


def _answers() -> bool:
    from django.conf import settings

    host = str(settings.ENV["HUIYING_HOST"])
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  compared, not bound
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{host}:{settings.ENV['HUIYING_PORT']}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(text: str) -> None:
    click.echo(text, err=True)
