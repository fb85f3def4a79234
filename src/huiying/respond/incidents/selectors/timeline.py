"""What happened, in one line: signs, decisions, reports, clocks, tasks; and the chart that carries it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.base.ui.charts import Chart
from huiying.core.grading.wording import level_label
from huiying.listen.stories import selectors as stories

from ..models import Incident
from ..rules import LOG_LABELS, REPORT_LABELS, STATE_LABELS, GradeState, State, TimelineEntry
from .conditions import ANSWER_CLOCKS
from .dossier import Dossier

#: Minutes of one point of the chart, the length of a story's own bucket.
BUCKET_MINUTES = 5
#: Hours the chart goes back at most: 288 points of 5 minutes still read as a line.
CHART_HOURS = 24


def timeline_of(dossier: Dossier) -> list[TimelineEntry]:
    """Return everything that happened about an incident, oldest first."""
    parts = (_moves, _grades, _papers, _clocks, _tasks)
    entries = [*_beginnings(dossier.incident), *(entry for part in parts for entry in part(dossier))]
    return sorted(entries, key=lambda entry: entry.at)


def _beginnings(incident: Incident) -> Iterator[TimelineEntry]:
    yield TimelineEntry(incident.crisis_at, "crisis", _("crisis time"), detail=incident.crisis_evidence)
    if incident.warning_id:
        yield TimelineEntry(incident.detected_at, "warning", _("warning"), is_mark=True)
    yield TimelineEntry(incident.opened_at, "open", _("incident opened"), str(incident.opened_by or ""), is_mark=True)


def _moves(dossier: Dossier) -> Iterator[TimelineEntry]:
    for move in dossier.moves:
        text = _("now %(state)s") % {"state": STATE_LABELS[State(move.new)]}
        detail = " · ".join(filter(None, [move.reason, *(_("set aside: %(text)s") % {"text": each} for each in move.waived)]))
        yield TimelineEntry(move.at, "move", text, move.by_name, detail, is_mark=move.new in {State.RESPONDING, State.RESOLVED})


def _grades(dossier: Dossier) -> Iterator[TimelineEntry]:
    for decision in dossier.decisions:
        grade = level_label(decision.grade, get_language() or "zh-hans")
        if decision.state in {GradeState.IN_FORCE, GradeState.REPLACED} and decision.decided_at:
            yield TimelineEntry(
                decision.decided_at, "grade", _("grade %(grade)s in force") % {"grade": grade}, decision.decided_by_name, decision.reason
            )
        else:
            state = decision.get_state_display()
            yield TimelineEntry(
                decision.at, "grade", _("grade %(grade)s: %(state)s") % {"grade": grade, "state": state}, decision.by_name, decision.reason
            )


def _papers(dossier: Dossier) -> Iterator[TimelineEntry]:
    for assessment in dossier.assessments:
        text = _("assessed: %(nature)s, trend %(trend)s") % {
            "nature": assessment.get_nature_display(),
            "trend": assessment.get_trend_display(),
        }
        yield TimelineEntry(assessment.at, "assess", text, assessment.by_name, assessment.evidence)
    for entry in dossier.log:
        yield TimelineEntry(entry.at, "log", f"{LOG_LABELS[entry.kind]}: {entry.text}", entry.by_name, entry.reason)
    for report in dossier.reports:
        text = _("%(kind)s to %(recipient)s") % {"kind": REPORT_LABELS[report.kind], "recipient": report.recipients}
        yield TimelineEntry(report.at, "report", text, report.by_name, report.text or "\n".join(said for _label, said in report.said[:1]))


def _clocks(dossier: Dossier) -> Iterator[TimelineEntry]:
    for clock in dossier.clocks:
        is_answer = clock.rule_key in ANSWER_CLOCKS
        if clock.stopped_at:
            state = _("in time") if clock.state == "met" else _("too late")
            text = _("%(clock)s done, %(state)s") % {"clock": clock.label_text, "state": state}
            yield TimelineEntry(clock.stopped_at, "clock", text, detail=clock.stop_evidence, is_mark=is_answer)
        if clock.state == "missed":
            yield TimelineEntry(clock.due_at, "missed", _("%(clock)s missed") % {"clock": clock.label_text}, detail=clock.citation_text)


def _tasks(dossier: Dossier) -> Iterator[TimelineEntry]:
    for task in dossier.tasks:
        if task.done_at:
            yield TimelineEntry(task.done_at, "task", _("task done: %(title)s") % {"title": task.title_text}, str(task.owner or ""))


def trend_of(dossier: Dossier, entries: list[TimelineEntry], now: datetime) -> Chart | None:
    """Return posts per 5 minutes over all linked stories with the marks of what we did, or None without posts."""
    counts: Counter[datetime] = Counter()
    since = min(dossier.incident.crisis_at, now) - timedelta(hours=1)
    for buckets in stories.series_of_many([story.pk for story in dossier.stories], since).values():
        for bucket in buckets:
            counts[bucket.start] += bucket.posts
    if not counts:
        return None
    step = timedelta(minutes=BUCKET_MINUTES)
    last = max(counts)
    first = max(min(counts), last - timedelta(hours=CHART_HOURS))
    length = int((last - first) / step) + 1
    points = [(first + step * index, counts[first + step * index]) for index in range(length)]
    marks = [(entry.at, entry.text) for entry in entries if entry.is_mark]
    note = f"n={sum(value for _at, value in points):,}"
    return Chart(title=_("Trend and what we did"), unit=_("posts per 5 minutes"), points=points, note=note, marks=marks)
