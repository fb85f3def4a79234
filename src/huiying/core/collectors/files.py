"""Read recorded posts from JSONL and CSV files, plain or gzipped, line by line."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from .records import BadFeed, Record, Unreadable, time_of

#: A line longer than this is not a post (bytes).
LINE_LIMIT = 2 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "utf-8", "gb18030")
_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "item_id", "mid", "编号"),
    "ts": ("ts", "time", "published_at", "created_at", "date", "发布时间", "时间"),
    "title": ("title", "标题"),
    "text": ("text", "content", "正文", "内容", "微博正文"),
    "url": ("url", "link", "链接"),
    "author": ("author_hash", "author", "user", "作者", "用户", "用户昵称"),
    "source": ("source", "channel", "platform", "来源", "平台"),
    "lang": ("lang", "language", "语言"),
}


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, by which a replay knows it again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path, *, skip: int = 0) -> Iterator[tuple[int, Record | Unreadable]]:
    """Yield ``(line number, record)``; raises BadFeed in one sentence when the file is no text of posts."""
    try:
        with path.open("rb") as raw:
            head = raw.read(2)
    except OSError as error:
        raise BadFeed(f"{path}: cannot be opened ({error.strerror or error}).") from error
    packed = head == b"\x1f\x8b"
    name = path.name.lower().removesuffix(".gz")
    with gzip.open(path, "rb") if packed else path.open("rb") as opened:
        file = cast(BinaryIO, opened)
        try:
            sample = file.read(65_536)
            _refuse_binary(path, sample)
            file.seek(0)
            yield from _csv(file, sample, skip) if name.endswith((".csv", ".tsv")) else _jsonl(path, file, sample, skip)
        except (gzip.BadGzipFile, EOFError, OSError) as error:
            raise BadFeed(f"{path}: the compressed file is damaged ({error}).") from error


def _refuse_binary(path: Path, sample: bytes) -> None:
    if not sample.strip():
        raise BadFeed(f"{path}: the file is empty.")
    binary = sum(1 for byte in sample[:4096] if byte < 9 or 13 < byte < 32)
    if binary > len(sample[:4096]) // 20 or sample.startswith((b"PK\x03\x04", b"PAR1", b"SQLite format 3", b"%PDF")):
        raise BadFeed(f"{path}: this is not a text file of posts: give a JSONL or CSV file, plain or gzipped.")


def _jsonl(path: Path, file: BinaryIO, sample: bytes, skip: int) -> Iterator[tuple[int, Record | Unreadable]]:
    first = sample.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first != b"{" and b"\n{" not in sample:
        raise BadFeed(f"{path}: no line of it begins a JSON object: give a JSONL or CSV file, plain or gzipped.")
    number = 0
    while line := file.readline(LINE_LIMIT + 1):
        number += 1
        too_long = len(line) > LINE_LIMIT
        while too_long and not line.endswith(b"\n"):
            line = file.readline(LINE_LIMIT)
            if not line:
                break
        if number <= skip:
            continue
        if too_long:
            yield number, Unreadable(f"the line is longer than {LINE_LIMIT} bytes", f"line {number}", "")
        elif line.strip():
            yield number, read_json_line(line, number)


def read_json_line(line: bytes | str, number: int) -> Record | Unreadable:
    """Return the record of one JSONL line, or why it cannot be read."""
    place = f"line {number}"
    text = line if isinstance(line, str) else _text_of(line)
    try:
        row = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        return Unreadable(f"not JSON: {error}"[:200], place, text)
    if not isinstance(row, dict):
        return Unreadable("the line is not a JSON object", place, text)
    return _record(row, place, text)


def _text_of(line: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace")


def _record(row: Mapping[str, object], place: str, raw: str) -> Record | Unreadable:
    if "text" not in row and "title" not in row:
        return Unreadable("neither text nor title", place, raw)
    for name in ("text", "title", "id", "source"):
        if isinstance(row.get(name), (dict, list)):
            return Unreadable(f"{name} is not a text", place, raw)
    try:
        published = time_of(row.get("ts"))
    except ValueError as error:
        return Unreadable(str(error), place, raw)
    label = row.get("label")
    url = row.get("url") or (label.get("url") if isinstance(label, dict) else None)
    return Record(
        item_id=_word(row.get("id")) or None,
        published_at=published,
        title=_word(row.get("title")),
        text=_word(row.get("text")),
        url=_word(url),
        author_handle=_word(row.get("author_hash") or row.get("author")) or None,
        language=_word(row.get("lang")) or None,
        channel=_word(row.get("source")),
        place=place,
    )


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _csv(file: BinaryIO, sample: bytes, skip: int) -> Iterator[tuple[int, Record | Unreadable]]:
    encoding = _encoding_of(sample)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    start = sample.decode(encoding, "replace")
    delimiter = max((",", "\t", ";", "|"), key=start.split("\n", 1)[0].count)
    csv.field_size_limit(LINE_LIMIT)
    reader = csv.reader((line.replace("\0", "") for line in text), delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    columns = {field: header.index(name) for field, names in _NAMES.items() for name in reversed(names) if name in header}
    if "text" not in columns and "title" not in columns:
        raise BadFeed(f"The first line of the CSV file names no column of text: name one of {', '.join(_NAMES['text'] + _NAMES['title'])}.")
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, Unreadable(f"not CSV: {error}", f"line {reader.line_num}", "")
            continue
        if reader.line_num > skip and any(row):
            yield reader.line_num, _csv_record(row, columns, reader.line_num)


def _csv_record(row: list[str], columns: Mapping[str, int], number: int) -> Record | Unreadable:
    def cell(field: str) -> str:
        place = columns.get(field)
        return row[place].strip() if place is not None and place < len(row) else ""

    try:
        published = time_of(cell("ts").replace("/", "-"))
    except ValueError as error:
        return Unreadable(str(error), f"line {number}", ",".join(row))
    return Record(
        item_id=cell("id") or None,
        published_at=published,
        title=cell("title"),
        text=cell("text"),
        url=cell("url"),
        author_handle=cell("author") or None,
        language=cell("lang") or None,
        channel=cell("source"),
        place=f"line {number}",
    )


def _encoding_of(sample: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            sample.decode(encoding)
            return encoding
        except UnicodeDecodeError as error:
            if error.start >= len(sample) - 4:
                return encoding
    return "gb18030"
