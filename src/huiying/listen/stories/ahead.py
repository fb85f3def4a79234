"""Fold ticks in a process of its own, ahead of the transactions that write them."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

import pyarrow as pa

from huiying.listen.sources.selectors import tick_batches

from .folding import Folded, Start, reading_of, receive, send
from .models import AnalysisState
from .rules import chained

log = logging.getLogger(__name__)
_PR_SET_PDEATHSIG = 1
#: Ticks that may wait at the process beside: enough that it never idles, few enough that memory stays small.
IN_FLIGHT = 12


class FoldAhead:
    """Folds one stream beside the writer. It holds nothing that the log does not give back, and it dies with its parent.

    Ticks go in by ``look_ahead`` and come out by ``fold`` in the writer's transaction. When the stored position is not
    the one expected (another process wrote), it starts again from there; when it ended, the writer folds by itself.
    """

    def __init__(self, stream: str) -> None:
        """Start nothing yet: the first tick does."""
        self._stream = stream
        self._process: subprocess.Popen[bytes] | None = None
        self._is_broken = False
        self._sent: deque[int] = deque()
        self._last_sent = 0
        self._chain = ""
        self._ready: Folded | None = None

    def __enter__(self) -> FoldAhead:
        return self

    def __exit__(self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()

    @property
    def is_working(self) -> bool:
        """Whether there is a process beside; when not, ticks are folded as they are written."""
        return not self._is_broken

    def look_ahead(self) -> int:
        """Hand over the closed ticks not handed over yet; return how many are waiting to be written."""
        if self._is_broken:
            return 0
        if self._process is None:
            row = AnalysisState.objects.filter(stream=self._stream, shard=0).first()
            self._start(row or AnalysisState(stream=self._stream))
        if len(self._sent) < IN_FLIGHT:
            for tick, batch in tick_batches(self._stream, self._last_sent, limit=IN_FLIGHT - len(self._sent)):
                self._hand(tick, batch)
        return len(self._sent)

    def wait(self) -> None:
        """Wait for the oldest tick in flight, outside of any transaction."""
        if self._sent and self._ready is None and self._process is not None and self._process.stdout is not None:
            with suppress(EOFError):  # ``fold`` sees that it ended
                answer = receive(self._process.stdout)
                self._ready = answer if isinstance(answer, Folded) else None

    def fold(self, row: AnalysisState, tick: int, batch: bytes, posts: pa.RecordBatch) -> Folded:
        """Return what a tick changes, in the transaction that writes it."""
        if not self._is_broken and (row.chain != self._chain or not self._sent or self._sent[0] != tick):
            self._start(row)
            self._hand(tick, batch)
        self.wait()
        folded, self._ready = self._ready, None
        if folded is None:
            if not self._is_broken:
                log.warning("The process that folds stream %s ended; going on without it.", self._stream)
            self.close()
            self._is_broken = True
            from . import memory

            return memory.fold(row, tick, batch, posts)
        self._sent.popleft()
        self._chain = chained(row.chain, batch)
        return folded

    def close(self) -> None:
        """End the process and wait for it."""
        process, self._process = self._process, None
        self._sent.clear()
        self._ready = None
        if process is not None:
            process.kill()
            process.communicate()

    def _start(self, row: AnalysisState) -> None:
        self.close()
        self._chain, self._last_sent = row.chain, row.tick
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from huiying.listen.stories.beside import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            preexec_fn=_tied(),
        )
        self._write(Start(_state_of(row), reading_of(row)))

    def _hand(self, tick: int, batch: bytes) -> None:
        self._write((tick, batch))
        self._sent.append(tick)
        self._last_sent = tick

    def _write(self, message: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError):  # the answer will be missing, which ``fold`` sees
                send(self._process.stdin, message)


def _state_of(row: AnalysisState) -> bytes | None:
    """Return the memory after the ticks the row names; before the first tick there is none, and no need of the analysis here."""
    if not row.tick:
        return None
    from . import memory

    return memory.take(row).to_bytes()


def _tied() -> Callable[[], None] | None:
    """Return what ends the child with its parent, on Linux; elsewhere the end of its input does."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        library.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)

    return tie
