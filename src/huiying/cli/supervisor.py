"""Keep the children of ``huiying up`` alive, and end them together."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1
#: Children speak where we complain: our own output stream stays one JSON object.
_ERROR_STREAM = 2
#: Waits before a child that ended is started again, in seconds; doubling from the first to the last.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
#: A child that ran this many seconds is taken for healthy: its next wait is the first again.
HEALTHY_AFTER = 60.0
#: Seconds between SIGTERM and SIGKILL.
GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Role:
    """One child: its name, its command line, and the signal it gets should the supervisor vanish.

    It starts after ``starts_after``. One with ``told_after`` starts at once, loads what it needs, and waits for a
    line on its input, which it gets then.
    """

    name: str
    command: tuple[str, ...]
    death_signal: signal.Signals = signal.SIGKILL
    environment: Mapping[str, str] | None = None
    starts_after: asyncio.Event | None = None
    told_after: asyncio.Event | None = None


@dataclass
class Supervisor:
    """Start each role, start it again when it ends, stop all when asked."""

    roles: tuple[Role, ...]
    say: Callable[[str], None]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def run(self) -> None:
        """Supervise until ``stopping`` is set; returns when every child has ended."""
        keepers = [asyncio.create_task(self._keep(role)) for role in self.roles]
        await self.stopping.wait()
        await self._end_all()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, role: Role) -> None:
        wait = FIRST_WAIT
        if role.starts_after is not None:
            await role.starts_after.wait()
        while not self.stopping.is_set():
            started = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                *role.command,
                preexec_fn=_tied(role.death_signal),
                env=role.environment,
                stdin=asyncio.subprocess.PIPE if role.told_after else asyncio.subprocess.DEVNULL,
                stdout=_ERROR_STREAM,
            )
            self.running[role.name] = process
            word = asyncio.create_task(_tell(process, role.told_after))
            code = await process.wait()
            word.cancel()
            if self.stopping.is_set():
                return
            wait = FIRST_WAIT if time.monotonic() - started > HEALTHY_AFTER else wait
            self.say(f"{role.name} ended ({_words(code)}); starting it again in {wait:g} s.")
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), wait)
            wait = min(wait * 2, LONGEST_WAIT)

    async def _end_all(self) -> None:
        living = [process for process in self.running.values() if process.returncode is None]
        for process in living:
            _send(process, signal.SIGTERM)
        waits = [asyncio.create_task(process.wait()) for process in living]
        if waits:
            _ended, late = await asyncio.wait(waits, timeout=GRACE_SECONDS)
            for process in living:
                if late and process.returncode is None:
                    _send(process, signal.SIGKILL)
            await asyncio.gather(*waits)


async def _tell(process: asyncio.subprocess.Process, after: asyncio.Event | None) -> None:
    """Write the line that lets a waiting child go on; one that ended meanwhile is started again."""
    if after is None or process.stdin is None:
        return
    await after.wait()
    process.stdin.write(b"go on\n")
    process.stdin.close()


def _send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)


def _words(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _tied(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what ties a child's life to ours, on Linux; it runs in the child before the command."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        library.prctl(_PR_SET_PDEATHSIG, death_signal.value, 0, 0, 0)

    return tie
