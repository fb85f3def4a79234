"""Show what a file would bring before anything is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ..records import Record, Unreadable
from .columns import Layout, is_person
from .reading import Refused, Table, parts

#: Rows looked at before a person is asked (a CSV file of this many takes a second).
PREVIEW_ROWS = 20_000
#: Records and refusals shown.
SHOWN = 20


@dataclass(frozen=True)
class Column:
    """One column of a table: its name, the field it fills (or none), whether it holds persons, what stands in it."""

    name: str
    field: str
    is_person: bool
    samples: tuple[str, ...]


@dataclass
class Preview:
    """How a file is understood, and what of it can be read."""

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    columns: list[Column] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    readable_rows: int = 0
    unreadable_rows: int = 0
    is_whole: bool = True


def preview(path: Path, layout: Layout) -> Preview:
    """Return what the first rows of a file would bring; raises BadFeed when it holds no posts."""
    found = Preview()
    left = PREVIEW_ROWS
    for part in parts(path, layout):
        if isinstance(part, Refused):
            _count(found, Unreadable(part.reason, part.title, ""))
            continue
        taken = 0
        for _number, item in islice(part.items, left):
            _count(found, item)
            taken += 1
        left -= taken
        if not found.kind:
            _describe(found, part)
        if left <= 0:
            found.is_whole = next(part.items, None) is None
            break
    return found


def _count(found: Preview, item: Record | Unreadable) -> None:
    if isinstance(item, Record):
        found.readable_rows += 1
        if len(found.records) < SHOWN:
            found.records.append(item)
    else:
        found.unreadable_rows += 1
        if len(found.unreadable) < SHOWN:
            found.unreadable.append(item)


def _describe(found: Preview, table: Table) -> None:
    found.kind, found.encoding, found.delimiter = table.kind, table.encoding, table.delimiter
    if table.reader is not None:
        found.columns = list(_columns(table))


def _columns(table: Table) -> Iterator[Column]:
    reader = table.reader
    assert reader is not None
    fields = {place: key for key, place in reader.columns.items()}
    for place, name in enumerate(reader.header):
        persons = is_person(name)
        samples = () if persons else tuple(row[place] for row in reader.samples if place < len(row))
        yield Column(name, fields.get(place, ""), persons, samples)
