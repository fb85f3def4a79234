"""The official papers of an incident: the situation report and each duty report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from huiying.base.accounts.selectors import organisation_name

from ..models import DutyReport, Incident
from ..paper import Paper, Section, Table
from ..report_rules import POINT_LABELS, Figure
from .briefing import deed_lines, moment, points_of, span
from .dossier import Dossier


def situation_paper(dossier: Dossier, figures: Sequence[Figure], *, by: str, now: datetime) -> Paper:
    """Return the dated picture for leaders (舆情专报)."""
    incident, points = dossier.incident, points_of(dossier, figures)
    facts = [
        (_("Reported by"), organisation_name()),
        (_("Time of the report"), moment(now)),
        (_("Number"), incident.number),
        (_("State"), str(incident.get_state_display())),
        (_("Commander"), str(incident.commander or "—")),
        (_("Deputy"), str(incident.deputy or "—")),
        (_("Drawn up by"), by),
    ]
    sections = [
        _section("basics", points["basics"], points["source"]),
        Section("reaction", str(POINT_LABELS["reaction"]), _counted_or_not(dossier), [_figures(figures), *_stories(dossier)]),
        _section("judgement", points["judgement"]),
        _section("impact", points["impact"]),
        Section("measures", str(POINT_LABELS["measures"]), list(deed_lines(dossier)), _decisions(dossier)),
        Section("clocks", _("Deadlines"), [], [_clocks(dossier)]),
        Section("next_steps", str(POINT_LABELS["next_steps"]), points["next_steps"].splitlines(), _tasks(dossier)),
        _section("unknown", points["unknown"]),
    ]
    return Paper(_("Situation report: %(title)s") % {"title": incident.title}, facts, sections, _mark(incident), _foot(now))


def report_paper(incident: Incident, report: DutyReport) -> Paper:
    """Return a duty report as it was filed."""
    title = pgettext("title of a duty report", "%(kind)s on %(title)s") % {"kind": report.get_kind_display(), "title": incident.title}
    facts = [
        (_("Reported by"), organisation_name()),
        (_("Time of the report"), moment(report.at)),
        (_("Number"), f"{incident.number} / {report.number}"),
        (_("Sent to"), report.recipients),
        (_("Drawn up by"), report.by_name),
    ]
    if report.due_at:
        facts.insert(2, (_("Due"), moment(report.due_at)))
    if report.corrects:
        facts.append((_("Corrects report"), f"{report.corrects.number}: {report.correction_reason}"))
    sections = [Section(str(place), str(label), text.splitlines()) for place, (label, text) in enumerate(report.said)]
    if report.text:
        sections.append(Section("text", _("In the words of the writer"), report.text.splitlines()))
    if report.left_out:
        sections.append(Section("left_out", _("Not said in this report"), [", ".join(str(each) for each in report.left_out)]))
    if report.numbers:
        sections.append(Section("figures", _("Figures"), [], [_figures(report.numbers)]))
    return Paper(title, facts, sections, _mark(incident), _foot(report.at))


def _section(key: str, *texts: str) -> Section:
    return Section(key, str(POINT_LABELS[key]), [line for text in texts for line in text.splitlines()])


def _counted_or_not(dossier: Dossier) -> list[str]:
    return [] if dossier.stories else [_("Insufficient evidence: no story is linked, so nothing is counted.")]


def _figures(figures: Sequence[Figure]) -> Table:
    heads = [_("Figure"), _("Value"), "n", _("From – to"), _("What was counted")]
    return Table(heads, [[each.label, each.value, f"{each.n:,}", span(each), each.query] for each in figures])


def _stories(dossier: Dossier) -> Iterable[Table]:
    if dossier.stories:
        rows = [[str(s.pk), s.title, f"{s.posts:,}", f"{moment(s.first_at)} – {moment(s.last_at)}"] for s in dossier.stories]
        yield Table([_("Number"), _("Story"), _("Posts"), _("From – to")], rows)


def _decisions(dossier: Dossier) -> list[Table]:
    rows = [
        [moment(each.at), each.text, each.reason, "; ".join(f"{o['option']}: {o['why']}" for o in each.rejected), each.by_name]
        for each in dossier.log[:10]
    ]
    return [Table([_("Time"), _("Decision"), _("Why"), _("Set aside"), _("Who")], rows)] if rows else []


def _clocks(dossier: Dossier) -> Table:
    states = {"met": _("met"), "missed": _("missed"), "running": _("running")}
    rows = [
        [
            f"{clock.label_text} ({clock.citation_text})",
            moment(clock.started_at),
            moment(clock.due_at),
            moment(clock.stopped_at) if clock.stopped_at else "—",
            states.get(clock.state, clock.state),
        ]
        for clock in dossier.clocks
        if clock.state != "waived"
    ]
    return Table([_("Clock"), _("Began"), _("Due"), _("Done"), _("State")], rows)


def _tasks(dossier: Dossier) -> list[Table]:
    rows = [
        [task.title_text, str(task.owner or task.owner_words), moment(task.due_at) if task.due_at else "—", str(task.state_label)]
        for task in dossier.tasks
    ]
    return [Table([_("Task"), _("Owner"), _("Due"), _("State")], rows)] if rows else []


def _mark(incident: Incident) -> str:
    return _("Exercise · everything on this page is an exercise and is not published") if incident.exercise else ""


def _foot(at: datetime) -> str:
    return _("Every figure stands with what was counted, over which time; as of %(at)s.") % {"at": moment(at)}
