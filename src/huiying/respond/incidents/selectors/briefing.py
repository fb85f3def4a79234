"""What a report can say from the record alone; what is not on record is called unknown, never filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiying.core.grading.wording import factor_label, level_label, reason_text

from .. import rules
from ..models import Assessment, GradeDecision
from ..report_rules import POINT_LABELS, Figure
from ..rules import GradeState, TimelineEntry
from .dossier import Dossier
from .timeline import timeline_of

#: Kinds of timeline entries that say what was done.
DEEDS = frozenset({"move", "grade", "log", "report", "clock", "task"})
MOST_DEEDS = 20


def moment(at: datetime) -> str:
    """Return a moment as a paper writes it, with its zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M %Z")


def span(figure: Figure) -> str:
    """Return the time a figure covers."""
    return f"{moment(figure.since)} – {moment(figure.until)}" if figure.since and figure.until else ""


def points_of(dossier: Dossier, figures: Sequence[Figure], *, since: datetime | None = None) -> dict[str, str]:
    """Return the draft of a report, point by point; ``since`` leaves out what an earlier report said was done."""
    parts: dict[str, Callable[[], Iterable[str]]] = {
        "basics": lambda: _basics(dossier),
        "source": lambda: _source(dossier),
        "reaction": lambda: reaction_lines(figures),
        "judgement": lambda: _judgement(dossier),
        "impact": lambda: _impact(dossier),
        "measures": lambda: deed_lines(dossier, since),
        "next_steps": lambda: _next_steps(dossier),
        "unknown": lambda: unknown_lines(dossier),
    }
    return {key: "\n".join(parts[key]()) for key in POINT_LABELS}


def _basics(dossier: Dossier) -> Iterable[str]:
    incident = dossier.incident
    yield _("%(title)s (number %(number)s, %(state)s).") % {
        "title": incident.title,
        "number": incident.number,
        "state": incident.get_state_display(),
    }
    if incident.summary:
        yield incident.summary
    yield _("First sign: %(at)s (%(evidence)s).") % {"at": moment(incident.crisis_at), "evidence": incident.crisis_evidence}
    yield _("Noticed by us: %(at)s.") % {"at": moment(incident.detected_at)}
    if incident.verification_basis:
        basis = rules.BASIS_LABELS[incident.verification_basis]
        yield _("Confirmed by %(basis)s: %(evidence)s") % {"basis": basis, "evidence": incident.verification_evidence}
    else:
        yield _("Not confirmed yet.")


def _source(dossier: Dossier) -> Iterable[str]:
    if dossier.incident.warning_id:
        yield _("A warning of this platform led to the incident.")
    for story in dossier.stories:
        yield _("Story %(id)s: %(title)s, first post %(at)s.") % {"id": story.pk, "title": story.title, "at": moment(story.first_at)}
    if not dossier.stories:
        yield _("No story is linked: it was reported by hand.")


def reaction_lines(figures: Sequence[Figure]) -> Iterable[str]:
    """Return the public figures, one a line."""
    found = [figure for figure in figures if "/" not in figure.value]
    for figure in found:
        shown = {"label": figure.label, "value": figure.value, "n": f"{figure.n:,}", "span": span(figure), "query": figure.query}
        yield _("%(label)s: %(value)s (n=%(n)s; %(span)s; %(query)s)") % shown
    if not found:
        yield _("Insufficient evidence: no story is linked, so nothing is counted.")


def _judgement(dossier: Dossier) -> Iterable[str]:
    if dossier.assessments:
        for label, words, sure in judged(dossier.assessments[0]):
            yield f"{label}: {words}" + (f" ({sure})" if sure else "")
    else:
        yield _("Not assessed yet.")
    yield from grade_lines(dossier.decisions)


def judged(assessment: Assessment) -> Iterable[tuple[str, str, str]]:
    """Return what was judged, in which words, and how sure it is."""
    for name, label in rules.JUDGED_LABELS.items():
        words = assessment.scope if name == "scope" else getattr(assessment, f"get_{name}_display")()
        sure = assessment.confidence.get(name, "")
        yield str(label), str(words), str(rules.CONFIDENCE_LABELS[sure]) if sure else ""


