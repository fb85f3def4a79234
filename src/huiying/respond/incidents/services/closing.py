"""What an incident needs before it is closed: the survey, and the purge or its signed exception."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import Role
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.tasks.services import task_create
from huiying.base.ui.errors import BadInput, NotNow, NotYou

from ..models import Incident, RetentionException
from ..rules import SUBJECT, State
from ..selectors.conditions import is_survey_scheduled
from ..standing_rules import SURVEY_DAYS, SURVEY_SOURCE, SURVEY_TITLE
from .records import incident_to_change, needed, write

_CLOSING = frozenset({State.RESOLVED, State.REVIEWING})


@transaction.atomic
def survey_schedule(*, actor: Actor, now: datetime, incident_id: int) -> Incident:
    """Give the satisfaction survey as a task due one month after the incident was resolved; a second time changes nothing."""
    require(actor, "incident.move")
    incident = incident_to_change(incident_id)
    if incident.state not in _CLOSING or incident.resolved_at is None:
        raise NotNow(_("The survey is scheduled once the incident is resolved."))
    if is_survey_scheduled(incident):
        return incident
    task = task_create(
        actor=actor,
        now=now,
        subject=(SUBJECT, incident.pk),
        title=SURVEY_TITLE,
        owner_role=Role.EVALUATOR.value,
        due_at=incident.resolved_at + timedelta(days=SURVEY_DAYS),
        source=SURVEY_SOURCE,
        exercise=incident.exercise,
    )
    write(incident, "incident.survey", actor=actor, now=now, task=task.pk, due_at=task.due_at)
    return incident


@transaction.atomic
def retention_except(*, actor: Actor, now: datetime, incident_id: int, kept: str, reason: str, until: date) -> RetentionException:
    """Sign that personal information stays longer than the response: what, why and until when; never by who commands (EFL Art. 85)."""
    require(actor, "incident.retain")
    incident = incident_to_change(incident_id)
    if incident.state not in _CLOSING:
        raise NotNow(_("Until the incident is resolved the information is needed anyway: sign an exception afterwards."))
    if actor.id in {incident.commander_id, incident.deputy_id}:
        raise NotYou(_("Who commands the incident does not sign the exception: somebody else in charge of privacy does."))
    if until <= now.date():
        raise BadInput(_("An exception ends on a day that lies ahead."))
    what = needed(kept, _("Say which information is kept."))
    why = needed(reason, _("Say why it must be kept, on what legal basis."))
    if RetentionException.objects.filter(incident=incident).exists():
        raise NotNow(_("An exception is signed already."))
    signed = RetentionException.objects.create(
        incident=incident, kept=what, reason=why, until=until, at=now, by_id=actor.id, by_name=actor.name
    )
    write(incident, "incident.retain", actor=actor, now=now, kept=what, reason=why, until=until.isoformat())
    return signed
