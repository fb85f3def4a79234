"""Papers on an incident: the decision log, duty reports, the crisis time, the purge."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow

from ..models import DutyReport, Incident, LogEntry
from ..rules import LogKind, ReportKind, State
from .duties import crisis_clocks_correct, duties_select, duty_stop
from .records import incident_to_change, needed, write

_CLOCK_OF_REPORT = {ReportKind.FIRST: "first_report", ReportKind.FOLLOW_UP: "follow_up_report", ReportKind.UPWARD: "upward_report"}


@transaction.atomic
def log_decision(
    *, actor: Actor, now: datetime, incident_id: int, text: str, reason: str = "", kind: LogKind | str = LogKind.DECISION
) -> LogEntry:
    """Write a line of the decision log; a decision needs its reason."""
    require(actor, "incident.log")
    incident = incident_to_change(incident_id)
    if kind not in set(LogKind):
        raise BadInput(_("“%(kind)s” is no kind of log line: use one of %(known)s.") % {"kind": kind, "known": ", ".join(LogKind)})
    said = needed(text, _("Write what was decided or seen."))
    if kind != LogKind.OBSERVATION:
        reason = needed(reason, _("A decision is logged with its reason: write why."))
    entry = LogEntry.objects.create(
        incident=incident, kind=str(kind), text=said, reason=reason.strip(), at=now, by_id=actor.id, by_name=actor.name
    )
    write(incident, "incident.log", actor=actor, now=now, kind=str(kind), text=said, reason=reason.strip())
    return entry


@transaction.atomic
def duty_report_file(*, actor: Actor, now: datetime, incident_id: int, kind: ReportKind | str, recipient: str, text: str) -> DutyReport:
    """Keep a report as it was sent, and stop its clock; it is never changed afterwards."""
    require(actor, "incident.log")
    incident = incident_to_change(incident_id)
    if kind not in set(ReportKind):
        raise BadInput(_("“%(kind)s” is no kind of report: use one of %(known)s.") % {"kind": kind, "known": ", ".join(ReportKind)})
    chosen = ReportKind(kind)
    if chosen is ReportKind.FINAL and incident.state not in {State.RESOLVED, State.REVIEWING}:
        raise NotNow(_("The final report is written once the incident is resolved."))
    report = DutyReport.objects.create(
        incident=incident,
        kind=chosen.value,
        recipient=needed(recipient, _("Say who received the report.")),
        text=needed(text, _("Write what the report says.")),
        at=now,
        by_id=actor.id,
        by_name=actor.name,
    )
    write(incident, "incident.report", actor=actor, now=now, report=report.pk, kind=chosen.value, recipient=report.recipient)
    if chosen in _CLOCK_OF_REPORT:
        evidence = _("Report %(id)s to %(recipient)s.") % {"id": report.pk, "recipient": report.recipient}
        duty_stop(actor=actor, now=now, incident=incident, rule_key=_CLOCK_OF_REPORT[chosen], evidence=evidence)
    duties_select(actor=actor, now=now, incident=incident)
    return report


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
