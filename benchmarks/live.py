"""Time one update to all who have the board open: the whole program over loopback, its database in a temporary folder.

    python benchmarks/live.py [--pages 200] [--updates 5] [--idle 5] [--json]

Starts the web server in a process of its own, opens that many connections to ``/live/?on=board`` as twenty people, writes a
line of an incident's log from this process, and measures when each page hears of it. Then it lets them all wait and reads
the server's processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
PEOPLE = 20


def prepare() -> tuple[list[str], Any, int]:
    """Fill the database: people with sessions, one incident; return session keys, the commander and the incident."""
    import django

    import huiying.config  # noqa: F401

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from huiying.base.accounts.models import Person, RoleGrant
    from huiying.base.accounts.services import actor_of
    from huiying.respond.incidents.services import incident_open

    call_command("migrate", verbosity=0)
    keys, people = [], []
    for number in range(PEOPLE):
        person = Person.objects.create(username=f"p{number}", display_name=f"Person {number}")
        RoleGrant.objects.create(person=person, role="commander" if number == 0 else "writer")
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        keys.append(client.cookies["sessionid"].value)
        people.append(person)
    actor, now = actor_of(people[0]), timezone.now()
    return keys, actor, incident_open(actor=actor, now=now, title="Water", crisis_at=now, crisis_evidence="Call").pk


async def listen(port: int, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open one page's stream and read up to its first line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live/?on=board HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={key}\r\n\r\n".encode())
    head = await reader.readuntil(b"retry: 3000")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise SystemExit(head.decode())
    return reader, writer


async def hear(reader: asyncio.StreamReader) -> float:
    """Return when the page hears of the next change."""
    await asyncio.wait_for(reader.readuntil(b"event: changed"), 20)
    return time.perf_counter()


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def measure(port: int, pid: int, given: argparse.Namespace) -> dict[str, Any]:
    """Open the pages, write, and time."""
    keys, actor, incident = await asyncio.to_thread(prepare_once)
    begun = time.perf_counter()
    pages = [await listen(port, keys[number % PEOPLE]) for number in range(given.pages)]
    opened, last, median = time.perf_counter() - begun, [], []
    for number in range(given.updates):
        waiting = [asyncio.ensure_future(hear(reader)) for reader, _writer in pages]
        await asyncio.sleep(0.6)
        written = await asyncio.to_thread(decide, actor, incident, number)
        heard = [at - written for at in await asyncio.gather(*waiting)]
        last.append(max(heard))
        median.append(statistics.median(heard))
    before, start = cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(given.idle)
    idle = (cpu_seconds(pid) - before) / (time.perf_counter() - start)
    for _reader, writer in pages:
        writer.close()
    return {
        "pages": given.pages,
        "opened_s": round(opened, 2),
        "median_ms": round(1000 * statistics.median(median)),
        "last_page_ms_worst": round(1000 * max(last)),
        "cpu_share_idle": round(idle, 3),
    }


def decide(actor: Any, incident: int, number: int) -> float:
    """Write in the log; return when that was on record."""
    from django.utils import timezone

    from huiying.respond.incidents.services import log_decision

    log_decision(actor=actor, now=timezone.now(), incident_id=incident, text=f"Decision {number}", reason="Because")
    return time.perf_counter()


_prepared: list[tuple[list[str], Any, int]] = []


def prepare_once() -> tuple[list[str], Any, int]:
    """Return what was prepared before the server began."""
    return _prepared[0]


def main() -> None:
    """Read the arguments, start the server, print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--updates", type=int, default=5)
    parser.add_argument("--idle", type=float, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-live-") as state:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        os.environ |= {"HUIYING_STATE": state, "HUIYING_PORT": str(port), "DJANGO_SETTINGS_MODULE": "huiying.config.settings"}
        os.environ.pop("DATABASE_URL", None)
        _prepared.append(prepare())
        server = subprocess.Popen([sys.executable, "-m", "huiying.cli", "web"], env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
        try:
            wait_for(port)
            found = asyncio.run(measure(port, server.pid, given))
        finally:
            server.terminate()
            server.wait(20)
    print(json.dumps(found) if given.json else "\n".join(f"{key:20} {value}" for key, value in found.items()))


def wait_for(port: int) -> None:
    """Wait until the server answers."""
    for _try in range(100):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
