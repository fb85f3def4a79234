"""What the public asks and says about one story, all together, and as plain values that a table or a page can hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import xxhash

from . import asking, claims, gazetteer, names
from .claims import Claims
from .evidence import Insufficient
from .names import Names
from .phrases import Background, Phrases, phrases
from .questions import Questions, questions
from .sayings import Saying
from .summary import Summary, Wave, summary, waves

#: Format of ``Digest.to_dict``: a stored digest of another format is made again.
FORMAT = 1


@dataclass(frozen=True)
class Digest:
    """The findings about one story; each part stands on its own evidence."""

    questions: Questions | Insufficient
    claims: Claims | Insufficient
    names: Names | Insufficient
    phrases: Phrases | Insufficient
    summary: Summary | Insufficient
    waves: tuple[Wave, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the findings as plain values; what is insufficient holds what is ``needed``."""
        plain: dict[str, object] = json.loads(json.dumps(asdict(self)))
        return {"format": FORMAT, **plain}


def version() -> str:
    """Return the content hash of the patterns and lists these findings rest on."""
    parts = (
        *(pattern.pattern for pattern in asking.SLOTS.values()),
        *(pattern.pattern for _ground, pattern in claims.GROUNDS),
        *gazetteer.PLACES_ZH,
        *gazetteer.PLACES_EN,
    )
    return xxhash.xxh3_64_hexdigest("\x1f".join(parts).encode())


def digest(sayings: Sequence[Saying], background: Background | None = None) -> Digest:
    """Return what the sayings of one story ask and say; about 1,000 texts a CPU-second."""
    named = version()
    return Digest(
        questions(sayings, version=named),
        claims.claims(sayings, version=named),
        names.names(sayings, version=named),
        phrases(sayings, background, version=named),
        summary(sayings, version=named),
        waves(sayings),
    )
