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


def units() -> list[Unit]:
    """Return all departments."""
    return list(Unit.objects.order_by("pk"))


def _line(person: Person) -> PersonLine:
    roles = tuple(sorted(grant.role for grant in person.grants.all()))
    unit = (
        localise({"zh-hans": person.unit.name_zh, "en": person.unit.name_en}, translation.get_language() or "zh-hans")
        if person.unit
        else ""
    )
    return PersonLine(person.pk, str(person), roles, tuple(str(ROLE_LABELS[Role(role)]) for role in roles), unit)
