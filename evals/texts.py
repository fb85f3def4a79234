"""Read the labelled texts of ../shared/data, and say which of them are held back from training."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # rows are JSON of any shape

ROOT = Path(__file__).resolve().parent.parent
OWN_DATA = ROOT.parent / "shared" / "data"
#: One text of so many is held back; all copies of a text fall on the same side.
HELD_PART = 5


@dataclass(frozen=True)
class Text:
    """A text with its label and the file it is from."""

    id: str
    text: str
    label: str
    file: str

    @property
    def is_held(self) -> bool:
        """Return whether the text is kept from training when the model is measured on its own data."""
        return zlib.crc32(self.text.encode()) % HELD_PART == 0


def rows_of(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file, nothing when it is not there."""
    path = data / f"{name}.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)


def labelled(data: Path, name: str, key: str) -> list[Text]:
    """Return the texts of a file with one of their labels."""
    return [Text(row["id"], row["text"] or "", str(row["label"][key]), name) for row in rows_of(data, name)]
