"""The clocks of an incident: which run, from when, and what stops them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import SYSTEM, Actor
from huiying.base.clocks.selectors import clocks_of
from huiying.base.clocks.services import clock_correct_start, clock_start, clock_stop, clock_waive
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..duty_rules import Anchor, DutyRule, StoppedBy, duty_rules
from ..models import DutyReport, Incident
from ..rules import ENDED_STATES, SUBJECT, ReportKind, State
from .records import incident_of, needed, write


class _Clock(Protocol):
    """What is read from a clock of the room below."""

    @property
    def pk(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def stopped_at(self) -> datetime | None: ...
    @property
    def stop_evidence(self) -> str: ...


_RESPONDING = frozenset({State.RESPONDING, State.STABILISING})


def duties_select(*, actor: Actor, now: datetime, incident: Incident) -> None:
    """Make the incident's clocks what its grade and its recorded moments ask for.

    A clock begins at its recorded moment however late it is selected, so a late grade hides
    nothing; one that already stopped keeps its stop. Calling it twice changes nothing.
    """
    known = [clock for clock in clocks_of((SUBJECT, incident.pk)) if clock.state != "waived"]
    for rule in duty_rules():
        anchor, seconds = _anchor(incident, rule), _seconds(incident, rule)
        mine = [clock for clock in known if clock.rule_key == rule.key]
        if anchor is None or seconds is None:
            _let_go(
                mine, now, _("The incident is %(state)s and its grade asks for no such clock.") % {"state": incident.get_state_display()}
            )
        elif not any(clock.started_at == anchor and clock.total_seconds == seconds for clock in mine):
            _replace(incident, rule, anchor, seconds, mine, actor=actor, now=now)


def _replace(
    incident: Incident, rule: DutyRule, anchor: datetime, seconds: int, old: Sequence[_Clock], *, actor: Actor, now: datetime
) -> None:
    stops = [] if rule.repeats else [(clock.stopped_at, clock.stop_evidence) for clock in old if clock.stopped_at]
    _let_go(old, now, _("Replaced: the grade or the start was changed."))
    subject = (SUBJECT, incident.pk)
    clock_start(
        actor=actor,
        now=now,
        subject=subject,
        rule=rule.clock_rule(seconds),
        started_at=anchor,
        start_evidence=_evidence(incident, rule),
        exercise=incident.exercise,
    )
    if stops:
        stopped_at, evidence = min(stops)
        clock_stop(actor=actor, now=now, subject=subject, rule_key=rule.key, stopped_at=stopped_at, stop_evidence=evidence)


def _let_go(clocks: Sequence[_Clock], now: datetime, reason: str) -> None:
    for clock in clocks:
        if clock.state == "running":
            clock_waive(actor=SYSTEM, now=now, clock_id=clock.pk, reason=reason)


def _seconds(incident: Incident, rule: DutyRule) -> int | None:
    """Return how long the clock runs for the grade in force, or None when it should not run."""
    if incident.state in ENDED_STATES and rule.anchor is not Anchor.CLOSED:
        return None
    if rule.repeats and incident.state not in _RESPONDING:
        return None
    limits = [rule.seconds_for(grade) for grade in {incident.grade, *incident.grades_taken_up}]
    return min((seconds for seconds in limits if seconds is not None), default=None)


def _anchor(incident: Incident, rule: DutyRule) -> datetime | None:
    if rule.repeats:
        last = DutyReport.objects.filter(incident=incident, kind=ReportKind.FOLLOW_UP).order_by("-at").first()
        if last:
            return last.at
    moments = {
        Anchor.CRISIS: incident.crisis_at,
        Anchor.DETECTED: incident.detected_at,
        Anchor.CONFIRMED: incident.confirmed_at,
        Anchor.ACTIVATED: incident.activated_at,
        Anchor.RESOLVED: incident.resolved_at,
        Anchor.CLOSED: incident.closed_at,
    }
    return moments[rule.anchor]


def _evidence(incident: Incident, rule: DutyRule) -> str:
    if rule.anchor is Anchor.CRISIS:
        return incident.crisis_evidence
    words = {
        Anchor.DETECTED: _("The time the signal was seen."),
        Anchor.CONFIRMED: _("The time the incident was confirmed."),
        Anchor.ACTIVATED: _("The time of activation, or of the last follow-up report."),
        Anchor.RESOLVED: _("The time the incident was resolved."),
        Anchor.CLOSED: _("The time the incident was closed."),
    }
    return words[rule.anchor]


def crisis_clocks_correct(*, actor: Actor, now: datetime, incident: Incident) -> None:
    """Move the running clocks that count from the crisis time to the corrected time."""
    keys = {rule.key for rule in duty_rules() if rule.anchor is Anchor.CRISIS}
    for clock in clocks_of((SUBJECT, incident.pk)):
        if clock.rule_key in keys and clock.state == "running" and clock.started_at != incident.crisis_at:
            clock_correct_start(
                actor=actor, now=now, clock_id=clock.pk, started_at=incident.crisis_at, start_evidence=incident.crisis_evidence
            )


def duty_stop(*, actor: Actor, now: datetime, incident: Incident, rule_key: str, evidence: str, stopped_at: datetime | None = None) -> None:
    """Stop a clock of the incident; nothing happens when none is open."""
    clock_stop(
        actor=actor,
        now=now,
        subject=(SUBJECT, incident.pk),
        rule_key=rule_key,
        stopped_at=stopped_at or now,
        stop_evidence=evidence,
    )


@transaction.atomic
def duty_done(
    *, actor: Actor, now: datetime, incident_id: int, rule_key: str, evidence: str, stopped_at: datetime | None = None
) -> Incident:
    """Say that a duty no other part of the program sees was done, such as a press conference."""
    require(actor, "incident.move")
    incident = incident_of(incident_id)
    rule = next((rule for rule in duty_rules() if rule.key == rule_key), None)
    if rule is None:
        raise NotThere(_("No clock of an incident is called “%(key)s”.") % {"key": rule_key})
    if rule.stopped_by is not StoppedBy.PERSON:
        raise NotNow(_("This clock stops by itself when the statement, the report or the activation is on record."))
    said = needed(evidence, _("Say what shows that it was done: a place, a link, a file."))
    if stopped_at and stopped_at > now:
        raise BadInput(_("The time lies in the future: write when it was really done."))
    duty_stop(actor=actor, now=now, incident=incident, rule_key=rule_key, evidence=said, stopped_at=stopped_at)
    write(incident, "incident.duty_done", actor=actor, now=now, rule=rule_key, evidence=said)
    return incident


@transaction.atomic
def duty_waive(*, actor: Actor, now: datetime, incident_id: int, clock_id: int, reason: str) -> Incident:
    """Let a running clock of this incident go, with a reason."""
    require(actor, "incident.waive_clock")
    incident = incident_of(incident_id)
    if clock_id not in {clock.pk for clock in clocks_of((SUBJECT, incident.pk))}:
        raise NotThere(_("Incident %(number)s has no clock %(id)s.") % {"number": incident.number, "id": clock_id})
    clock_waive(actor=actor, now=now, clock_id=clock_id, reason=reason)
    return incident
