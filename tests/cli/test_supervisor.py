from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from huiying.cli import supervisor
from huiying.cli.supervisor import Role, Supervisor

SLEEPER = "import os,time,pathlib;pathlib.Path({note!r}).open('a').write(f'{{os.getpid()}}\\n');time.sleep(60)"
STUBBORN = "import signal;signal.signal(signal.SIGTERM, signal.SIG_IGN);" + SLEEPER


def role(note: Path, code: str = SLEEPER, name: str = "sleeper") -> Role:
    return Role(name, (sys.executable, "-c", code.format(note=str(note))))


def pids(note: Path) -> list[int]:
    return [int(line) for line in note.read_text().split()] if note.exists() else []


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


async def until_async(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(until, condition)


def test_a_killed_child_is_started_again_and_the_reason_is_said(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    said: list[str] = []

    async def story() -> None:
        kept = Supervisor((role(note),), said.append)
        run = asyncio.create_task(kept.run())
        await until_async(lambda: len(pids(note)) == 1)
        os.kill(pids(note)[0], signal.SIGKILL)
        await until_async(lambda: len(pids(note)) == 2)
        kept.stopping.set()
        await run

    asyncio.run(story())
    assert said == ["sleeper ended (killed by SIGKILL); starting it again in 0.5 s."]
    assert not any(is_running(pid) for pid in pids(note))


def test_a_child_that_ends_at_once_is_started_again_ever_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_WAIT", 0.04)
    said: list[str] = []

    async def story() -> None:
        kept = Supervisor((Role("broken", (sys.executable, "-c", "raise SystemExit(3)")),), said.append)
        run = asyncio.create_task(kept.run())
        await until_async(lambda: len(said) >= 4)
        kept.stopping.set()
        await run

    asyncio.run(story())
    assert [line.rpartition(" in ")[2] for line in said[:4]] == ["0.01 s.", "0.02 s.", "0.04 s.", "0.04 s."]
    assert "exit code 3" in said[0]


def test_a_child_deaf_to_the_polite_signal_is_killed_after_the_grace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    polite, deaf = tmp_path / "polite", tmp_path / "deaf"

    async def story() -> None:
        kept = Supervisor((role(polite, name="polite"), role(deaf, STUBBORN, "deaf")), lambda _text: None)
        run = asyncio.create_task(kept.run())
        await until_async(lambda: bool(pids(polite)) and bool(pids(deaf)))
        kept.stopping.set()
        await asyncio.wait_for(run, 5)
        assert all(process.returncode is not None for process in kept.running.values())

    asyncio.run(story())
    assert not any(is_running(pid) for pid in pids(polite) + pids(deaf))


WAITER = (
    "import os,sys,pathlib;n=pathlib.Path({note!r});w=lambda t:n.open('a').write(t);w('loaded ');w(sys.stdin.readline());sys.stdin.read()"
)


def words(note: Path) -> list[str]:
    return note.read_text().split() if note.exists() else []


def test_a_child_that_waits_is_told_once_more_when_it_was_started_again(tmp_path: Path) -> None:
    note = tmp_path / "words"
    code = WAITER.format(note=str(note)).replace("sys.stdin.read()", "sys.exit(1)")

    async def story() -> None:
        ready = asyncio.Event()
        kept = Supervisor((Role("waiter", (sys.executable, "-c", code), told_after=ready),), lambda _text: None)
        run = asyncio.create_task(kept.run())
        await until_async(lambda: words(note) == ["loaded"])
        ready.set()
        await until_async(lambda: words(note)[:6] == ["loaded", "go", "on", "loaded", "go", "on"])
        kept.stopping.set()
        await run
        assert all(process.returncode is not None for process in kept.running.values())

    asyncio.run(story())
    assert words(note)[:3] == words(note)[3:6] == ["loaded", "go", "on"]


def test_a_child_starts_only_after_what_it_waits_for(tmp_path: Path) -> None:
    early, late = tmp_path / "early", tmp_path / "late"

    async def story() -> None:
        ready = asyncio.Event()
        second = Role("late", (sys.executable, "-c", SLEEPER.format(note=str(late))), starts_after=ready)
        kept = Supervisor((role(early), second), lambda _text: None)
        run = asyncio.create_task(kept.run())
        await until_async(lambda: len(pids(early)) == 1)
        assert not late.exists() and "late" not in kept.running
        ready.set()
        await until_async(lambda: len(pids(late)) == 1)
        kept.stopping.set()
        await run

    asyncio.run(story())
    assert not any(is_running(pid) for pid in pids(early) + pids(late))


def test_stopping_while_everything_still_waits_ends_at_once(tmp_path: Path) -> None:
    note = tmp_path / "words"

    async def story() -> None:
        never = asyncio.Event()
        waiter = Role("waiter", (sys.executable, "-c", WAITER.format(note=str(note))), told_after=never)
        kept = Supervisor((waiter, Role("late", (sys.executable, "-c", ""), starts_after=never)), lambda _text: None)
        run = asyncio.create_task(kept.run())
        await until_async(lambda: words(note) == ["loaded"])
        kept.stopping.set()
        await asyncio.wait_for(run, 5)
        assert all(process.returncode is not None for process in kept.running.values())

    asyncio.run(story())
    assert words(note) == ["loaded"]  # it was never told to go on


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the tie between parent and child is Linux's")
def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "deaf"
    code = (
        "import asyncio\nfrom huiying.cli.supervisor import Role, Supervisor\n"
        f"role = Role('deaf', ({sys.executable!r}, '-c', {STUBBORN.format(note=str(note))!r}))\n"
        "asyncio.run(Supervisor((role,), print).run())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        until(lambda: len(pids(note)) == 1)
        parent.kill()
        parent.wait()
        until(lambda: not is_running(pids(note)[0]))
        assert len(pids(note)) == 1, "nobody started it again"
    finally:
        parent.kill()
