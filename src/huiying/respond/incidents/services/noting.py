"""Papers on an incident: the decision log, the crisis time, the purge."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow

from ..models import Incident, LogEntry
from ..rules import LogKind, State
from .duties import crisis_clocks_correct, duties_select
from .records import incident_to_change, needed, options_of, write


@transaction.atomic
def log_decision(
    *,
    actor: Actor,
    now: datetime,
    incident_id: int,
    text: str,
    reason: str = "",
    kind: LogKind | str = LogKind.DECISION,
    rejected: str = "",
) -> LogEntry:
    """Write a line of the decision log; a decision needs its reason, and each option set aside the reason against it."""
    require(actor, "incident.log")
    incident = incident_to_change(incident_id)
    if kind not in set(LogKind):
        raise BadInput(_("“%(kind)s” is no kind of log line: use one of %(known)s.") % {"kind": kind, "known": ", ".join(LogKind)})
    said = needed(text, _("Write what was decided or seen."))
    if kind != LogKind.OBSERVATION:
        reason = needed(reason, _("A decision is logged with its reason: write why."))
    options = options_of(rejected)
    entry = LogEntry.objects.create(
        incident=incident,
        kind=str(kind),
        text=said,
        reason=reason.strip(),
        rejected=options,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
    )
    detail: dict[str, object] = {"kind": str(kind), "text": said, "reason": reason.strip()}
    write(incident, "incident.log", actor=actor, now=now, **detail, **({"rejected": options} if options else {}))
    return entry


@transaction.atomic
def crisis_time_set(*, actor: Actor, now: datetime, incident_id: int, crisis_at: datetime, evidence: str) -> Incident:
    """Correct when the crisis began, with evidence; the log keeps both values, clocks follow."""
    require(actor, "incident.assess")
    incident = incident_to_change(incident_id)
    if crisis_at > now:
        raise BadInput(_("The crisis time lies in the future: write when the first sign was really there."))
    said = needed(evidence, _("The crisis time is a fact: say what shows it."))
    old = incident.crisis_at
    incident.crisis_at, incident.crisis_evidence = crisis_at, said
    incident.save(update_fields=["crisis_at", "crisis_evidence"])
    write(incident, "incident.crisis_time", actor=actor, now=now, old=old, new=crisis_at, evidence=said)
    crisis_clocks_correct(actor=actor, now=now, incident=incident)
    duties_select(actor=actor, now=now, incident=incident)
    return incident


@transaction.atomic
def incident_purge(*, actor: Actor, now: datetime, incident_id: int) -> Incident:
    """Destroy the personal information kept for the response only (EFL Art. 85), and let go of posts held as its evidence."""
    require(actor, "incident.command")
    from huiying.listen.sources.services import holds_release  # the intake beside it brings large libraries

    incident = incident_to_change(incident_id)
    if incident.state not in {State.RESOLVED, State.REVIEWING}:
        raise NotNow(_("Personal information is destroyed once the incident is resolved: it is still needed for call-backs."))
    had_contact = bool(incident.reporter_contact)
    incident.reporter_contact, incident.purged_at = "", now
    incident.save(update_fields=["reporter_contact", "purged_at"])
    holds_release(actor=actor, now=now, subject=("incident", incident.pk))
    write(incident, "incident.purge", actor=actor, now=now, contacts_destroyed=int(had_contact))
    return incident
