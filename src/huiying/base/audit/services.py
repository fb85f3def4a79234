"""The one way to write the log."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.functional import Promise

from .models import AuditEntry
from .rules import GENESIS, Actor, canonical, digest_of

_verbs: dict[str, str | Promise] = {}


class UnknownVerb(LookupError):
    """A verb must be registered by its room before it can be logged."""


def register_verbs(verbs: dict[str, str | Promise]) -> None:
    """Declare a room's verbs, ``{"incident.grade": label}``; called in ``AppConfig.ready``."""
    _verbs.update(verbs)


def verb_label(verb: str) -> str:
    """Return the verb in the reader's language, or the verb itself when its room is gone."""
    return str(_verbs.get(verb, verb))


def record(
    *, actor: Actor, verb: str, subject: tuple[str, object], now: datetime, detail: dict[str, object] | None = None, exercise: bool = False
) -> AuditEntry:
    """Append one entry in the caller's transaction.

    Raises UnknownVerb for a verb no room declared, and TransactionManagementError outside a
    transaction: an act and its entry are one.
    """
    if verb not in _verbs:
        raise UnknownVerb(f"Audit verb {verb!r} is not declared: add it to the room's VERBS.")
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"Audit entry {verb!r} outside a transaction.")
    last = AuditEntry.objects.order_by("-seq").only("seq", "digest").first()
    seq, previous = (last.seq + 1, last.digest) if last else (1, GENESIS)
    kind, subject_id = subject[0], str(subject[1])
    body = canonical(
        {
            "at": now,
            "verb": verb,
            "actor": [actor.kind, actor.id, actor.name],
            "subject": [kind, subject_id],
            "detail": detail or {},
            "exercise": exercise,
        }
    )
    return AuditEntry.objects.create(
        seq=seq,
        at=now,
        verb=verb,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        subject_kind=kind,
        subject_id=subject_id,
        exercise=exercise,
        body=body,
        previous=previous,
        digest=digest_of(previous, seq, body),
    )
