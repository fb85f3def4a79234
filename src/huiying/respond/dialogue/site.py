"""What the public reads: matters made of releases, in one language (reads only)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.core.formats.localised import localise
from huiying.respond.statements.selectors import Promised, Released, public_record, released_near


@dataclass(frozen=True)
class Words:
    """One sentence in the reader's language, with the sources readers can look up."""

    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One release in the record."""

    number: int
    title: str
    kind: str
    at: datetime
    updated_at: datetime
    code: str
    digest: str
    uid: str
    text: str
    lines: dict[str, list[Words]]
    sentences: list[Words]
    next_update_at: datetime | None
    corrected_by: int | None
    corrects: int | None
    reason: str
    removed: list[str]
    added: list[str]
    withdrawn_at: datetime | None
    withdrawn_reason: str
    exercise: bool

    @property
    def is_current(self) -> bool:
        """Whether the text still stands."""
        return self.corrected_by is None and self.withdrawn_at is None

    @property
    def first_line(self) -> str:
        """Return the sentence that says most: the first fact, else the first sentence."""
        facts = self.lines.get("fact") or self.sentences
        return facts[0].text if facts else ""


@dataclass(frozen=True)
class Promise:
    """One public promise and what became of it."""

    text: str
    due_at: datetime
    state: str
    ended_at: datetime | None
    note: str
    number: int


@dataclass(frozen=True)
class Matter:
    """One matter as the public sees it; its title and words come from releases only."""

    key: int
    title: str
    updated_at: datetime
    next_update_at: datetime | None
    entries: list[Entry]
    promises: list[Promise]
    current: Entry | None

    def newest(self, nature: str) -> list[Words]:
        """Return the newest standing sentences of a nature: advice holds until a newer text replaces it."""
        standing = (entry.lines[nature] for entry in self.entries if entry.is_current and entry.lines.get(nature))
        return next(standing, [])

    @property
    def advice(self) -> list[Words]:
        """What readers should do now."""
        return self.newest("advice")

    @property
    def facts(self) -> list[Words]:
        """What is known."""
        return self.newest("fact")

    @property
    def actions(self) -> list[Words]:
        """What the organisation is doing, as the newest text says."""
        return self.current.lines.get("action", []) if self.current else []

    @property
    def unknowns(self) -> list[Words]:
        """What the newest text says is not known."""
        return self.current.lines.get("unknown", []) if self.current else []

    @property
    def empathy(self) -> list[Words]:
        """What the newest text says to those concerned."""
        return self.current.lines.get("empathy", []) if self.current else []


def matters(language: str, *, exercise: bool) -> list[Matter]:
    """Return every matter with a release, the one that changed last first."""
    by_incident: dict[int, list[Released]] = defaultdict(list)
    releases, promises = public_record(exercise=exercise)
    for released in releases:
        by_incident[released.incident_id].append(released)
    found = [_matter(rows, promises.get(incident_id, []), language) for incident_id, rows in by_incident.items()]
    return sorted(found, key=lambda matter: matter.entries[0].number, reverse=True)


def _matter(rows: Sequence[Released], promises: Sequence[Promised], language: str) -> Matter:
    by_number = {row.number: row for row in rows}
    entries = [entry_of(row, language, by_number.get(row.corrects) if row.corrects else None) for row in rows]
    current = next((entry for entry in entries if entry.is_current), None)
    latest = current or entries[0]
    return Matter(
        key=rows[-1].number,
        title=latest.title,
        updated_at=max(row.updated_at for row in rows),
        next_update_at=current.next_update_at if current else None,
        entries=entries,
        promises=[_promise(row, language) for row in promises],
        current=current,
    )


def entry_of(released: Released, language: str, old: Released | None = None) -> Entry:
    """Return a release in one language; for a correction, what it takes away and what it puts there."""
    body = released.body
    lines: dict[str, list[Words]] = defaultdict(list)
    sentences = []
    for sentence in body["sentences"]:
        words = Words(_say(sentence, language), tuple(dict.fromkeys(fact["source"] for fact in sentence["facts"] if fact["source"])))
        lines[sentence["nature"]].append(words)
        sentences.append(words)
    before = [_say(sentence, language) for sentence in old.body["sentences"]] if old else []
    after = [words.text for words in sentences] if old else []
    next_update = body["next_update_at"]
    return Entry(
        number=released.number,
        title=_say(body["title"], language),
        kind=body["kind"],
        at=released.at,
        updated_at=released.updated_at,
        code=released.code,
        digest=released.digest,
        uid=released.uid,
        text=released.text,
        lines=dict(lines),
        sentences=sentences,
        next_update_at=datetime.fromisoformat(next_update) if next_update else None,
        corrected_by=released.corrected_by,
        corrects=released.corrects,
        reason=_say(body["reason"], language),
        removed=[text for text in before if text not in after],
        added=[text for text in after if text not in before],
        withdrawn_at=released.withdrawn_at,
        withdrawn_reason=_say(released.withdrawn_reason, language) if released.withdrawn_reason else "",
        exercise=released.exercise,
    )


def entry(number: int, language: str, *, exercise: bool) -> tuple[Entry, Entry | None]:
    """Return one release by its public number, and the one that corrects it; raises NotThere."""
    near = released_near(number, exercise=exercise)
    released = near[number]
    correction = near[released.corrected_by] if released.corrected_by else None
    old = near[released.corrects] if released.corrects else None
    return entry_of(released, language, old), entry_of(correction, language, released) if correction else None


def _promise(row: Promised, language: str) -> Promise:
    return Promise(_say(row.text, language), row.due_at, row.state, row.ended_at, _say(row.note, language), row.number)


def _say(texts: Mapping[str, str], language: str) -> str:
    return localise({key: texts.get(key, "") for key in ("zh-Hans", "en")}, language)
