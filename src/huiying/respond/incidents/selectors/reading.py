"""Incidents by id, by state, by story, and what hangs on one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any  # tasks of a lower room, whose model is not imported here

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiying.base.accounts.reading import Reader
from huiying.base.tasks.selectors import all_tasks
from huiying.base.ui.errors import NotThere

from ..models import Incident, IncidentStory, MovedTask
from ..rules import OPEN_STATES, SUBJECT, State

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


def graded_between(since: datetime, until: datetime) -> list[tuple[int, datetime]]:
    """Return story and opening of every incident of the live stream that was graded in a span: what warning rules are tested against."""
    graded = IncidentStory.objects.filter(incident__graded_at__gt=since, incident__graded_at__lte=until, incident__exercise=False)
    return list(graded.values_list("story_id", "incident__opened_at"))


def story_ids_of(incident_id: int) -> list[int]:
    """Return the ids of the linked stories, in the order they were linked."""
    return list(IncidentStory.objects.filter(incident_id=incident_id).order_by("pk").values_list("story_id", flat=True))


def tasks_of_incident(incident_id: int) -> QuerySet[Any]:
    """Return the tasks that belong to an incident now: its own but for those that went to another, and those that came here."""
    own = Q(subject_kind=SUBJECT, subject_id=str(incident_id))
    went = MovedTask.objects.exclude(incident_id=incident_id).values("task_id")
    came = MovedTask.objects.filter(incident_id=incident_id).values("task_id")
    return all_tasks().filter((own & ~Q(pk__in=went)) | Q(pk__in=came))


def hidden_incidents(numbers: Collection[str]) -> frozenset[str]:
    """Return those of the incidents, by number as text, that whoever reads now may not see."""
    asked = {int(number) for number in numbers if number.isdecimal() and len(number) < 19}
    known = set(Incident.everywhere.filter(pk__in=asked, confidential=True).values_list("pk", flat=True))
    seen = set(Incident.objects.filter(pk__in=known).values_list("pk", flat=True)) if known else set()
    return frozenset(str(each) for each in known - seen)


def watchable(asked: Collection[tuple[Reader, str]]) -> frozenset[tuple[Reader, str]]:
    """Return who of the readers may see which incident, for everybody in two queries."""
    found = Incident.everywhere.filter(pk__in={number for _who, number in asked}).prefetch_related("circle")
    reads = {str(each.pk): _reads(each) for each in found}
    return frozenset((who, number) for who, number in asked if number in reads and reads[number](who.person_id, who.roles))


def readers_of(number: str) -> Callable[[int, frozenset[str]], bool]:
    """Return who of those with the right may read an incident, asked by person and roles."""
    found = Incident.everywhere.filter(pk=number).first()
    return _reads(found) if found else lambda _person_id, _roles: True


def _reads(found: Incident) -> Callable[[int | None, frozenset[str]], bool]:
    if not found.confidential:
        return lambda _person_id, _roles: True
    seats = list(found.circle.all())
    people = {found.commander_id, found.deputy_id, *(seat.person_id for seat in seats)}
    named = {seat.role for seat in seats if seat.role}
    return lambda person_id, roles: (person_id is not None and person_id in people) or bool(named & roles)


def readable() -> QuerySet[Incident, Any]:
    """Return the ids of the incidents whoever reads may see, to narrow what hangs on them."""
    return Incident.objects.order_by().values("pk")


def relatives_of(incident_id: int) -> QuerySet[Incident]:
    """Return the incidents tied to one: taken up by or into it, split off, followed; only those the reader may see."""
    family = Q(merged_into_id=incident_id) | Q(merged_from=incident_id)
    return Incident.objects.filter(family | Q(came_from__source=incident_id) | Q(led_to__incident=incident_id)).distinct()


def impending_move(state: str) -> State | None:
    """Return the next state on the straight way, or None at the end and beside the way."""
    return _FORWARD.get(State(state))
