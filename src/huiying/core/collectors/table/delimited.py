"""Read CSV of any delimiter, row by row in constant memory; cells are text, a formula is never more than that."""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from ..records import BadFeed, Record, Unreadable
from .columns import COLUMN_LIMIT, HEADER_ROWS, Layout, is_header, placed
from .lines import LINE_LIMIT, TooLong, text_lines
from .rows import RowReader

DELIMITERS = (",", "\t", ";", "|")
#: A row of more lines than this is one whose quotation mark was never closed.
ROW_LINES = 400

Item = tuple[int, Record | Unreadable]
Row = tuple[int, list[str] | Unreadable]


class _RowNeverEnds(Exception):
    """A quotation mark stays open for more lines than a post has."""


class _LineTooLong(Exception):
    """The next line is longer than any post."""


class _Lines:
    """Hands lines to the CSV reader and takes those of a broken row back."""

    def __init__(self, lines: Iterator[str | TooLong]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.row) >= ROW_LINES:
            raise _RowNeverEnds
        line = self._again.popleft() if self._again else next(self._lines)
        self.number += 1
        if isinstance(line, TooLong):
            raise _LineTooLong
        self.row.append(line)
        return line

    def take_back(self) -> str:
        """Put every line of the row but the first back; return the first."""
        first, *rest = self.row
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)
        self.row.clear()
        return first


def delimiter_of(sample: str, layout: Layout) -> str:
    """Return the delimiter under which the most of a sample's header is known, then the one used most."""
    csv.field_size_limit(LINE_LIMIT)
    lines = sample.splitlines()[:HEADER_ROWS]

    def score(delimiter: str) -> tuple[int, int]:
        best = (0, 0)
        for line in lines:
            try:
                cells = next(csv.reader([line], delimiter=delimiter), [])
                known = len(placed(cells, layout)) if is_header(cells, layout) else 0
            except (csv.Error, BadFeed):
                continue
            best = max(best, (known, len(cells)))
        return best

    return max(DELIMITERS, key=score)


def csv_rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Row]:
    """Yield ``(line number, cells)``; a row that is no CSV is named, the rows after it go on."""
    csv.field_size_limit(LINE_LIMIT)
    lines = _Lines(text_lines(file, encoding))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    width = 0
    row: list[str] | Unreadable
    while True:
        lines.row.clear()
        try:
            row = next(reader)
        except StopIteration:
            return
        except _LineTooLong:
            yield lines.number, Unreadable(f"the line is longer than {LINE_LIMIT} bytes", f"line {lines.number}", "")
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        except (csv.Error, _RowNeverEnds):
            row = _again(lines, delimiter)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            if len(lines.row) > 1 and width and len(row) != width:
                row = _again(lines, delimiter)
        if isinstance(row, Unreadable):
            yield lines.number, Unreadable(row.reason, f"line {lines.number}", row.raw)
        elif any(row):
            width = width or len(row)
            yield lines.number, row


def _again(lines: _Lines, delimiter: str) -> list[str] | Unreadable:
    """Read the first line of a broken row alone; an open quotation mark costs that line and no other."""
    first = lines.take_back()
    for strict in (True, False):
        try:
            return next(csv.reader([first], delimiter=delimiter, strict=strict), [])
        except csv.Error as error:
            if "end of data" in str(error):
                return Unreadable("a quotation mark is opened and not closed", "", "")
            reason = str(error)
    return Unreadable(f"not CSV: {reason}", "", "")


def found_header(rows: Iterator[Row], layout: Layout) -> RowReader:
    """Read up to the header and return a reader for the rows below it; raises BadFeed when none names a text."""
    widest: list[str] = []
    for _number, row in itertools.islice(rows, HEADER_ROWS):
        if isinstance(row, Unreadable):
            continue
        if len(row) > COLUMN_LIMIT:
            raise BadFeed(f"The table has {len(row)} columns, at most {COLUMN_LIMIT} are read: delete the columns that hold no posts.")
        if is_header(row, layout):
            return RowReader(row, placed(row, layout), layout)
        widest = max(widest, row, key=len)
    if layout.columns:
        placed(widest, layout)
    wanted = [name for key in layout.preset.needed or ("text", "title") for name in layout.preset.names[key][:8]]
    raise BadFeed(f"The table names no column of text in its first rows: name one of {', '.join(wanted)}, or say which column is what.")


def read_rows(rows: Iterator[Row], reader: RowReader, place: str) -> Iterator[Item]:
    """Yield ``(number, record)`` of the rows below a header; ``place`` is the word before the number."""
    for number, row in rows:
        yield number, row if isinstance(row, Unreadable) else reader.record(row, f"{place} {number}")
