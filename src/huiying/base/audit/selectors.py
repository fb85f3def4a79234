"""Reads of the log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet

from huiying.base.ui.together import Reading

from .models import AuditEntry
from .rules import GENESIS, first_break
from .services import verb_label


@dataclass(frozen=True)
class LogLine:
    """One entry, ready to be read by a person."""

    seq: int
    at: datetime
    actor_name: str
    verb: str
    label: str
    detail: dict[str, object]


@dataclass(frozen=True)
class Verification:
    """What walking the whole chain showed."""

    entries: int
    head: str
    broken_at: int | None


def newest_entry() -> int:
    """Return the number of the newest entry, 0 while there is none."""
    return AuditEntry.objects.aggregate(n=Max("seq"))["n"] or 0


def subjects_after(seq: int, *, limit: int) -> list[tuple[int, str, str]]:
    """Return number and subject of the entries after one, in order."""
    return list(AuditEntry.objects.filter(seq__gt=seq).order_by("seq").values_list("seq", "subject_kind", "subject_id")[:limit])


def entries_of(kind: str, subject_id: object) -> QuerySet[AuditEntry]:
    """Return the entries about one subject, oldest first."""
    return AuditEntry.objects.filter(subject_kind=kind, subject_id=str(subject_id)).order_by("seq")


def log_of(kind: str, subject_id: object, *, limit: int = 200) -> list[LogLine]:
    """Return the newest lines about one subject, newest first."""
    return [log_line(entry) for entry in entries_of(kind, subject_id).order_by("-seq")[:limit]]


def log_reading(kind: str, subject_id: object, *, limit: int) -> Reading:
    """Return the entries of these lines as a part of a larger reading."""
    newest = entries_of(kind, subject_id).order_by("-seq").values("seq")[:limit]
    return Reading(AuditEntry.objects.filter(seq__in=newest), newest_first=True)


def latest_log(*, limit: int = 20) -> list[LogLine]:
    """Return the newest lines of the whole log, newest first."""
    return [log_line(entry) for entry in AuditEntry.objects.order_by("-seq")[:limit]]


def log_line(entry: AuditEntry) -> LogLine:
    """Turn a stored entry into a line for a page."""
    detail = json.loads(entry.body)["detail"]
    return LogLine(entry.seq, entry.at, entry.actor_name, entry.verb, verb_label(entry.verb), detail)


def verify() -> Verification:
    """Walk the whole chain and say where it breaks, if anywhere."""
    entries = AuditEntry.objects.order_by("seq")
    last = entries.last()
    return Verification(entries.count(), last.digest if last else GENESIS, first_break(entries.iterator(2000)))


def has_digest(digest: str) -> bool:
    """Return whether a fingerprint noted earlier is in the log."""
    return AuditEntry.objects.filter(digest=digest).exists()
