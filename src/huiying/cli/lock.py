"""One ``huiying up`` per state folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .output import Fault


@contextmanager
def only_one(state: Path) -> Iterator[None]:
    """Hold the folder's lock; raises Fault naming the process that holds it already.

    The lock belongs to the process, so a crash frees it; the file stays.
    """
    state.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(state / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Fault(
                f"Huiying already runs on {state} (process {holder}). Stop it first, or set HUIYING_STATE to another folder."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
