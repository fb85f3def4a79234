"""Look into a zip file without believing it: names, counts, sizes and ratios are held to limits first."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from ..records import BadFeed

MEGABYTE = 1024 * 1024
#: Largest workbook or zip file, packed and unpacked, and the most entries.
PACKED_LIMIT = 20 * MEGABYTE
UNPACKED_LIMIT = 200 * MEGABYTE
ENTRY_LIMIT = 2_000
#: Workbooks in one zip file: each is opened by a process of its own.
WORKBOOK_LIMIT = 50
#: Texts shrink to a tenth; what shrinks to a hundredth and is not small is a bomb.
RATIO_LIMIT = 100
_SMALL = MEGABYTE
_WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_PASSED_OVER = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Metered(io.RawIOBase):
    """Counts what comes out of a packed stream and stops a bomb; fills what is asked for."""

    def __init__(self, inner: _Readable, *, packed: int, name: str, limit: int | None = None) -> None:
        self._inner, self._packed, self._name, self._limit = inner, max(packed, 1), name, limit
        self.total = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer as far as there is anything; raises BadFeed beyond the limits."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]  # typeshed names the buffer differently per version
        filled = 0
        while filled < len(view) and (data := self._inner.read(len(view) - filled)):
            view[filled : filled + len(data)] = data
            filled += len(data)
        self.total += filled
        check_size(self._name, packed=self._packed, unpacked=self.total, limit=self._limit)
        return filled


def check_size(name: str, *, packed: int, unpacked: int, limit: int | None) -> None:
    """Raise BadFeed for what unpacks beyond the limit or shrank beyond belief."""
    if limit is not None and unpacked > limit:
        raise BadFeed(f"{name}: it unpacks to more than {limit // MEGABYTE} MB: split it, or save it as CSV.")
    if unpacked > _SMALL and unpacked >= RATIO_LIMIT * max(packed, 1):
        raise BadFeed(f"{name}: it unpacks to more than {RATIO_LIMIT} times its size: no table does, it is refused.")


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """Open a zip file whose list of contents is within the limits; raises BadFeed."""
    if path.stat().st_size > PACKED_LIMIT:
        raise BadFeed(f"{path.name}: it is larger than {PACKED_LIMIT // MEGABYTE} MB: split it, or unpack it and save it as CSV.")
    try:
        archive = zipfile.ZipFile(path, metadata_encoding="gb18030")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFeed(f"{path.name}: the zip file is damaged ({error}).") from error
    with archive:
        entries = archive.infolist()
        _check_list(path.name, entries)
        try:
            yield archive, [entry for entry in entries if not _is_passed_over(entry)]
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
            raise BadFeed(f"{path.name}: the zip file is damaged ({error}).") from error


def _check_list(name: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRY_LIMIT:
        raise BadFeed(f"{name}: it holds {len(entries)} files, at most {ENTRY_LIMIT} are read.")
    check_size(name, packed=PACKED_LIMIT, unpacked=sum(entry.file_size for entry in entries), limit=UNPACKED_LIMIT)
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts or entry.filename[1:2] == ":":
            raise BadFeed(f"{name}: the name {entry.filename[:80]!r} in it leads out of the folder: it is refused.")
        if entry.flag_bits & 1:
            raise BadFeed(f"{name}: {entry.filename[:80]!r} in it is locked with a password: pack it without one.")
        check_size(f"{name}: {entry.filename[:80]!r}", packed=entry.compress_size, unpacked=entry.file_size, limit=None)


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or entry.filename.startswith(_PASSED_OVER[0]) or PurePosixPath(entry.filename).name in _PASSED_OVER


def is_workbook(entries: list[zipfile.ZipInfo]) -> bool:
    """Return whether the zip file is a workbook."""
    return any(entry.filename in _WORKBOOKS for entry in entries)


def entry_stream(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> BinaryIO:
    """Return an entry's bytes as a stream that stops beyond ``left`` bytes."""
    name = f"{Path(archive.filename or '').name}: {entry.filename[:80]!r}"
    raw = Metered(archive.open(entry), packed=entry.compress_size, name=name, limit=left)
    return cast(BinaryIO, io.BufferedReader(raw, 65_536))
