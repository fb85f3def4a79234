"""What becomes of a delivered file, and when one in the drop folder may be read (pure, Django-free but for words)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class FileOrigin(StrEnum):
    """How a file came to us."""

    UPLOAD = "upload"
    DROP = "drop"


ORIGIN_LABELS = {FileOrigin.UPLOAD: _("uploaded"), FileOrigin.DROP: _("drop folder")}


class FileState(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"


FILE_STATE_LABELS = {
    FileState.WAITING: _("waiting"),
    FileState.READING: _("being read"),
    FileState.DONE: _("read to its end"),
    FileState.FAILED: _("could not be read"),
}
FILE_MOVES: dict[FileState, frozenset[FileState]] = {
    FileState.WAITING: frozenset({FileState.READING, FileState.FAILED}),
    FileState.READING: frozenset({FileState.DONE, FileState.FAILED}),
    FileState.DONE: frozenset(),
    FileState.FAILED: frozenset(),
}
OPEN_STATES = (FileState.WAITING.value, FileState.READING.value)

#: A file in the drop folder is read when nobody has written to it for this long: programs that copy write every second.
SETTLED = timedelta(seconds=10)
#: Largest file that a browser sends (bytes); larger ones are for the drop folder.
UPLOAD_LIMIT = 200 * 1024 * 1024
#: An upload that nobody confirmed is erased after this long: it may hold persons.
PENDING_KEPT = timedelta(hours=24)
#: Folders that a source's drop folder holds itself.
DONE_FOLDER, FAILED_FOLDER = "done", "failed"
_HALF_WRITTEN = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", ".swp", "~")


def is_half_written(name: str) -> bool:
    """Return whether the name says that a program is still at it, or that it is no file for us.

    >>> is_half_written("orders.csv.part"), is_half_written("~$orders.xlsx"), is_half_written("orders.csv")
    (True, True, False)
    """
    return name.startswith((".", "~$")) or name.lower().endswith(_HALF_WRITTEN)


def file_name(name: str) -> str:
    """Return the last part of a name as a file may be called anywhere.

    >>> file_name("../../a b/工单:11月.csv")
    '工单_11月.csv'
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    safe = "".join(sign if sign.isalnum() or sign in "._- ()（）" else "_" for sign in last).strip(". ")
    return safe[-120:] or "file"
