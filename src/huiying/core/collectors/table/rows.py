"""Turn the cells of one row into a record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from ..dateorder import Order
from ..dates import read_date
from ..records import CHINA, Record, Unreadable
from .columns import Layout, is_person

Cell = object
#: Serial day numbers of a workbook between 1955 and 2119; a number outside them is seconds since 1970.
_SERIALS = (20_000.0, 80_000.0)
_SERIAL_ZERO = datetime(1899, 12, 30, tzinfo=CHINA)
#: Rows kept to show a person what stands in each column.
SAMPLES = 5
#: Stands where a person's name, number or address stood.
HIDDEN = "[…]"
#: Fields that a record has a place for; the rest goes to ``extra``.
_OWN = frozenset({"id", "ts", "title", "text", "url", "author", "source", "lang"})


class RowReader:
    """Reads rows of one table whose columns are known."""

    def __init__(self, header: Sequence[str], columns: Mapping[str, int], layout: Layout) -> None:
        self.header = list(header)
        self.columns = dict(columns)
        self.samples: list[list[str]] = []
        self._needed = layout.preset.needed
        self._order = layout.order
        self._title_from = [key for key in layout.preset.title_from if key in columns]
        self._extra = [key for key in columns if key not in _OWN]
        self._persons = (
            [place for place, name in enumerate(header) if is_person(name, layout.preset)] if layout.preset.hides_persons else []
        )

    def record(self, cells: Sequence[Cell], place: str) -> Record | Unreadable:
        """Return the record of a row, or why it cannot be read."""
        if self._persons:
            cells = self._hidden(cells)
        if len(self.samples) < SAMPLES:
            self.samples.append([word(cell)[:200] for cell in cells[: len(self.header)]])
        found = {key: cells[column] for key, column in self.columns.items() if column < len(cells)}
        if len(cells) > len(self.header) and any(word(cell) for cell in cells[len(self.header) :]):
            return Unreadable(f"has {len(cells)} cells, the header names {len(self.header)}", place, _raw(found))
        for key in self._needed:
            if not word(found.get(key)):
                return Unreadable(f"the column of {key} is empty or missing", place, _raw(found))
        try:
            published = moment(found.get("ts"), self._order)
        except ValueError as error:
            return Unreadable(str(error), place, _raw(found))
        return Record(
            item_id=word(found.get("id")) or None,
            published_at=published,
            title=word(found.get("title")) or " · ".join(filter(None, (word(found.get(key)) for key in self._title_from))),
            text=word(found.get("text")),
            url=word(found.get("url")),
            author_handle=word(found.get("author")) or None,
            language=word(found.get("lang")) or None,
            channel=word(found.get("source")),
            extra={key: word(found[key]) for key in self._extra if key in found} if self._extra else {},
            place=place,
        )

    def _hidden(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the cells of a row without what stands in its persons' columns, wherever it stands."""
        persons = {word(cells[place]) for place in self._persons if place < len(cells)}
        hidden = list(cells)
        for person in sorted((one for one in persons if len(one) > 1), key=len, reverse=True):
            hidden = [cell.replace(person, HIDDEN) if isinstance(cell, str) else cell for cell in hidden]
        for place in self._persons:
            if place < len(hidden):
                hidden[place] = ""
        return hidden


def word(cell: Cell) -> str:
    """Return a cell as text; a whole number without its ``.0``.

    >>> word(12.0), word(None), word(" a ")
    ('12', '', 'a')
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def moment(cell: Cell, order: Order | None = None) -> datetime | None:
    """Return the time that a cell states, None when it is empty; raises ValueError when it is no time.

    >>> moment(45000.5).isoformat()
    '2023-03-15T04:00:00+00:00'
    """
    if isinstance(cell, datetime):
        return (cell if cell.tzinfo else cell.replace(tzinfo=CHINA)).astimezone(UTC)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=CHINA).astimezone(UTC)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and _SERIALS[0] < cell < _SERIALS[1]:
        return (_SERIAL_ZERO + timedelta(days=float(cell))).astimezone(UTC)
    return read_date(cell, order=order)


def _raw(found: Mapping[str, Cell]) -> str:
    """Return what was read of a row as a line of JSON, without its author: a person can see it, a reader can read it again."""
    return json.dumps({key: word(cell) for key, cell in found.items() if key != "author"}, ensure_ascii=False)
