"""Who acts, and how one entry is chained to the one before it (pure)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

GENESIS = "0" * 64


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: a person with roles, or the system itself. Never ``None``."""

    kind: str
    id: int | None
    name: str
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_system(self) -> bool:
        """Whether this is the program acting by itself."""
        return self.kind == "system"


SYSTEM = Actor("system", None, "Huiying")


class ChainedEntry(Protocol):
    """What verification reads from one stored entry."""

    seq: int
    body: str
    previous: str
    digest: str


def canonical(body: dict[str, object]) -> str:
    """Return the one JSON text of a body: sorted keys, no spaces, UTF-8 kept."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def digest_of(previous: str, seq: int, body: str) -> str:
    """Return SHA-256 over the previous digest, the sequence number and the body text."""
    return hashlib.sha256(f"{previous}\n{seq}\n{body}".encode()).hexdigest()


def first_break(entries: Iterable[ChainedEntry]) -> int | None:
    """Return the sequence number of the first entry that does not follow, or None when whole."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected or entry.previous != previous or entry.digest != digest_of(previous, entry.seq, entry.body):
            return expected
        previous, expected = entry.digest, expected + 1
    return None
