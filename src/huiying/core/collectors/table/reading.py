"""Read a file of posts: JSONL or CSV, plain or gzipped, a workbook, or a zip file of those."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from ..records import BadFeed, Record, Unreadable
from . import archives
from .columns import Layout
from .delimited import Item, Row, csv_rows, delimiter_of, found_header, read_rows
from .jsonl import jsonl_items
from .lines import SAMPLE, encoding_of, is_wide
from .rows import RowReader, word
from .sheets import sheet_rows

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = (b"PAR1", b"SQLite format 3", b"%PDF", b"7z\xbc\xaf", b"Rar!")
_SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass
class Table:
    """One table of a file: how it was understood, and its records."""

    title: str
    kind: str
    items: Iterator[Item]
    encoding: str = ""
    delimiter: str = ""
    reader: RowReader | None = None


@dataclass
class Refused:
    """A part of a file (a sheet, an entry of a zip file) that holds no posts, and why."""

    title: str
    reason: str


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, by which a second reading knows it again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path, *, skip: int = 0, layout: Layout | None = None) -> Iterator[tuple[int, Record | Unreadable]]:
    """Yield ``(number, record)`` with growing numbers; raises BadFeed in one sentence when the file holds no posts.

    The number is the line of a text file; in a workbook or a zip file it counts on from part to part.
    """
    done = 0
    for part in parts(path, layout or Layout()):
        last = 0
        items: Iterator[Item] = iter([(1, Unreadable(part.reason, part.title, ""))]) if isinstance(part, Refused) else part.items
        for last, item in items:
            if done + last > skip:
                yield done + last, item
        done += last


def parts(path: Path, layout: Layout) -> Iterator[Table | Refused]:
    """Yield the tables of a file, each to be read before the next is asked for, then what in it is none.

    Raises BadFeed when there is no table at all.
    """
    refused: list[Refused] = []
    good = 0
    for part in _parts(path, layout):
        if isinstance(part, Refused):
            refused.append(part)
        else:
            good += 1
            yield part
    if not good:
        raise BadFeed(refused[0].reason if refused else f"{path.name}: the file is empty.")
    yield from refused


def _parts(path: Path, layout: Layout) -> Iterator[Table | Refused]:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise BadFeed(f"{path.name}: cannot be opened ({error.strerror or error}).") from error
    if head.startswith(_ZIP):
        yield from _zipped(path, layout)
    elif head.startswith(_OLE):
        yield from _workbook(path, layout)
    elif head.startswith(b"\x1f\x8b"):
        yield _gzipped(path, layout)
    else:
        with path.open("rb", buffering=SAMPLE) as stream:
            yield _text(stream, path.name, layout)


def _gzipped(path: Path, layout: Layout) -> Table:
    raw = archives.Metered(gzip.GzipFile(path, "rb"), packed=path.stat().st_size, name=path.name)
    stream = cast(BinaryIO, io.BufferedReader(raw, SAMPLE))
    try:
        table = _text(stream, path.name.lower().removesuffix(".gz"), layout)
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise BadFeed(f"{path.name}: the compressed file is damaged ({error}).") from error
    table.items = _undamaged(table.items, path)
    return table


def _undamaged(items: Iterator[Item], path: Path) -> Iterator[Item]:
    try:
        yield from items
    except (gzip.BadGzipFile, EOFError, OSError) as error:
        raise BadFeed(f"{path.name}: the compressed file is damaged ({error}).") from error


def _text(stream: BinaryIO, name: str, layout: Layout) -> Table:
    sample = stream.peek(SAMPLE)[:SAMPLE]  # type: ignore[attr-defined]  # every stream here is a BufferedReader
    encoding = layout.encoding or encoding_of(sample)
    _refuse_binary(name, sample, encoding)
    text = sample.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("{") or name.lower().endswith((".jsonl", ".ndjson", ".json")):
        if not text.startswith("{") and "\n{" not in text:
            raise BadFeed(f"{name}: no line of it begins a JSON object: give a JSONL or CSV file, plain or gzipped, or a workbook.")
        return Table("", "jsonl", jsonl_items(stream, encoding, layout), encoding)
    delimiter = layout.delimiter or delimiter_of(text, layout)
    rows = csv_rows(stream, encoding, delimiter)
    reader = found_header(rows, layout)
    return Table("", "csv", read_rows(rows, reader, "line"), encoding, delimiter, reader)


def _refuse_binary(name: str, sample: bytes, encoding: str) -> None:
    if not sample.strip():
        raise BadFeed(f"{name}: the file is empty.")
    start = sample[:4096].lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise BadFeed(f"{name}: this is a web page or XML under a table's name: open it and save it as .xlsx or CSV.")
    binary = 0 if is_wide(encoding) else sum(1 for byte in sample[:4096] if byte < 9 or 13 < byte < 32)
    if binary > len(sample[:4096]) // 20 or sample.startswith(_OTHER_KINDS):
        raise BadFeed(f"{name}: this is not a text file of posts: give a JSONL or CSV file, plain or gzipped, or a workbook.")


def _workbook(path: Path, layout: Layout) -> Iterator[Table | Refused]:
    if path.stat().st_size > archives.PACKED_LIMIT:
        limit = archives.PACKED_LIMIT // archives.MEGABYTE
        raise BadFeed(f"{path.name}: the workbook is larger than {limit} MB: save it as CSV, which may be of any size.")
    for name, rows in itertools.groupby(sheet_rows(path), key=lambda row: row[0]):
        below = ((number, cells) for _name, number, cells in rows)
        try:
            yield _sheet(name, below, layout)
        except BadFeed as error:
            yield Refused(name, str(error))


def _sheet(name: str, rows: Iterator[tuple[int, list[object]]], layout: Layout) -> Table:
    words: Iterator[Row] = ((number, [word(cell) for cell in cells]) for number, cells in rows)
    reader = found_header(words, layout)
    items = ((number, reader.record(cells, f"{name}, row {number}")) for number, cells in rows)
    return Table(name, "sheet", items, reader=reader)


def _zipped(path: Path, layout: Layout) -> Iterator[Table | Refused]:
    with archives.opened(path) as (archive, entries):
        if archives.is_workbook(entries):
            yield from _workbook(path, layout)
            return
        _refuse_nested(path, archive, entries)
        left = archives.UNPACKED_LIMIT
        for entry in entries:
            yield from _entry(archives.entry_stream(archive, entry, left), entry.filename, layout)
            left -= entry.file_size


def _refuse_nested(path: Path, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    workbooks = 0
    for entry in entries:
        name = entry.filename
        with archive.open(entry) as file:
            head = file.read(8)
        workbooks += name.lower().endswith(_SPREADSHEETS)
        if head.startswith((*_ZIP, b"\x1f\x8b")) and not name.lower().endswith(_SPREADSHEETS):
            raise BadFeed(f"{path.name}: {name[:80]!r} in it is packed again: unpack it first.")
    if workbooks > archives.WORKBOOK_LIMIT:
        raise BadFeed(f"{path.name}: it holds {workbooks} workbooks, at most {archives.WORKBOOK_LIMIT} are read: split it.")


def _entry(stream: BinaryIO, name: str, layout: Layout) -> Iterator[Table | Refused]:
    try:
        if not name.lower().endswith(_SPREADSHEETS):
            yield _named(_text(stream, PurePosixPath(name).name, layout), name)
            return
        with tempfile.TemporaryDirectory(prefix="huiying-") as folder:
            path = Path(folder) / f"workbook{PurePosixPath(name).suffix.lower()}"
            with path.open("wb") as file:
                while piece := stream.read(SAMPLE):
                    file.write(piece)
            for part in _parts(path, layout):
                yield _named(part, name)
    except BadFeed as error:
        yield Refused(name, str(error))


def _named(part: Table | Refused, name: str) -> Table | Refused:
    """Return a part whose places begin with the name of the file it came from."""
    part.title = f"{name}, {part.title}".rstrip(", ")
    if isinstance(part, Table):
        items = part.items
        part.items = ((number, replace(item, place=f"{name}, {item.place}")) for number, item in items)
    return part
