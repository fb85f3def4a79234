"""Duty reports: numbered, sent, and kept as they were sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import names_of
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.clocks.selectors import clock_of_rule
from huiying.base.ui.errors import BadInput, NotNow, NotThere

from ..models import DutyReport, Incident
from ..report_rules import CLOCK_OF_REPORT, POINT_LABELS, Figure, clean_points, order_fault
from ..rules import REPORT_LABELS, SUBJECT, ReportKind, State
from .duties import duties_select, duty_stop
from .records import incident_to_change, needed, write
from .telling import tell


@dataclass(frozen=True)
class _Content:
    """What a report says and to whom it goes, checked."""

    kind: ReportKind
    recipient: str
    sent_to: list[list[Any]]
    text: str
    points: dict[str, str]

    @property
    def columns(self) -> dict[str, Any]:
        """The fields of the report that say it."""
        return {"kind": self.kind.value, "recipient": self.recipient, "sent_to": self.sent_to, "text": self.text, "points": self.points}

    @property
    def digest(self) -> str:
        """The SHA-256 of what is said: the log keeps it, so that a later change of the table shows."""
        return hashlib.sha256(json.dumps([self.text, self.points], ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def duty_report_file(
    *,
    actor: Actor,
    now: datetime,
    incident_id: int,
    kind: ReportKind | str,
    recipient: str = "",
    text: str = "",
    points: Mapping[str, str] | None = None,
    person_ids: Collection[int] = (),
    figures: Collection[Figure] = (),
    corrects: int | None = None,
    correction_reason: str = "",
) -> DutyReport:
    """Number a report, send it and stop its clock; it is never changed afterwards.

    ``person_ids`` are told through the outbox, ``recipient`` names who got it outside. A correction
    (``corrects`` is the number of the report that was wrong) is a new report; it stops no clock.
    """
    require(actor, "incident.log")
    incident = incident_to_change(incident_id)
    Incident.objects.select_for_update().get(pk=incident.pk)  # two who file at once get two numbers
    content = _content(kind, recipient, text, points or {}, person_ids)
    before = list(DutyReport.objects.filter(incident=incident).order_by("number"))
    wrong = _corrected(before, content.kind, corrects)
    if wrong is None:
        _refuse_out_of_order(incident, content.kind, before)
    clock = None if wrong else clock_of_rule((SUBJECT, incident.pk), CLOCK_OF_REPORT[content.kind])
    report = DutyReport.objects.create(
        incident=incident,
        number=before[-1].number + 1 if before else 1,
        **content.columns,
        figures=[each.as_dict() for each in figures],
        started_at=clock.started_at if clock else None,
        due_at=clock.due_at if clock else None,
        corrects=wrong,
        correction_reason=needed(correction_reason, _("Say what was wrong in the earlier report.")) if wrong else "",
        at=now,
        by_id=actor.id,
        by_name=actor.name,
    )
    _log(incident, report, content.digest, actor=actor, now=now)
    _send(incident, report, now)
    if wrong is None:
        evidence = _("Report %(id)s to %(recipient)s.") % {"id": report.number, "recipient": report.recipients}
        duty_stop(actor=actor, now=now, incident=incident, rule_key=CLOCK_OF_REPORT[content.kind], evidence=evidence)
        duties_select(actor=actor, now=now, incident=incident)
    return report


def _refuse_out_of_order(incident: Incident, kind: ReportKind, before: list[DutyReport]) -> None:
    """Raise NotNow where a report of this kind cannot follow those before it."""
    if fault := order_fault(kind, [each.kind for each in before if not each.corrects_id], State(incident.state)):
        raise NotNow(fault)


def _content(kind: str, recipient: str, text: str, points: Mapping[str, str], person_ids: Collection[int]) -> _Content:
    if kind not in set(ReportKind):
        raise BadInput(_("“%(kind)s” is no kind of report: use one of %(known)s.") % {"kind": kind, "known": ", ".join(ReportKind)})
    try:
        said = clean_points(points)
    except KeyError as fault:
        shown = {"point": fault.args[0], "known": ", ".join(POINT_LABELS)}
        raise BadInput(_("A report has no point “%(point)s”: use one of %(known)s.") % shown) from None
    whole = text.replace("\x00", "").strip()
    if not said:
        whole = needed(whole, _("Write what the report says."))
    names = names_of(set(person_ids))
    if unknown := set(person_ids) - set(names):
        raise BadInput(_("There is no person %(id)s.") % {"id": min(unknown)})
    outside = recipient.replace("\x00", "").strip()
    if not outside and not names:
        raise BadInput(_("Say who received the report."))
    return _Content(ReportKind(kind), outside[:120], sorted([id, name] for id, name in names.items()), whole, said)


def _corrected(before: list[DutyReport], kind: ReportKind, number: int | None) -> DutyReport | None:
    """Return the report that a correction sets right; raises NotThere or BadInput."""
    if number is None:
        return None
    wrong = next((each for each in before if each.number == number), None)
    if wrong is None:
        raise NotThere(_("There is no report %(number)s to correct.") % {"number": number})
    if wrong.kind != kind:
        raise BadInput(_("A correction is a report of the same kind: %(kind)s.") % {"kind": wrong.get_kind_display()})
    return wrong


def _log(incident: Incident, report: DutyReport, digest: str, *, actor: Actor, now: datetime) -> None:
    detail: dict[str, object] = {"report": report.number, "kind": report.kind, "recipient": report.recipients, "sha256": digest}
    if report.corrects:
        detail |= {"corrects": report.corrects.number, "reason": report.correction_reason}
    write(incident, "incident.report", actor=actor, now=now, **detail)


def _send(incident: Incident, report: DutyReport, now: datetime) -> None:
    def sentence() -> str:
        shown = {"kind": REPORT_LABELS[report.kind], "number": report.number, "title": incident.title, "name": report.by_name}
        if report.corrects:
            return _("Correction of a report on “%(title)s”: %(kind)s, number %(number)s, by %(name)s.") % shown
        return _("Report on “%(title)s”: %(kind)s, number %(number)s, by %(name)s.") % shown

    ids = [id for id, _name in report.sent_to]
    tell(
        incident, now=now, person_ids=ids, sentence=sentence, url=report.get_absolute_url(), key=f"incident-report:{report.pk}", priority=1
    )