def grade_lines(decisions: Sequence[GradeDecision]) -> Iterable[str]:
    """Return the grade in force with its reasons, or that there is none."""
    language = get_language() or "zh-hans"
    found = next((each for each in decisions if each.state == GradeState.IN_FORCE), None)
    if found is None:
        yield _("Not graded yet.")
        return
    shown = {"grade": level_label(found.grade, language), "scheme": f"{found.scheme_key} {found.scheme_version}"}
    yield _("Grade in force: %(grade)s (%(scheme)s).") % shown
    yield from (reason_text(each, language) for each in found.proposal.get("reasons", []))
    if found.reason:
        yield _("Reason of the decision: %(text)s") % {"text": found.reason}


def _impact(dossier: Dossier) -> Iterable[str]:
    lines = list(_impacts(dossier.assessments[0])) if dossier.assessments else []
    return lines or [_("Not assessed yet.")]


def _impacts(assessment: Assessment) -> Iterable[str]:
    several: tuple[tuple[str, list[str], Mapping[str, rules.Label]], ...] = (
        (_("Impact on us"), assessment.impacts, rules.IMPACT_LABELS),
        (_("Who is hit"), assessment.affected, rules.AFFECTED_LABELS),
        (_("Features"), assessment.features, rules.FEATURE_LABELS),
    )
    for label, values, words in several:
        if values:
            yield f"{label}: {', '.join(str(words[each]) for each in values)}"
    if assessment.offline_impact:
        yield f"{_('Impact offline')}: {assessment.get_offline_impact_display()}"


def deeds(dossier: Dossier, since: datetime | None = None) -> list[TimelineEntry]:
    """Return what was done, oldest first, the newest when there is too much for a paper."""
    found = [each for each in timeline_of(dossier) if each.kind in DEEDS and (since is None or each.at > since)]
    return found[-MOST_DEEDS:]


def deed_lines(dossier: Dossier, since: datetime | None = None) -> Iterable[str]:
    """Return what was done, one a line."""
    lines = [f"{moment(each.at)} {each.text}" + (f" ({each.actor_name})" if each.actor_name else "") for each in deeds(dossier, since)]
    if since is not None:
        return lines or [_("Nothing since the last report.")]
    return lines or [_("Nothing is on record yet.")]


def _next_steps(dossier: Dossier) -> Iterable[str]:
    rows = [task for task in dossier.tasks if task.state not in {"done", "cancelled"}]
    for task in rows:
        due = moment(task.due_at) if task.due_at else _("no time set")
        yield _("%(task)s: %(owner)s, due %(due)s") % {"task": task.title_text, "owner": task.owner or task.owner_words, "due": due}
    for clock in dossier.clocks:
        if clock.state == "running":
            yield _("%(clock)s due %(due)s") % {"clock": clock.label_text, "due": moment(clock.due_at)}
    if not rows:
        yield _("No task is open.")


def unknown_lines(dossier: Dossier) -> Iterable[str]:
    """Return what is not known: what the checklist, the assessment and the grade scheme still miss."""
    lines = list(_unknown(dossier))
    return lines or [_("Nothing is marked as open.")]


def _unknown(dossier: Dossier) -> Iterable[str]:
    incident, language = dossier.incident, get_language() or "zh-hans"
    for key, label in rules.VERIFICATION_CHECKS.items():
        if key not in incident.verification_checks:
            yield _("Not checked: %(what)s") % {"what": label}
    if dossier.assessments:
        unsure = [label for name, label in rules.JUDGED_LABELS.items() if dossier.assessments[0].confidence.get(name) == "low"]
        for label in unsure:
            yield _("Unsure: %(what)s") % {"what": label}
    graded = next((each for each in dossier.decisions if each.state == GradeState.IN_FORCE), None)
    missing = [factor_label(name, language) for name in graded.proposal.get("missing", [])] if graded else []
    if missing:
        yield _("No figure for: %(what)s") % {"what": ", ".join(missing)}
