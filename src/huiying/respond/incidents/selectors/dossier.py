"""Everything on record about one incident, read in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Any  # records of lower rooms, whose models are not imported here

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import PERSON_NAME
from huiying.base.audit.selectors import LogLine, log_line, log_reading
from huiying.base.clocks.selectors import clocks_reading
from huiying.base.sharing.selectors import comments_reading, files_reading
from huiying.base.tasks.selectors import tasks_reading
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading, once, read_together
from huiying.listen.stories.selectors import stories_reading

from ..models import (
    Assessment,
    CommandHandover,
    DutyReport,
    GradeDecision,
    Incident,
    IncidentMove,
    IncidentStory,
    IncidentTie,
    LogEntry,
    RetentionException,
)
from ..rules import SUBJECT
from .reading import relatives_of, tasks_of_incident

AUDIT_LINES = 15
_BY_TIME = attrgetter("at", "pk")


@dataclass(frozen=True)
class Dossier:
    """An incident with its papers: moves and comments oldest first, clocks and tasks soonest first, the rest newest first."""

    incident: Incident
    moves: Sequence[IncidentMove]
    decisions: Sequence[GradeDecision]
    assessments: Sequence[Assessment]
    log: Sequence[LogEntry]
    reports: Sequence[DutyReport]
    clocks: Sequence[Any]
    tasks: Sequence[Any]
    files: Sequence[Any]
    comments: Sequence[Any]
    stories: Sequence[Any]
    audit: Sequence[LogLine]
    relatives: Sequence[Incident]
    ties: Sequence[IncidentTie]
    handovers: Sequence[CommandHandover]
    exceptions: Sequence[RetentionException]


def dossier_of(incident_id: int) -> Dossier:
    """Return everything on record about an incident; raises NotThere."""
    found = read_together(_readings(incident_id)).rows
    if not found["incident"]:
        raise NotThere(_("There is no incident %(id)s.") % {"id": incident_id})
    incident = found["incident"][0]
    for name in ("tasks", "reports", "exceptions"):  # the conditions, and what higher rooms hang into the room, need them too
        once(incident, name, partial(found.__getitem__, name))
    known = {story.pk: story for story in found["stories"]}
    papers = {
        name: found[name]
        for name in (
            "moves",
            "decisions",
            "assessments",
            "log",
            "reports",
            "clocks",
            "tasks",
            "files",
            "comments",
            "relatives",
            "ties",
            "handovers",
            "exceptions",
        )
    }
    stories = [known[link.story_id] for link in found["links"] if link.story_id in known]
    return Dossier(incident=incident, stories=stories, audit=[log_line(entry) for entry in found["audit"]], **papers)


def _readings(incident_id: int) -> dict[str, Reading]:
    subject, links = (SUBJECT, incident_id), IncidentStory.objects.filter(incident_id=incident_id)
    people = dict.fromkeys(("commander", "deputy", "opened_by"), PERSON_NAME)
    return {
        "incident": Reading(Incident.objects.filter(pk=incident_id), related=people),
        "moves": Reading(IncidentMove.objects.filter(incident_id=incident_id), order=_BY_TIME),
        "decisions": Reading(GradeDecision.objects.filter(incident_id=incident_id), order=_BY_TIME, newest_first=True),
        "assessments": Reading(Assessment.objects.filter(incident_id=incident_id), order=_BY_TIME, newest_first=True),
        "log": Reading(LogEntry.objects.filter(incident__in=_taken_up(incident_id)), order=_BY_TIME, newest_first=True),
        "reports": Reading(DutyReport.objects.filter(incident__in=_taken_up(incident_id)), order=_BY_TIME, newest_first=True),
        "clocks": clocks_reading(subject),
        "tasks": replace(tasks_reading(subject), query=tasks_of_incident(incident_id)),
        "files": files_reading(subject),
        "comments": comments_reading(subject),
        "links": Reading(links),
        "stories": stories_reading(links.values("story_id")),
        "audit": log_reading(SUBJECT, incident_id, limit=AUDIT_LINES),
        "relatives": Reading(Incident.objects.filter(pk__in=relatives_of(incident_id).order_by().values("pk"))),
        "ties": Reading(IncidentTie.objects.filter(Q(incident_id=incident_id) | Q(source_id=incident_id)), order=_BY_TIME),
        "handovers": Reading(
            CommandHandover.objects.filter(incident_id=incident_id), order=attrgetter("written_at", "pk"), newest_first=True
        ),
        "exceptions": Reading(RetentionException.objects.filter(incident_id=incident_id)),
    }


def _taken_up(incident_id: int) -> QuerySet[Incident, Any]:
    """Return the incident and those merged into it: what was written there is read here too."""
    return Incident.objects.filter(Q(pk=incident_id) | Q(merged_into_id=incident_id)).order_by().values("pk")
