"""Duty reports, the situation report in three forms, and all assessments beside each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind
from huiying.base.accounts.selectors import group_people
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotThere

from .. import selectors, services
from ..models import DutyReport, Incident
from ..paper import Paper
from ..paper_docx import docx_of
from ..paper_forms import ReportForm
from ..paper_pdf import pdf_of
from ..rules import ReportKind
from .asking import Text, actor_from, ask, incident_for

_FORMS = {
    "docx": (docx_of, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf_of, "application/pdf"),
}


def situation_report(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show the dated picture for leaders, ready to print; every figure says what it counts and over which time."""
    incident_for(request, incident_id, "incident.read")
    paper, dossier, now = _situation(request, incident_id)
    chart = selectors.trend_of(dossier, selectors.timeline_of(dossier), now)
    context = {"incident": dossier.incident, "paper": paper, "parts": paper.numbered(_language()), "chart": chart}
    return render(request, "incidents/situation_report.html", context)


def situation_file(request: HttpRequest, incident_id: int, form: str) -> HttpResponse:
    """Return the same as a DOCX or PDF file."""
    incident = incident_for(request, incident_id, "incident.read")
    paper, _dossier, now = _situation(request, incident_id)
    return _file(paper, form, f"situation-{incident.number}-{timezone.localtime(now):%Y%m%d-%H%M}")


def _situation(request: HttpRequest, incident_id: int) -> tuple[Paper, selectors.Dossier, datetime]:
    now, dossier = timezone.now(), selectors.dossier_of(incident_id)
    figures = selectors.figures_of(dossier, now)
    return selectors.situation_paper(dossier, figures, by=actor_from(request).name, now=now), dossier, now


def _file(paper: Paper, form: str, name: str) -> HttpResponse:
    if form not in _FORMS:
        raise NotThere(_("A paper is given as docx or pdf, not as “%(form)s”.") % {"form": form[:20]})
    make, kind = _FORMS[form]
    response = HttpResponse(make(paper, _language()), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _language() -> str:
    return get_language() or "zh-hans"


def report_list(request: HttpRequest, incident_id: int) -> HttpResponse:
    """List the reports of an incident in their order, with the limits they were under."""
    incident = incident_for(request, incident_id, "incident.read")
    dossier = selectors.dossier_of(incident_id)
    keys = ("first_report", "follow_up_report", "upward_report", "final_report")
    clocks = [clock for clock in dossier.clocks if clock.rule_key in keys and clock.state != "waived" and not clock.stopped_at]
    filed = {each.kind for each in dossier.reports}
    context = {
        "incident": incident,
        "reports": sorted(dossier.reports, key=lambda each: each.number),
        "clocks": clocks,
        "next_kind": _next_kind(filed, incident),
    }
    return render(request, "incidents/reports.html", context)


def _next_kind(filed: set[str], incident: Incident) -> str:
    if ReportKind.FIRST not in filed:
        return ReportKind.FIRST.value
    return ReportKind.FINAL.value if incident.resolved_at and not incident.is_open else ReportKind.FOLLOW_UP.value


def report(request: HttpRequest, incident_id: int, number: int) -> HttpResponse:
    """Show a report as it was filed; ``?form=docx`` or ``pdf`` gives the file."""
    incident = incident_for(request, incident_id, "incident.read")
    found = DutyReport.objects.select_related("corrects", "incident").filter(incident=incident, number=number).first()
    if found is None:
        raise NotThere(_("Incident %(incident)s has no report %(number)s.") % {"incident": incident.number, "number": number})
    paper = selectors.report_paper(incident, found)
    if form := request.GET.get("form"):
        return _file(paper, form, f"report-{incident.number}-{number}")
    context = {"incident": incident, "report": found, "paper": paper, "parts": paper.numbered(_language())}
    return render(request, "incidents/report.html", {**context, "corrections": found.corrections.order_by("number")})


def duty_report(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Write a report: the form begins with what is on record; ``corrects`` in the address names a report that was wrong."""
    incident = incident_for(request, incident_id, "incident.log")
    now, dossier = timezone.now(), selectors.dossier_of(incident_id)
    figures, corrects = selectors.figures_of(dossier, now), _corrects(request, dossier)
    form = ReportForm(
        request.POST or None, initial=_initial(request, dossier, figures, corrects), corrects=corrects.number if corrects else None
    )

    def act(actor: Actor, data: dict[str, Any]) -> Text:
        services.duty_report_file(
            actor=actor,
            now=timezone.now(),
            incident_id=incident_id,
            kind=data["kind"],
            recipient=data["recipient"],
            text=data["text"],
            points=form.points(),
            person_ids=data["person_ids"],
            figures=figures,
            corrects=corrects.number if corrects else None,
            correction_reason=data.get("correction_reason", ""),
        )
        return _("The correction is on record and sent.") if corrects else _("The report is on record and its clock is stopped.")

    title = _("Correct report %(number)s") % {"number": corrects.number} if corrects else _("File a report")
    lede = _("Drafted from what is on record. Check every line: a filed report is never changed, only corrected by a new one.")
    return ask(request, form, act, incident=incident, title=title, button=_("File and send"), anchor="#reports", lede=lede)


def _corrects(request: HttpRequest, dossier: selectors.Dossier) -> DutyReport | None:
    given = request.GET.get("corrects", "")
    if not given:
        return None
    found = next((each for each in dossier.reports if str(each.number) == given), None)
    if found is None:
        raise BadInput(_("There is no report %(number)s to correct.") % {"number": given[:20]})
    return found


def _initial(request: HttpRequest, dossier: selectors.Dossier, figures: list[Any], corrects: DutyReport | None) -> dict[str, Any]:
    if corrects:
        points, kind = corrects.points, corrects.kind
    else:
        kind = request.GET.get("kind", "first")
        last = max((each.at for each in dossier.reports), default=None)
        points = selectors.points_of(dossier, figures, since=last if kind == ReportKind.FOLLOW_UP else None)
    initial: dict[str, Any] = {f"point_{key}": text for key, text in points.items()}
    initial |= {"kind": kind, "person_ids": _receivers(dossier.incident)}
    return initial | ({"recipient": corrects.recipient, "text": corrects.text} if corrects else {})


def _receivers(incident: Incident) -> list[int]:
    """Return who usually gets a report: who commands, and the heads of the leading and the command group."""
    found = [incident.commander_id, incident.deputy_id]
    for kind in (GroupKind.LEADING, GroupKind.COMMAND):
        found += group_people(kind)[:2]
    return list(dict.fromkeys(id for id in found if id))


def assessment_list(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Show every assessment with what changed since the one before it."""
    incident = incident_for(request, incident_id, "incident.read")
    lines = selectors.assessment_lines(list(incident.assessments.all()))
    return render(request, "incidents/assessments.html", {"incident": incident, "lines": lines})
