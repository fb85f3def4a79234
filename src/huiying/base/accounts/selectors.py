"""Reads about people and groups."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation

from huiying.core.formats.localised import localise

from .models import Group, Organisation, Person, RoleGrant, Unit
from .rules import GROUP_LABELS, ROLE_LABELS, GroupKind, Role

#: Columns that say a person's name.
PERSON_NAME = ("username", "display_name")


@dataclass(frozen=True)
class PersonLine:
    """A person as other rooms see one."""

    id: int
    name: str
    roles: tuple[str, ...]
    role_labels: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class GroupLine:
    """A group with the people in it."""

    kind: str
    label: str
    head: str
    deputy: str
    members: tuple[str, ...]


def organisation_name() -> str:
    """Return the organisation's name in the reader's language."""
    organisation = Organisation.objects.first()
    if organisation is None:
        return ""
    names = {"zh-hans": organisation.name_zh, "en": organisation.name_en or organisation.name_zh}
    return localise(names, translation.get_language() or "zh-hans")


def is_demo_organisation() -> bool:
    """Return whether this installation was set up as a demo."""
    return Organisation.objects.filter(is_demo=True).exists()


def people() -> list[PersonLine]:
    """Return everybody who can sign in."""
    persons = Person.objects.filter(is_active=True).select_related("unit").prefetch_related("grants").order_by("display_name", "pk")
    return [_line(person) for person in persons]


def person(person_id: int) -> Person | None:
    """Return one active person, or None."""
    return Person.objects.filter(pk=person_id, is_active=True).first()


def person_by_username(username: str) -> Person | None:
    """Return one active person by user name, or None."""
    return Person.objects.filter(username=username, is_active=True).first()


def names_of(person_ids: set[int]) -> dict[int, str]:
    """Return display names by id."""
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=person_ids).only(*PERSON_NAME)}


def ids_with_role(role: Role | str) -> list[int]:
    """Return the active people who hold a role, lowest id first."""
    return list(RoleGrant.objects.filter(role=str(role), person__is_active=True).order_by("person_id").values_list("person_id", flat=True))


def group_people(kind: GroupKind | str) -> tuple[int | None, int | None, tuple[int, ...]]:
    """Return head, deputy and member ids of a group; all empty when nobody set it up."""
    group = Group.objects.filter(kind=str(kind)).prefetch_related("members").first()
    if group is None:
        return None, None, ()
    return group.head_id, group.deputy_id, tuple(member.pk for member in group.members.all())


@dataclass(frozen=True)
class Seats:
    """Where a person sits: the groups they are in, those of them they lead, and their department."""

    groups: frozenset[str]
    led: frozenset[str]
    unit_id: int | None


def seats_of(person_id: int | None) -> Seats:
    """Return the groups and the department of a person; nobody sits nowhere."""
    columns = ("unit_id", "heads__kind", "deputises__kind", "member_of__kind")
    rows = list(Person.objects.filter(pk=person_id).values_list(*columns)) if person_id else []
    led = {kind for _unit, head, deputy, _member in rows for kind in (head, deputy) if kind}
    groups = led | {member for *_others, member in rows if member}
    return Seats(frozenset(groups), frozenset(led), rows[0][0] if rows else None)


def ids_of_unit(unit_id: int) -> list[int]:
    """Return the active people of a department, lowest id first."""
    return list(Person.objects.filter(unit_id=unit_id, is_active=True).order_by("pk").values_list("pk", flat=True))


def groups() -> list[GroupLine]:
    """Return every kind of group, also those nobody set up yet."""
    stored = {group.kind: group for group in Group.objects.select_related("head", "deputy").prefetch_related("members")}
    lines = []
    for kind in GroupKind:
        group = stored.get(kind.value)
        members = tuple(str(member) for member in group.members.all()) if group else ()
        lines.append(
            GroupLine(
                kind.value,
                str(GROUP_LABELS[kind]),
                str(group.head or "") if group else "",
                str(group.deputy or "") if group else "",
                members,
            )
        )
    return lines


def unit_name(name_zh: str, name_en: str) -> str:
    """Return a department's name in the reader's language."""
    return localise({"zh-hans": name_zh, "en": name_en or name_zh}, translation.get_language() or "zh-hans")


def units() -> list[Unit]:
    """Return all departments."""
    return list(Unit.objects.order_by("pk"))


def _line(person: Person) -> PersonLine:
    roles = tuple(sorted(grant.role for grant in person.grants.all()))
    unit = unit_name(person.unit.name_zh, person.unit.name_en) if person.unit else ""
    return PersonLine(person.pk, str(person), roles, tuple(str(ROLE_LABELS[Role(role)]) for role in roles), unit)
