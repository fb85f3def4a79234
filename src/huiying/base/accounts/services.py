"""Writes about people, and the one check of rights."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput, NotYou

from .models import Group, Organisation, Person, RoleGrant, Session, SignInLink, Unit
from .rules import GroupKind, OrganisationType, Role, may

LINK_LIFE = timedelta(hours=12)


def actor_of(person: Person | AnonymousUser) -> Actor:
    """Return the person as an actor with the roles held now; raises NotYou for a stranger."""
    if not isinstance(person, Person):
        raise NotYou(_("Sign in first."))
    roles = person.roles_read
    if roles is None:
        roles = frozenset(grant.role for grant in person.grants.all())
    return Actor("person", person.pk, str(person), roles)


def require(actor: Actor, action: str) -> None:
    """Raise NotYou unless the actor may do the action; the system may do what its code asks."""
    if actor.is_system:
        return
    if not may(actor.roles, action):
        raise NotYou(_("Your roles do not include “%(action)s”. Ask an administrator if you need it.") % {"action": action})


def request_may(request: HttpRequest, action: str) -> bool:
    """Return whether the signed-in person may do the action."""
    if not isinstance(request.user, Person):
        return False
    return may(actor_of(request.user).roles, action)


@transaction.atomic
def organisation_create(
    *,
    actor: Actor,
    now: datetime,
    name_zh: str,
    name_en: str = "",
    type: OrganisationType = OrganisationType.PUBLIC_ENTERPRISE,
    is_demo: bool = False,
) -> Organisation:
    """Set up the one organisation of this installation."""
    if Organisation.objects.exists():
        raise BadInput(_("This installation already has an organisation."))
    organisation = Organisation.objects.create(name_zh=name_zh, name_en=name_en, type=type.value, is_demo=is_demo)
    record(actor=actor, verb="organisation.create", subject=("organisation", organisation.pk), now=now, detail={"name": name_zh})
    return organisation


@transaction.atomic
def person_create(
    *,
    actor: Actor,
    now: datetime,
    username: str,
    display_name: str,
    roles: Iterable[Role],
    email: str = "",
    unit: Unit | None = None,
    language: str = "zh-hans",
    is_demo: bool = False,
) -> Person:
    """Add a person without a password: they come in by a one-time link and choose their own."""
    require(actor, "person.manage")
    if Person.objects.filter(username=username).exists():
        raise BadInput(_("The user name “%(name)s” is taken: choose another.") % {"name": username})
    person = Person(username=username, display_name=display_name, email=email, unit=unit, language=language, is_demo=is_demo)
    person.set_unusable_password()
    person.save()
    _grant(person, roles)
    record(actor=actor, verb="person.create", subject=("person", person.pk), now=now, detail={"username": username, "roles": sorted(roles)})
    return person


@transaction.atomic
def person_set_roles(*, actor: Actor, now: datetime, person: Person, roles: Iterable[Role]) -> None:
    """Replace a person's roles; the last administrator cannot be taken away."""
    require(actor, "person.manage")
    wanted = set(roles)
    others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR).exclude(person=person)
    if Role.ADMINISTRATOR not in wanted and not others.exists():
        raise BadInput(_("At least one administrator must remain: give the role to somebody else first."))
    RoleGrant.objects.filter(person=person).delete()
    _grant(person, wanted)
    record(actor=actor, verb="person.roles", subject=("person", person.pk), now=now, detail={"roles": sorted(wanted)})


def _grant(person: Person, roles: Iterable[Role]) -> None:
    RoleGrant.objects.bulk_create([RoleGrant(person=person, role=Role(role).value) for role in sorted(set(roles))])


@transaction.atomic
def group_set(
    *, actor: Actor, now: datetime, kind: GroupKind, head: Person | None, deputy: Person | None, members: Iterable[Person]
) -> Group:
    """Say who is in a group, who heads it and who stands in."""
    require(actor, "person.manage")
    if head and deputy and head.pk == deputy.pk:
        raise BadInput(_("Head and deputy must be two people."))
    group, _created = Group.objects.get_or_create(kind=kind.value)
    group.head, group.deputy = head, deputy
    group.save(update_fields=["head", "deputy"])
    group.members.set(members)
    record(
        actor=actor,
        verb="group.set",
        subject=("group", group.pk),
        now=now,
        detail={"kind": kind.value, "head": str(head or ""), "deputy": str(deputy or "")},
    )
    return group


@transaction.atomic
def sign_in_link_create(*, actor: Actor, now: datetime, person: Person) -> str:
    """Return the secret of a new one-time link; only its hash is kept."""
    require(actor, "person.manage")
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(person=person, secret_hash=_hash(secret), expires_at=now + LINK_LIFE)
    record(actor=actor, verb="person.sign_in_link", subject=("person", person.pk), now=now)
    return secret


@transaction.atomic
def sign_in_link_use(*, secret: str, now: datetime) -> Person:
    """Spend a link and return its person; raises BadInput when it is spent, old or unknown."""
    spent = SignInLink.objects.filter(secret_hash=_hash(secret), used_at=None, expires_at__gt=now, person__is_active=True).update(
        used_at=now
    )
    if spent != 1:
        raise BadInput(_("This sign-in link is used up or too old. Ask for a new one: huiying person link USERNAME."))
    person = Person.objects.get(links__secret_hash=_hash(secret))
    record(actor=actor_of(person), verb="person.sign_in", subject=("person", person.pk), now=now, detail={"by": "link"})
    return person


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def sessions_clear(*, now: datetime) -> int:
    """Delete the sessions that are over; returns how many."""
    return Session.objects.filter(expire_date__lt=now).delete()[0]
