"""Open a workbook in a process of its own, with bounds on memory and time: a hostile one takes nobody along.

Run as a script with the path as its argument; writes one line of JSON a row that holds anything.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, time, timedelta

#: A dense sheet of a million rows and forty columns fits; a cell in the last corner of an empty sheet does not.
MEMORY_BYTES = 2 * 1024**3
#: Processor time of one workbook (seconds): half a million rows take five.
CPU_SECONDS = 60


def main(path: str) -> int:
    """Write the rows of every visible sheet as ``[sheet, row number, cells]``; a refusal as ``{"error": …}``."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_path(path)
        for about in workbook.sheets_metadata:
            if about.visible is SheetVisibleEnum.Visible and about.typ is SheetTypeEnum.WorkSheet:
                _write(about.name, workbook)
    except PasswordError:
        _say({"error": "locked"})
    except MemoryError:
        _say({"error": "memory"})
    except (CalamineError, OSError, ValueError, KeyError) as error:
        _say({"error": "damaged", "detail": f"{type(error).__name__}: {error}"[:200]})
    return 0


def _say(refusal: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(refusal) + "\n")


def _write(name: str, workbook: object) -> None:
    out = sys.stdout
    sheet = workbook.get_sheet_by_name(name)  # type: ignore[attr-defined]  # imported only after the bounds are set
    for number, row in enumerate(sheet.iter_rows(), 1):
        while row and row[-1] == "":
            row.pop()
        if row:
            out.write(json.dumps([name, number, row], ensure_ascii=True, default=_plain))
            out.write("\n")


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    if isinstance(cell, (date, time)):
        return {"at": cell.isoformat()} if isinstance(cell, date) else cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
