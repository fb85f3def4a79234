"""Read the rows of a workbook (XLSX, XLSM, XLSB, XLS, ODS) through a process that may not grow without bound."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ..records import BadFeed
from . import opening

_WORDS = {
    "locked": "the workbook is locked with a password: save it without one",
    "memory": "the workbook would take more than 2 GB of memory: delete the empty rows and columns far out, or save it as CSV",
    "time": f"the workbook takes longer than {opening.CPU_SECONDS} s to open: save it as CSV",
}
#: How a process ends that was not given the memory it wanted.
_OUT_OF_MEMORY = {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGTRAP, 101}


def sheet_rows(path: Path) -> Iterator[tuple[str, int, list[object]]]:
    """Yield ``(sheet, row number, cells)`` of every row that holds anything; raises BadFeed."""
    command = [sys.executable, "-I", str(Path(opening.__file__)), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=path.parent) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                found = json.loads(line)
                if isinstance(found, dict):
                    raise BadFeed(_refusal(path, str(found["error"]), str(found.get("detail", ""))))
                name, number, cells = found
                yield name, number, [_cell(cell) for cell in cells]
        finally:
            child.stdout.close()
            if child.poll() is None and sys.exc_info()[0] is not None:
                child.kill()
    if child.returncode:
        code = "time" if child.returncode == -signal.SIGXCPU else "memory" if child.returncode in _OUT_OF_MEMORY else "damaged"
        raise BadFeed(_refusal(path, code, f"exit {child.returncode}"))


def _refusal(path: Path, code: str, detail: str) -> str:
    return f"{path.name}: {_WORDS.get(code, f'the workbook cannot be read ({detail})')}."


def _cell(cell: object) -> object:
    return datetime.fromisoformat(str(cell["at"])) if isinstance(cell, dict) else cell
