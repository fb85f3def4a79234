"""Two incidents that are one, one that is two, and one that comes back after it was over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.ui.errors import BadInput, NotNow

from ..models import CircleSeat, Incident, IncidentStory, IncidentTie, MovedTask
from ..rules import State
from ..selectors.reading import tasks_of_incident
from ..standing_rules import FOLLOWED_STATES, TIE_LABELS, TieKind, takes_up
from .duties import duties_select
from .moving import incident_move
from .opening import incident_open
from .records import incident_of, incident_to_change, needed, write


@transaction.atomic
def incident_merge(*, actor: Actor, now: datetime, incident_id: int, into_id: int, reason: str) -> Incident:
    """Fold an incident into another that is about the same matter; stories, tasks and clocks go along.

    The clocks of the one that stays count from the earlier of both beginnings and by the stricter of both
    grades, so no limit is lost or begins again. What was written stays where it was and is read from both.
    """
    require(actor, "incident.command")
    incident, into = incident_to_change(incident_id), incident_to_change(into_id)
    _check_pair(incident, into)
    incident.merged_into = into
    incident.save(update_fields=["merged_into"])
    tasks = [task.pk for task in tasks_of_incident(incident.pk)]
    moved = incident_move(actor=actor, now=now, incident_id=incident_id, to=State.MERGED, reason=reason)
    for link in incident.story_links.all():
        into.story_links.get_or_create(story_id=link.story_id, defaults={"linked_at": now})
    _move_tasks(tasks, into, now)
    Incident.objects.filter(merged_into=incident).update(merged_into=into)
    _take_up_clocks(incident, into, actor=actor, now=now)
    write(into, "incident.absorb", actor=actor, now=now, merged=incident.pk, reason=reason.strip(), tasks=tasks)
    return moved


def _check_pair(incident: Incident, into: Incident) -> None:
    if incident.pk == into.pk:
        raise BadInput(_("An incident cannot be merged into itself."))
    if incident.exercise != into.exercise:
        raise BadInput(_("An exercise and a real incident are never merged."))
    if incident.confidential and not into.confidential:
        raise BadInput(_("A confidential incident is merged only into a confidential one: more people would read it."))
    if not takes_up(into.state, incident.state):
        shown = {"into": into.number, "incident": incident.number}
        raise BadInput(_("Incident %(into)s is less far along: merge it into %(incident)s instead, so that no clock is lost.") % shown)


def _take_up_clocks(incident: Incident, into: Incident, *, actor: Actor, now: datetime) -> None:
    old = {"crisis_at": into.crisis_at, "detected_at": into.detected_at}
    if incident.crisis_at < into.crisis_at:
        into.crisis_at, into.crisis_evidence = incident.crisis_at, incident.crisis_evidence
    into.detected_at = min(into.detected_at, incident.detected_at)
    if into.confirmed_at and incident.confirmed_at:
        into.confirmed_at = min(into.confirmed_at, incident.confirmed_at)
    if into.activated_at and incident.activated_at:
        into.activated_at = min(into.activated_at, incident.activated_at)
    into.grades_taken_up = sorted({*into.grades_taken_up, *incident.grades_taken_up, incident.grade} - {""})
    into.save(update_fields=["crisis_at", "crisis_evidence", "detected_at", "confirmed_at", "activated_at", "grades_taken_up"])
    if old["crisis_at"] != into.crisis_at:
        detail: dict[str, object] = {"old": old["crisis_at"], "new": into.crisis_at, "evidence": into.crisis_evidence}
        write(into, "incident.crisis_time", actor=actor, now=now, **detail)
    duties_select(actor=actor, now=now, incident=into)


def _move_tasks(task_ids: Collection[int], to: Incident, now: datetime) -> None:
    for task_id in task_ids:
        MovedTask.objects.update_or_create(task_id=task_id, defaults={"incident": to, "at": now})


@transaction.atomic
def incident_split(
    *, actor: Actor, now: datetime, incident_id: int, title: str, reason: str, story_ids: Collection[int], task_ids: Collection[int] = ()
) -> Incident:
    """Take stories and tasks out of an incident into a new one; its clocks count from when the old one was seen."""
    require(actor, "incident.command")
    incident = incident_to_change(incident_id)
    why = needed(reason, _("Say why this is a matter of its own."))
    if not story_ids and not task_ids:
        raise BadInput(_("Choose at least one story or task that goes to the new incident."))
    if not incident.is_open:
        raise NotNow(_("Only an incident people still work on is split: open a new one for what comes later."))
    linked = set(incident.story_links.values_list("story_id", flat=True))
    if unknown := set(story_ids) - linked:
        raise BadInput(_("Story %(id)s does not belong to this incident.") % {"id": min(unknown)})
    if unknown := set(task_ids) - {task.pk for task in tasks_of_incident(incident.pk)}:
        raise BadInput(_("Task %(id)s does not belong to this incident.") % {"id": min(unknown)})
    new = _descend(incident, TieKind.SPLIT, actor=actor, now=now, title=title, reason=why, story_ids=story_ids)
    IncidentStory.objects.filter(incident=incident, story_id__in=story_ids).delete()
    _move_tasks(task_ids, new, now)
    write(incident, "incident.split", actor=actor, now=now, into=new.pk, reason=why, stories=sorted(story_ids), tasks=sorted(task_ids))
    return new


@transaction.atomic
def incident_follow_up(*, actor: Actor, now: datetime, incident_id: int, title: str, reason: str) -> Incident:
    """Open a new incident for a matter that comes back after its incident was closed or dismissed; the old one stays as it is."""
    require(actor, "incident.open")
    incident = incident_of(incident_id)
    why = needed(reason, _("Say what makes the matter come back."))
    if incident.state not in FOLLOWED_STATES:
        shown = {"number": incident.number, "state": incident.get_state_display()}
        raise NotNow(_("Incident %(number)s is %(state)s: go on in it, a new one is for matters that were over.") % shown)
    stories = list(incident.story_links.values_list("story_id", flat=True))
    new = _descend(incident, TieKind.FOLLOW_UP, actor=actor, now=now, title=title, reason=why, story_ids=stories)
    write(incident, "incident.follow_up", actor=actor, now=now, into=new.pk, reason=why)
    return new


def _descend(
    source: Incident, kind: TieKind, *, actor: Actor, now: datetime, title: str, reason: str, story_ids: Collection[int]
) -> Incident:
    is_split = kind is TieKind.SPLIT
    new = incident_open(
        actor=actor,
        now=now,
        title=title,
        story_ids=story_ids,
        exercise=source.exercise,
        crisis_at=source.crisis_at if is_split else now,
        crisis_evidence=source.crisis_evidence if is_split else reason,
    )
    new.confidential = source.confidential
    if is_split:
        new.detected_at, new.acknowledged_at = source.detected_at, source.acknowledged_at
    new.save(update_fields=["confidential", "detected_at", "acknowledged_at"])
    CircleSeat.objects.bulk_create([CircleSeat(incident=new, person_id=seat.person_id, role=seat.role) for seat in source.circle.all()])
    IncidentTie.objects.create(incident=new, source=source, kind=kind.value, reason=reason, at=now, by_name=actor.name)
    write(new, "incident.tie", actor=actor, now=now, source=source.pk, kind=str(TIE_LABELS[kind]), reason=reason)
    duties_select(actor=actor, now=now, incident=new)
    return new
