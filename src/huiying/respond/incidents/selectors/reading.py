"""Incidents by id, by state, by story, and what hangs on one."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere

from ..models import Incident, IncidentStory
from ..rules import OPEN_STATES, State

#: The next state on the straight way, what the incident room offers first.
_FORWARD = {
    State.SUSPECTED: State.CONFIRMED,
    State.CONFIRMED: State.GRADED,
    State.GRADED: State.RESPONDING,
    State.RESPONDING: State.STABILISING,
    State.STABILISING: State.RESOLVED,
    State.RESOLVED: State.REVIEWING,
    State.REVIEWING: State.CLOSED,
}


def incident(incident_id: int) -> Incident:
    """Return one incident with its people; raises NotThere."""
    found = Incident.objects.select_related("commander", "deputy", "opened_by", "merged_into").filter(pk=incident_id).first()
    if found is None:
        raise NotThere(_("There is no incident %(id)s.") % {"id": incident_id})
    return found


def is_incident(number: str) -> bool:
    """Return whether there is an incident of that number."""
    return number.isdecimal() and len(number) < 19 and Incident.objects.filter(pk=int(number)).exists()


def incidents_list(*, state: str = "", exercise: bool | None = None) -> QuerySet[Incident]:
    """Return incidents, newest first; ``state`` is one state or ``open``."""
    rows = Incident.objects.select_related("commander").order_by("-opened_at", "-pk")
    if state == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif state:
        rows = rows.filter(state=state)
    return rows if exercise is None else rows.filter(exercise=exercise)


def open_incidents(exercise: bool | None = None) -> list[Incident]:
    """Return what people are working on now, newest first."""
    return list(incidents_list(state="open", exercise=exercise))


def incidents_open() -> QuerySet[Incident]:
    """Return what people are working on, to be counted."""
    return Incident.objects.filter(state__in=OPEN_STATES)


def incidents_of_story(story_id: int) -> list[Incident]:
    """Return the incidents a story belongs to, newest first."""
    return list(Incident.objects.filter(story_links__story_id=story_id).order_by("-opened_at", "-pk"))


def story_ids_of(incident_id: int) -> list[int]:
    """Return the ids of the linked stories, in the order they were linked."""
    return list(IncidentStory.objects.filter(incident_id=incident_id).order_by("pk").values_list("story_id", flat=True))


def impending_move(state: str) -> State | None:
    """Return the next state on the straight way, or None at the end and beside the way."""
    return _FORWARD.get(State(state))
