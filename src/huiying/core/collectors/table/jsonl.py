"""Read records from lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from ..records import BadFeed, Record, Unreadable
from .columns import POSTS, Layout, guessed, placed
from .lines import LINE_LIMIT, TooLong, byte_lines, decoded, is_wide, text_lines
from .rows import RowReader, moment, word

Item = tuple[int, Record | Unreadable]


def jsonl_items(file: BinaryIO, encoding: str, layout: Layout) -> Iterator[Item]:
    """Yield ``(line number, record)``; blank lines are passed over."""
    lines: Iterator[bytes | str | TooLong] = text_lines(file, encoding) if is_wide(encoding) else byte_lines(file)
    for number, line in enumerate(lines, 1):
        if isinstance(line, TooLong):
            yield number, Unreadable(f"the line is longer than {LINE_LIMIT} bytes", f"line {number}", "")
        elif line.strip():
            yield number, read_json_line(line, number, layout)


def read_json_line(line: bytes | str, number: int, layout: Layout | None = None) -> Record | Unreadable:
    """Return the record of one JSONL line, or why it cannot be read."""
    place = f"line {number}"
    text = line if isinstance(line, str) else decoded(line, "utf-8")
    try:
        row = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        return Unreadable(f"not JSON: {error}"[:200], place, _shown(text, layout))
    if not isinstance(row, dict):
        return Unreadable("the line is not a JSON object", place, _shown(text, layout))
    return record_of(row, place, text, layout)


def _shown(text: str, layout: Layout | None) -> str:
    """Return what may be kept of a line that could not be read: nothing where persons may stand in it."""
    return "" if layout is not None and layout.preset.hides_persons else text


def record_of(row: Mapping[str, object], place: str, raw: str, layout: Layout | None = None) -> Record | Unreadable:
    """Return the record of one JSON object in the fields of this project, or in those that its keys suggest."""
    if layout is not None and layout.preset is not POSTS:
        return _as_row(row, place, layout)
    if layout is not None and layout.columns:
        row = _renamed(row, layout)
    elif "text" not in row and "title" not in row:
        row = _renamed(row, Layout())
    if "text" not in row and "title" not in row:
        return Unreadable("neither text nor title", place, raw)
    for name in ("text", "title", "id", "source"):
        if isinstance(row.get(name), (dict, list)):
            return Unreadable(f"{name} is not a text", place, raw)
    try:
        published = moment(row.get("ts"), layout.order if layout else None)
    except ValueError as error:
        return Unreadable(str(error), place, raw)
    label = row.get("label")
    url = row.get("url") or (label.get("url") if isinstance(label, dict) else None)
    return Record(
        item_id=word(row.get("id")) or None,
        published_at=published,
        title=word(row.get("title")),
        text=word(row.get("text")),
        url=word(url),
        author_handle=word(row.get("author_hash") or row.get("author")) or None,
        language=word(row.get("lang")) or None,
        channel=word(row.get("source")),
        place=place,
    )


def _as_row(row: Mapping[str, object], place: str, layout: Layout) -> Record | Unreadable:
    """Read an object as the row of a table whose header is its keys."""
    header = list(row)
    try:
        return RowReader(header, placed(header, layout), layout).record(list(row.values()), place)
    except BadFeed as error:
        return Unreadable(str(error), place, "")


def _renamed(row: Mapping[str, object], layout: Layout) -> dict[str, object]:
    keys = list(row)
    places = {key: keys[place] for key, place in guessed(keys, layout.preset).items()}
    places |= {key: name for key, name in layout.columns.items() if not name or name in row}
    return {key: row[name] for key, name in places.items() if name in row}
