"""Read the body of a call: one record or a list, in the fields of the JSONL files or by a mapping (pure)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from ..addresses import FetchError
from ..hotlist.mapping import ListMapping
from ..hotlist.reading import read_items
from ..records import BadFeed, Record, Unreadable
from ..table.columns import is_person
from ..table.jsonl import record_of

#: Most records of one call: one transaction takes them all, with the id of the call.
RECORD_LIMIT = 1_000
#: Largest body (bytes).
BODY_LIMIT = 5 * 1024 * 1024
#: How much of a record that cannot be read is kept (characters).
_RAW = 2_000


def read_call(body: bytes, *, mapping: ListMapping | None, now: datetime) -> list[Record | Unreadable]:
    """Return the records of a call; raises BadFeed in one sentence when the whole cannot be read."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadFeed(f"The body is not JSON: {str(error)[:120]}.") from error
    if mapping is not None:
        return _mapped(value, mapping, now)
    rows = value if isinstance(value, list) else [value]
    if not rows:
        raise BadFeed("The list holds no record.")
    if len(rows) > RECORD_LIMIT:
        raise BadFeed(f"The list holds {len(rows)} records, at most {RECORD_LIMIT} are taken in one call: send several.")
    return [_record(row, number) for number, row in enumerate(rows, 1)]


def _mapped(value: object, mapping: ListMapping, now: datetime) -> list[Record | Unreadable]:
    try:
        return read_items(value, mapping, base="", now=now)
    except FetchError as error:
        raise BadFeed(f"The path {error.detail!r} of the mapping leads to no list in the body.") from error


def _record(row: object, number: int) -> Record | Unreadable:
    place = f"record {number}"
    if not isinstance(row, dict):
        return Unreadable("the record is not a JSON object", place, json.dumps(row, ensure_ascii=False)[:_RAW])
    found = record_of(row, place, "")
    if isinstance(found, Record):
        return found
    kept = {key: value for key, value in row.items() if not is_person(key)}
    return replace(found, raw=json.dumps(kept, ensure_ascii=False)[:_RAW])
