"""Play a recorded file into the intake log so that a killed replay goes on where it stopped.

The cursor moves in the transaction that writes the posts, and ticks hold a fixed number of
records: killed anywhere and started again, a replay gives the same database as an undisturbed one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huiying.core.collectors.records import Unreadable

from ..models import IntakeCursor, Source
from ..rules import STREAMS, IntakeResult, OwnKind
from .intake import Delivered, take_in_replayed

#: A file may name this many sources; the rest count as one (distinct-source figures stay honest, tables small).
SOURCE_LIMIT = 5_000
_OTHERS = "other"


@dataclass(frozen=True)
class ReplayState:
    """Where a replay stands."""

    key: str
    line: int
    stored: int
    repeated: int
    quarantined: int


@transaction.atomic
def replay_begin(*, digest: str, name: str, stream: str, now: datetime) -> ReplayState:
    """Return where the replay of a file stands; a new one starts before its first line."""
    if stream not in STREAMS:
        raise ValueError(f"Stream {stream!r}: use one of {STREAMS}.")
    cursor, _created = IntakeCursor.objects.get_or_create(key=f"{stream}:{digest}", defaults={"name": name[:300], "last_at": now})
    return _state(cursor)


@transaction.atomic
def replay_tick(*, key: str, after_line: int, line: int, records: Iterable[Delivered], now: datetime) -> tuple[IntakeResult, ReplayState]:
    """Take in the lines ``after_line + 1 .. line`` of a file as one tick and move the cursor."""
    stream = key.split(":", 1)[0]
    cursor = IntakeCursor.objects.select_for_update().get(key=key)
    if cursor.line != after_line:
        raise ValueError(f"Replay {key} stands at line {cursor.line}, not {after_line}: another replay of this file is running.")
    stated = [("" if isinstance(record, Unreadable) else record.channel, record) for record in records]
    known = _Sources(stream, cursor.name, now, {name for name, _record in stated})
    deliveries = [(known.of(name), record) for name, record in stated]
    outcome, cursor.last_at = take_in_replayed(deliveries=deliveries, stream=stream, now=now, last_at=cursor.last_at or now)
    cursor.line = line
    cursor.stored += outcome.stored
    cursor.repeated += outcome.repeated
    cursor.quarantined += outcome.quarantined
    cursor.save()
    return outcome, _state(cursor)


def _state(cursor: IntakeCursor) -> ReplayState:
    return ReplayState(cursor.key, cursor.line, cursor.stored, cursor.repeated, cursor.quarantined)


class _Sources:
    """The file sources of one stream by the names that records state, made on first sight."""

    def __init__(self, stream: str, file_name: str, now: datetime, stated: Iterable[str]) -> None:
        self._all = Source.objects.filter(connector=OwnKind.REPLAY, exercise=stream == "exercise")
        self._is_exercise = stream == "exercise"
        self._now = now
        self._names = {name: _shown(name) or file_name[:200] for name in stated}
        self._by_name = {source.name: source for source in self._all.filter(name__in=set(self._names.values()))}

    def of(self, stated: str) -> Source:
        """Return the source of that name."""
        name = self._names[stated]
        if name not in self._by_name:
            self._names[stated] = name = name if self._all.count() < SOURCE_LIMIT else _OTHERS
            self._by_name[name] = self._made(name)
        return self._by_name[name]

    def _made(self, name: str) -> Source:
        found = self._all.filter(name=name).first()
        return found or Source.objects.create(
            name=name, connector=OwnKind.REPLAY.value, channel=name[:60], exercise=self._is_exercise, created_at=self._now
        )


def _shown(name: str) -> str:
    return "".join(character for character in name if character.isprintable())[:200].strip()
