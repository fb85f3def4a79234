"""What changed, and who of all watchers may still know; each is one look for everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from huiying.base.accounts.reading import Reader
from huiying.base.accounts.sessions import readers_of_sessions
from huiying.base.audit.selectors import newest_entry, subjects_after

from .registry import allowed_among
from .rules import Changes, Topic

#: entries looked at in one go; after more, everybody looks again.
MOST_ENTRIES = 500


def newest() -> int:
    """Return the number of the newest entry of the log."""
    return newest_entry()


def changes_since(version: int) -> Changes:
    """Return what the log says happened after an entry."""
    rows = subjects_after(version, limit=MOST_ENTRIES)
    return Changes(rows[-1][0] if rows else version, frozenset((kind, subject_id) for _seq, kind, subject_id in rows))


def still_allowed(watchers: Mapping[int, tuple[str, Topic]]) -> dict[int, Reader]:
    """Return who may watch now, by the watcher's number: session, person, right and subject are looked up as they are now."""
    readers = readers_of_sessions({key for key, _topic in watchers.values()})
    known = {number: (readers[key], topic) for number, (key, topic) in watchers.items() if key in readers}
    asked: dict[str, set[tuple[Reader, str]]] = defaultdict(set)
    for who, topic in known.values():
        asked[topic.kind].add((who, topic.subject_id))
    allowed: dict[str, Collection[tuple[Reader, str]]] = {kind: allowed_among(kind, pairs) for kind, pairs in asked.items()}
    return {number: who for number, (who, topic) in known.items() if (who, topic.subject_id) in allowed[topic.kind]}
