"""Read a large file in a process of its own, ahead of the transactions that take its records in."""

from __future__ import annotations

import logging
import os
import queue
import resource
import threading
from collections.abc import Iterator
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from huiying.core.collectors.records import BadFeed, Unreadable
from huiying.core.collectors.table import read_file

from .drafts import Draft, drafts_of

log = logging.getLogger(__name__)
#: Records that are handed over together.
PART = 500
#: Parts that lie ready while the receiver is busy with a tick.
AHEAD = 16
Numbered = tuple[int, Draft | Unreadable]


class ReadAhead:
    """The records of a file from the line after ``skip`` on, as drafts with their index words.

    The process beside holds nothing that the file does not give back: when it ends, the rest is read here. It ends with its parent,
    at its next part.
    """

    def __init__(self, path: Path, skip: int) -> None:
        """Start nothing yet: entering does."""
        self._path, self._line = path, skip
        context = get_context("spawn")
        self._ours, self._theirs = context.Pipe(duplex=False)
        self._process = context.Process(target=_hand_over, args=(path, skip, self._theirs), daemon=True)
        #: Peak memory of the process beside (KiB), known at the end.
        self.peak = 0

    def __enter__(self) -> ReadAhead:
        self._process.start()
        self._theirs.close()
        return self

    def __exit__(self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None) -> None:
        self._ours.close()
        self._process.terminate()
        self._process.join()

    def __iter__(self) -> Iterator[Numbered]:
        """Yield each record with the number of its line; raises BadFeed."""
        while True:
            try:
                part = self._ours.recv()
            except (EOFError, ConnectionError):
                log.warning("The process that reads %s ended at line %s: the rest is read here.", self._path.name, self._line)
                for part in _parts(self._path, self._line):
                    yield from part
                return
            if isinstance(part, BadFeed):
                raise part
            if isinstance(part, int):
                self.peak = part
                return
            self._line = part[-1][0]
            yield from part


def _parts(path: Path, skip: int) -> Iterator[list[Numbered]]:
    numbered = read_file(path, skip=skip)
    while rows := list(islice(numbered, PART)):
        yield list(zip((number for number, _record in rows), drafts_of(record for _number, record in rows), strict=True))


def _hand_over(path: Path, skip: int, to: Connection) -> None:
    """Read a file to its end and hand it over in parts, then the peak memory; or the reason why it cannot be read."""
    parts: queue.Queue[object] = queue.Queue(AHEAD)
    sending = threading.Thread(target=_send, args=(parts, to))
    sending.start()
    try:
        for part in _parts(path, skip):
            parts.put(part)
    except BadFeed as error:
        parts.put(error)
    else:
        parts.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    sending.join()


def _send(parts: queue.Queue[object], to: Connection) -> None:
    """Send what is ready, so that reading goes on while the receiver is busy; what is no part is the last."""
    try:
        while isinstance(part := parts.get(), list):
            to.send(part)
        to.send(part)
    except BrokenPipeError:
        os._exit(0)  # the parent is gone, and with it whoever would read this
