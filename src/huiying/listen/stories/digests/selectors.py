"""What pages show of a digest. The digest comes with its story, in the same query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # plain values of a JSON column

from django.utils.functional import Promise

from huiying.core.analysis.digest import FORMAT
from huiying.core.analysis.moments import moment_of

from ..models import StoryDigest
from . import wording

Part = Mapping[str, Any]


@dataclass(frozen=True)
class AskedRow:
    """A question or a demand with how many ask it; None below five authors."""

    text: str
    seq: int
    kind: Promise | str
    about: tuple[Promise | str, ...]
    is_demand: bool
    posts: int | None
    authors: int | None
    wordings: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class ClaimRow:
    """A claim with where it was seen; figures None below five authors."""

    text: str
    seq: int
    grounds: tuple[Promise | str, ...]
    posts: int | None
    authors: int | None
    sources: int
    channels: tuple[tuple[str, int], ...]
    numbers: tuple[str, ...]
    first_at: datetime


@dataclass(frozen=True)
class NameRow:
    """A place or an organisation and in how many posts; None below five authors."""

    text: str
    posts: int | None
    texts: int


@dataclass(frozen=True)
class WaveRow:
    """One text pasted again and again."""

    seq: int
    start: datetime
    posts: int
    of: int
    percent: int


@dataclass(frozen=True)
class Said:
    """What the public asks and says about a story, ready to show; ``read`` posts were read for it, of ``sources`` sources."""

    made_at: datetime
    read: int
    sources: int
    since: datetime
    until: datetime
    asked: tuple[AskedRow, ...]
    rhetorical: int
    quoted: int
    claims: tuple[ClaimRow, ...]
    places: tuple[NameRow, ...]
    organisations: tuple[NameRow, ...]
    phrases: tuple[tuple[str, int], ...]
    summary: tuple[tuple[str, int], ...]
    waves: tuple[WaveRow, ...]
    version: str


def said_of(story: object) -> Said | None:
    """Return what the public of a story asks and says, None before it was read or where too little is there."""
    made: StoryDigest | None = getattr(story, "digest", None)
    if made is None or made.data.get("format") != FORMAT:
        return None
    data: Part = made.data
    ground = _ground(data)
    questions, claims, names = (_part(data, name) for name in ("questions", "claims", "names"))
    return Said(
        made_at=made.made_at,
        read=ground["n"],
        sources=ground["sources"],
        since=moment_of(ground["window"][0]),
        until=moment_of(ground["window"][1]),
        asked=tuple(_asked(row) for row in questions.get("groups", ())),
        rhetorical=questions.get("rhetorical", 0),
        quoted=questions.get("quoted", 0),
        claims=tuple(_claim(row) for row in claims.get("groups", ())),
        places=tuple(NameRow(row["text"], row["posts"], row["texts"]) for row in names.get("places", ())),
        organisations=tuple(NameRow(row["text"], row["posts"], row["texts"]) for row in names.get("organisations", ())),
        phrases=tuple((row["text"], row["texts"]) for row in _part(data, "phrases").get("phrases", ())),
        summary=tuple((row["text"], row["seq"]) for row in _part(data, "summary").get("sentences", ())),
        waves=tuple(
            WaveRow(row["seq"], moment_of(row["start"]), row["posts"], row["of"], round(100 * row["posts"] / row["of"]))
            for row in data["waves"]
        ),
        version=ground["version"],
    )


def _ground(data: Part) -> Part:
    part: Part = data["questions"]
    ground: Part = part.get("evidence") or part["ground"]
    return ground


def _part(data: Part, name: str) -> Part:
    part: Part = data[name]
    return {} if "needed" in part else part


def _asked(row: Part) -> AskedRow:
    return AskedRow(
        text=row["text"],
        seq=row["seq"],
        kind=wording.KINDS.get(str(row["kind"]), ""),
        about=tuple(wording.SLOTS.get(slot, slot) for slot in row["slots"]),
        is_demand=row["kind"] == "demand",
        posts=row["posts"],
        authors=row["authors"],
        wordings=row["wordings"],
        first_at=moment_of(row["first_at"]),
        last_at=moment_of(row["last_at"]),
    )


def _claim(row: Part) -> ClaimRow:
    return ClaimRow(
        text=row["text"],
        seq=row["seq"],
        grounds=tuple(wording.GROUNDS.get(ground, ground) for ground in row["grounds"]),
        posts=row["posts"],
        authors=row["authors"],
        sources=row["sources"],
        channels=tuple((name, n) for name, n in row["channels"]),
        numbers=tuple(row["numbers"]),
        first_at=moment_of(row["first_at"]),
    )
