"""Opening an incident, from a warning or by hand, and tying stories to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.rules import GroupKind, Role
from huiying.base.accounts.selectors import group_people, ids_with_role
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.rosters.selectors import person_for_role
from huiying.base.ui.errors import BadInput, NotNow
from huiying.listen.stories import selectors as stories
from huiying.listen.warnings import selectors as warnings
from huiying.listen.warnings.services import warning_acknowledge, warning_mark_opened

from ..models import Incident, IncidentStory
from ..rules import State
from ..signals import incident_opened
from .duties import duties_select
from .records import incident_to_change, needed, write


class _Warning(Protocol):
    """What is read from a warning of the room below."""

    @property
    def story_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def exercise(self) -> bool: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...


class _Story(Protocol):
    """What is read from a story of the room below."""

    @property
    def exercise(self) -> bool: ...
    @property
    def first_at(self) -> datetime: ...


@dataclass(frozen=True)
class _Origin:
    """What the warning and the stories say about a new incident."""

    exercise: bool
    crisis_at: datetime
    crisis_evidence: str
    detected_at: datetime
    acknowledged_at: datetime


@transaction.atomic
def incident_open(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    warning_id: int | None = None,
    story_ids: Iterable[int] = (),
    summary: str = "",
    crisis_at: datetime | None = None,
    crisis_evidence: str = "",
    reporter_contact: str = "",
    exercise: bool = False,
) -> Incident:
    """Open an incident; the crisis time is the first post of its stories unless one is given.

    From a warning, the warning's story and its exercise mark come along, and the warning becomes
    opened (acknowledged too, if nobody did). Commander and deputy come from the roster.
    """
    require(actor, "incident.open")
    said = needed(title, _("Give the incident a title: what happened, and where."))
    warning = _warning(actor=actor, now=now, warning_id=warning_id)
    wanted = dict.fromkeys([*([warning.story_id] if warning else []), *story_ids])
    origin = _origin(now, warning, [stories.story(story_id) for story_id in wanted], crisis_at, crisis_evidence, exercise)
    commander, deputy = _command(now)
    incident = Incident.objects.create(
        title=said[:200],
        summary=summary.strip(),
        exercise=origin.exercise,
        warning_id=warning_id,
        opened_at=now,
        opened_by_id=actor.id,
        crisis_at=origin.crisis_at,
        crisis_evidence=origin.crisis_evidence,
        detected_at=origin.detected_at,
        acknowledged_at=origin.acknowledged_at,
        reporter_contact=reporter_contact.strip(),
        commander_id=commander,
        deputy_id=deputy,
    )
    IncidentStory.objects.bulk_create([IncidentStory(incident=incident, story_id=story_id, linked_at=now) for story_id in wanted])
    detail: dict[str, object] = {"title": incident.title, "warning": warning_id, "stories": list(wanted), "crisis_at": incident.crisis_at}
    write(incident, "incident.open", actor=actor, now=now, **detail)
    if warning_id is not None:
        warning_mark_opened(actor=actor, now=now, warning_id=warning_id, incident_id=incident.pk)
    duties_select(actor=actor, now=now, incident=incident)
    incident_opened.send(sender=Incident, incident_id=incident.pk, now=now, actor=actor)
    return incident


def _warning(*, actor: Actor, now: datetime, warning_id: int | None) -> _Warning | None:
    if warning_id is None:
        return None
    warning = warnings.warning(warning_id)
    already = Incident.objects.filter(warning_id=warning_id).exclude(state__in=[State.DISMISSED, State.MERGED]).first()
    if already:
        raise NotNow(_("This warning already led to incident %(number)s.") % {"number": already.number})
    if warning.state == "proposed":
        warning_acknowledge(actor=actor, now=now, warning_id=warning_id)
        warning = warnings.warning(warning_id)
    return warning


def _origin(
    now: datetime, warning: _Warning | None, linked: Sequence[_Story], crisis_at: datetime | None, evidence: str, exercise: bool
) -> _Origin:
    marks = {story.exercise for story in linked} | ({warning.exercise} if warning else set())
    if len(marks) > 1:
        raise BadInput(_("Exercise and real stories are never mixed in one incident."))
    first = min((story.first_at for story in linked), default=None)
    if crisis_at is not None and crisis_at > now:
        raise BadInput(_("The crisis time lies in the future: write when the first sign was really there."))
    if crisis_at is not None:
        reason = needed(evidence, _("The crisis time is a fact: say what shows it."))
    elif first is not None:
        crisis_at, reason = min(first, now), _("The first post of the linked story.")
    else:
        crisis_at, reason = now, evidence.strip() or _("The time the incident was opened by hand.")
    detected = min(warning.issued_at, now) if warning else now
    acknowledged = (warning.acknowledged_at if warning else None) or now
    return _Origin(marks.pop() if marks else exercise, crisis_at, reason, detected, acknowledged)


def _command(now: datetime) -> tuple[int | None, int | None]:
    """Return who commands and who stands in by roster and groups, as far as anybody is known."""
    commander = person_for_role(Role.COMMANDER.value, now)
    _head, deputy, _members = group_people(GroupKind.COMMAND)
    if deputy is None or deputy == commander:
        deputy = next((person_id for person_id in ids_with_role(Role.COMMANDER) if person_id != commander), None)
    return commander, deputy


@transaction.atomic
def incident_story_link(*, actor: Actor, now: datetime, incident_id: int, story_id: int) -> Incident:
    """Tie another story to an incident; linking it again changes nothing."""
    require(actor, "incident.assess")
    incident = incident_to_change(incident_id)
    story = stories.story(story_id)
    if story.exercise != incident.exercise:
        raise BadInput(_("Exercise and real stories are never mixed in one incident."))
    _link, is_new = IncidentStory.objects.get_or_create(incident=incident, story_id=story_id, defaults={"linked_at": now})
    if is_new:
        write(incident, "incident.link_story", actor=actor, now=now, story=story_id, title=story.title)
    return incident
