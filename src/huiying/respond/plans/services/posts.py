"""Fill the posts of an activation, and tell the people in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import group_people, ids_with_role, person
from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.rosters.selectors import on_duty
from huiying.base.ui.errors import BadInput, NotNow
from huiying.core.formats.localised import localise
from huiying.core.planning.model import Plan
from huiying.core.planning.unfolding import posts_of
from huiying.respond.incidents import services as incident_services

from ..models import Activation, RoleSlot
from ..rules import SUBJECT, ActivationState, FilledBy, Holders, IncidentForPlan, Vacancy, fill
from ..selectors import post_to_fill


def fill_posts(activation: Activation, plan: Plan, incident: IncidentForPlan, now: datetime) -> list[RoleSlot]:
    """Make the posts of an activation, each with whoever could be found."""
    posts = posts_of(plan)
    vacancies = [Vacancy(place, entry.group.key, entry.standing, entry.post.role) for place, entry in enumerate(posts)]
    fillings = fill(vacancies, _holders(vacancies, now), _named(vacancies, incident))
    slots = [
        RoleSlot(
            activation=activation,
            place=place,
            group_key=entry.group.key,
            group_label=dict(entry.group.name),
            role_key=entry.post.key,
            role=entry.post.role,
            label=dict(entry.post.title),
            standing=entry.standing,
            is_optional=entry.post.is_optional,
            person_id=person_id,
            filled_by=how.value,
        )
        for place, (entry, (person_id, how)) in enumerate(zip(posts, fillings, strict=True))
    ]
    return RoleSlot.objects.bulk_create(slots)


def _holders(vacancies: list[Vacancy], now: datetime) -> Holders:
    roles = {vacancy.role for vacancy in vacancies}
    roster: dict[str, list[int]] = {}
    for entry in on_duty(now):
        roster.setdefault(entry.role, []).append(entry.person_id)
    by_role = {role: ids_with_role(role) for role in roles}
    appointed: dict[tuple[str, str], list[int]] = {}
    for group in {vacancy.group for vacancy in vacancies}:
        head, deputy, _members = group_people(group)
        appointed[group, "head"] = [head] if head else []
        appointed[group, "deputy"] = [deputy] if deputy else []
    return Holders(roster, appointed, by_role)


def _named(vacancies: list[Vacancy], incident: IncidentForPlan) -> dict[int, int]:
    """Return who is named already: the incident's commander and deputy lead the plan's first group."""
    chosen = {"head": incident.commander_id, "deputy": incident.deputy_id}
    first = [vacancy for vacancy in vacancies if vacancy.group == vacancies[0].group] if vacancies else []
    return {vacancy.place: who for vacancy in first if (who := chosen.get(vacancy.standing))}


def name_command(actor: Actor, now: datetime, incident: IncidentForPlan, slots: list[RoleSlot]) -> None:
    """Name commander and deputy from the plan's first group when the incident has none."""
    if incident.commander_id and incident.deputy_id:
        return
    leading = {slot.standing: slot.person_id for slot in slots if slot.group_key == slots[0].group_key}
    head, deputy = leading.get("head"), leading.get("deputy")
    if not head or not deputy:
        raise NotNow(_("Commander and deputy must be two people, and two were not found: name them in the incident first."))
    incident_services.incident_command_set(actor=actor, now=now, incident_id=incident.pk, commander_id=head, deputy_id=deputy)


def tell_posts(activation: Activation, slots: Sequence[RoleSlot], now: datetime, *, key: str) -> None:
    """Tell everybody in a post what they are, once a person, each in their language."""
    held: dict[int, list[RoleSlot]] = {}
    for slot in slots:
        if slot.person_id:
            held.setdefault(slot.person_id, []).append(slot)
    for person_id, own in held.items():
        notify(
            now=now,
            person_ids=[person_id],
            text=_posts_in_words(own),
            url=f"/incidents/{activation.incident_id}/",
            key=f"{key}:{person_id}",
            exercise=activation.exercise,
        )


def _posts_in_words(slots: Sequence[RoleSlot]) -> dict[str, str]:
    text = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names = ", ".join(f"{localise(slot.group_label, code)}: {localise(slot.label, code)}" for slot in slots)
            text[code] = _("A plan is in force and you are in it: %(posts)s.") % {"posts": names}
    return text


@transaction.atomic
def role_slot_fill(*, actor: Actor, now: datetime, slot_id: int, person_id: int) -> RoleSlot:
    """Put somebody into a post of an activation in force; nobody holds two posts of one group."""
    require(actor, "plan.activate")
    slot = post_to_fill(slot_id)
    if slot.activation.state != ActivationState.IN_FORCE:
        raise NotNow(_("This activation is stood down: its posts stay as they were."))
    someone = person(person_id)
    if someone is None:
        raise BadInput(_("There is no active person %(id)s: choose somebody from the list.") % {"id": person_id})
    if slot.activation.slots.filter(group_key=slot.group_key, person_id=person_id).exclude(pk=slot.pk).exists():
        raise BadInput(_("%(name)s already has a post in this group: a head and a stand-in are two people.") % {"name": someone})
    before = slot.person_id
    slot.person_id, slot.filled_by = person_id, FilledBy.HAND.value
    slot.save(update_fields=["person", "filled_by"])
    detail: dict[str, object] = {"group": slot.group_key, "post": slot.role_key, "from": before, "to": person_id, "name": str(someone)}
    subject = (SUBJECT, slot.activation.incident_id)
    record(actor=actor, verb="plan.fill_post", subject=subject, now=now, detail=detail, exercise=slot.activation.exercise)
    tell_posts(slot.activation, [slot], now, key=f"activation:{slot.activation_id}:post:{slot.pk}:{now.isoformat()}")
    return slot
