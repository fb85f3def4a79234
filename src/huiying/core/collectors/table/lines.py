"""Lines of a text file, whatever its encoding, without ever holding more than one long line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from ..encodings import decode

#: A line longer than this is not a post (bytes).
LINE_LIMIT = 2 * 1024 * 1024
#: Enough to tell the encoding, the delimiter and the header (bytes).
SAMPLE = 65_536
_WIDE = ("utf-16", "utf-32")


class TooLong:
    """Stands for a line that was passed over because it is no line of posts."""


TOO_LONG = TooLong()


def encoding_of(sample: bytes) -> str:
    """Return the encoding of the beginning of a file.

    >>> encoding_of("标题,内容\\n水,黄".encode("gb18030"))
    'gb18030'
    """
    whole = sample[: sample.rfind(b"\n") + 1] if b"\n" in sample else sample
    return decode(whole).encoding


def text_lines(file: BinaryIO, encoding: str) -> Iterator[str | TooLong]:
    """Yield decoded lines; a single line in another encoding does not spoil the others."""
    lines = _wide_lines(file, encoding) if is_wide(encoding) else _narrow_lines(file, encoding)
    first = next(lines, None)
    if first is not None:
        yield first if isinstance(first, TooLong) else first.lstrip("\ufeff")
        yield from lines


def is_wide(encoding: str) -> bool:
    """Return whether a line of this encoding does not end where a byte says so."""
    return encoding.startswith(_WIDE)


def _wide_lines(file: BinaryIO, encoding: str) -> Iterator[str | TooLong]:
    wide = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    while line := wide.readline(LINE_LIMIT + 1):
        if len(line) <= LINE_LIMIT:
            yield line
            continue
        while line and not line.endswith("\n"):
            line = wide.readline(LINE_LIMIT)
        yield TOO_LONG


def _narrow_lines(file: BinaryIO, encoding: str) -> Iterator[str | TooLong]:
    for raw in byte_lines(file):
        yield raw if isinstance(raw, TooLong) else decoded(raw, encoding)


def byte_lines(file: BinaryIO) -> Iterator[bytes | TooLong]:
    """Yield raw lines; what follows the limit on one line is read past and forgotten."""
    while line := file.readline(LINE_LIMIT + 1):
        if len(line) <= LINE_LIMIT:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LINE_LIMIT)
        yield TOO_LONG


def decoded(raw: bytes, encoding: str) -> str:
    """Return a line as text: in its file's encoding, or in the one that reads best where that fails."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return decode(raw).text
