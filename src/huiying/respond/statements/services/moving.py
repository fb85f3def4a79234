"""The one place that changes a state, and what every service needs first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotNow, NotThere, NotYou
from huiying.respond.incidents import selectors as incidents

from ..models import Commitment, Fact, Statement

State = TypeVar("State", bound=StrEnum)
Row = TypeVar("Row", Statement, Fact, Commitment)


def move(row: Row, to: State, table: Mapping[State, Collection[State]], **changes: object) -> None:
    """Move a row's state if the table allows it and nobody was first; raises NotNow otherwise."""
    old = type(to)(row.state)
    if to not in table[old]:
        raise NotNow(_refusal(row, old, to))
    if type(row)._default_manager.filter(pk=row.pk, state=old.value).update(state=to.value, **changes) != 1:
        raise NotNow(_("Somebody else changed it a moment ago: reload the page and look again."))
    row.state = to.value
    for name, value in changes.items():
        setattr(row, name, value)


def _refusal(row: models.Model, old: StrEnum, to: StrEnum) -> str:
    shown = {"name": str(row._meta.verbose_name), "id": row.pk, "old": old.value, "new": to.value}
    return _("%(name)s %(id)s is “%(old)s” and cannot become “%(new)s” from there.") % shown


def statement_of(statement_id: int) -> Statement:
    """Return the statement or raise NotThere."""
    statement = Statement.objects.filter(pk=statement_id).first()
    if statement is None:
        raise NotThere(_("There is no statement %(id)s.") % {"id": statement_id})
    return statement


def not_an_author(statement: Statement, actor: Actor) -> None:
    """Raise NotYou when the actor wrote or submitted the text: nobody signs off their own words."""
    own = statement.submitter_id == actor.id or statement.authors.filter(pk=actor.id).exists()
    if own and not actor.is_system:
        raise NotYou(_("You wrote or submitted this text, so somebody else must do this."))


def exercise_of(incident_id: int) -> bool:
    """Return whether the incident is an exercise; raises NotThere when there is no such incident."""
    return bool(incidents.incident(incident_id).exercise)


def open_incident(incident_id: int, *, correcting: bool = False) -> None:
    """Raise NotNow when the incident is over; what was published about a closed one can still be corrected."""
    incident = incidents.incident(incident_id)
    if incident.has_ended and not (correcting and incident.state == "closed"):
        raise NotNow(_("The incident is over: its facts and statements stay as they are."))


def needed(text: str, refusal: str) -> str:
    """Return the stripped text, or raise BadInput with the refusal when it is empty."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise BadInput(refusal)
    return text


def log(statement: Statement, verb: str, *, actor: Actor, now: datetime, **detail: object) -> None:
    """Write the one log entry of an act on a statement."""
    told: dict[str, object] = {"incident": statement.incident_id, "number": statement.number, **detail}
    record(actor=actor, verb=verb, subject=("statement", statement.pk), now=now, detail=told, exercise=statement.exercise)
