"""What must hold before an incident moves on: one short check a condition (STANDARDS 8.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from huiying.base.clocks.selectors import clocks_of
from huiying.base.ui.together import once
from huiying.listen.stories import selectors as stories
from huiying.listen.warnings import selectors as warnings

from ..models import Incident, RetentionException
from ..rules import CALM_HOURS, CALM_POSTS_PER_HOUR, OUTSIDE_CHECKS, SUBJECT, GradeState, ReportKind, State, Unmet, outside_check
from ..standing_rules import SURVEY_SOURCE
from .reading import story_ids_of, tasks_of_incident

Check = Callable[[Incident, datetime], Unmet | None]
#: Any of these stopped means that the public got an answer.
ANSWER_CLOCKS = frozenset({"holding_statement", "authoritative_information", "reply"})
_TASK_ENDED = frozenset({"done", "cancelled"})


def unmet_conditions(incident: Incident, target: State, now: datetime) -> list[Unmet]:
    """Return every condition of the move that does not hold now."""
    return _unmet(incident, (State(incident.state), target), now)


def _unmet(incident: Incident, pair: tuple[State, State], now: datetime) -> list[Unmet]:
    checks = [_merge_target] if pair[1] is State.MERGED else _CONDITIONS.get(pair, [])
    found = [unmet for check in checks if (unmet := check(incident, now))]
    return [*found, *(unmet for name in OUTSIDE_CHECKS.get(pair, ()) if (unmet := _outside(name, incident, now)))]


def _outside(name: str, incident: Incident, now: datetime) -> Unmet | None:
    check = outside_check(name)
    if check is None:
        return Unmet(name, _("The review of the incident cannot be asked: its room is not set up."))
    text = check(incident.pk, now)
    return Unmet(name, text) if text else None


def _verified(incident: Incident, now: datetime) -> Unmet | None:
    if incident.verification_basis and incident.verification_evidence:
        return None
    return Unmet("verified", _("The verification checklist is not done: a second source or the owner's word is needed."))


def _assessed(incident: Incident, now: datetime) -> Unmet | None:
    return None if incident.assessments.exists() else Unmet("assessed", _("No assessment is saved."))


def _graded(incident: Incident, now: datetime) -> Unmet | None:
    if incident.grade_decisions.filter(state=GradeState.IN_FORCE).exists():
        return None
    if incident.grade_decisions.filter(state=GradeState.PROPOSED).exists():
        return Unmet("graded", _("The proposed grade waits for a commander."))
    return Unmet("graded", _("No grade is in force."))


def _plan(incident: Incident, now: datetime) -> Unmet | None:
    return None if incident.plan_version_id else Unmet("plan", _("No plan version is activated."))


def _people(incident: Incident, now: datetime) -> Unmet | None:
    if incident.commander_id and incident.deputy_id:
        return None
    return Unmet("people", _("Commander and deputy are not both named."))


def _clocks(incident: Incident, now: datetime) -> Unmet | None:
    return None if clocks_of((SUBJECT, incident.pk)) else Unmet("clocks", _("No clock is set."))


def _calm(incident: Incident, now: datetime) -> Unmet | None:
    busiest = max(_hourly(incident, now), default=0)
    if busiest < CALM_POSTS_PER_HOUR:
        return None
    text = _("It is not calm: one of the last %(hours)s hours had %(posts)s posts, calm is below %(limit)s an hour.")
    return Unmet("calm", text % {"hours": CALM_HOURS, "posts": busiest, "limit": CALM_POSTS_PER_HOUR}, may_waive=True)


def _hourly(incident: Incident, now: datetime) -> list[int]:
    """Return posts of the linked stories in each of the last hours, newest first."""
    counts = [0] * CALM_HOURS
    for buckets in stories.series_of_many(story_ids_of(incident.pk), now - timedelta(hours=CALM_HOURS)).values():
        for bucket in buckets:
            age = int((now - bucket.start).total_seconds() // 3600)
            if 0 <= age < CALM_HOURS:
                counts[age] += bucket.posts
    return counts


def _answered(incident: Incident, now: datetime) -> Unmet | None:
    if any(clock.rule_key in ANSWER_CLOCKS and clock.stopped_at for clock in clocks_of((SUBJECT, incident.pk))):
        return None
    return Unmet("answered", _("The public has no answer yet: no statement about this incident is published."), may_waive=True)


def _no_warning(incident: Incident, now: datetime) -> Unmet | None:
    linked = set(story_ids_of(incident.pk))
    live = [warning for warning in warnings.open_warnings() if warning.story_id in linked]
    if not live:
        return None
    return Unmet("warning", _("A warning about a linked story is still open: %(title)s.") % {"title": live[0].title}, may_waive=True)


def _tasks_owned(incident: Incident, now: datetime) -> Unmet | None:
    loose = [task for task in tasks_of_incident(incident.pk) if task.state not in _TASK_ENDED and task.owner_id is None]
    if not loose:
        return None
    return Unmet("tasks", _("%(count)s open tasks have no owner: name one for each.") % {"count": len(loose)}, may_waive=True)


def _purged(incident: Incident, now: datetime) -> Unmet | None:
    if incident.purged_at and not incident.reporter_contact:
        return None
    signed = once(incident, "exceptions", lambda: list(RetentionException.objects.filter(incident=incident)))
    if any(each.until >= now.date() for each in signed):
        return None
    return Unmet("purged", _("Personal information kept for the response is not destroyed yet, and no exception is signed."))


def is_survey_scheduled(incident: Incident) -> bool:
    """Return whether a task for the survey stands, done or still to do."""
    tasks = once(incident, "tasks", lambda: list(tasks_of_incident(incident.pk)))
    return any(task.source == SURVEY_SOURCE and task.state != "cancelled" for task in tasks)


def _survey(incident: Incident, now: datetime) -> Unmet | None:
    return None if is_survey_scheduled(incident) else Unmet("survey", _("The satisfaction survey is not scheduled."))


def _final_report(incident: Incident, now: datetime) -> Unmet | None:
    reports = once(incident, "reports", lambda: list(incident.duty_reports.all()))
    if any(report.kind == ReportKind.FINAL and report.incident_id == incident.pk for report in reports):
        return None
    return Unmet("final_report", _("The final report is not filed."))


def _merge_target(incident: Incident, now: datetime) -> Unmet | None:
    return None if incident.merged_into_id else Unmet("merge", _("It is not said which incident takes it up."))


_CONDITIONS: dict[tuple[State, State], list[Check]] = {
    (State.SUSPECTED, State.CONFIRMED): [_verified],
    (State.CONFIRMED, State.GRADED): [_assessed, _graded],
    (State.GRADED, State.RESPONDING): [_plan, _people, _clocks],
    (State.RESPONDING, State.STABILISING): [_calm, _answered],
    (State.STABILISING, State.RESOLVED): [_no_warning, _tasks_owned],
    (State.REVIEWING, State.CLOSED): [_survey, _purged, _final_report],
}


@dataclass(frozen=True)
class ClosingLine:
    """One thing an incident needs before it is closed, and whether it is there."""

    key: str
    text: str
    done: bool


def closing_lines(incident: Incident, now: datetime) -> list[ClosingLine]:
    """Return everything the table asks before closing, in the words of what is missing or of what is there."""
    words = {
        "review_approved": _("The review is approved."),
        "survey": _("The satisfaction survey is scheduled."),
        "purged": _("Personal information is destroyed, or kept by a signed exception."),
        "final_report": _("The final report is sent."),
    }
    unmet = {each.key: each.text for each in _unmet(incident, (State.REVIEWING, State.CLOSED), now)}
    return [ClosingLine(key, unmet.get(key, text), key not in unmet) for key, text in words.items()]
