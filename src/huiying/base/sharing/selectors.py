"""Reads of files and comments, and the address of a subject's page."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from huiying.base.accounts.models import Person
from huiying.base.accounts.rules import PERMISSIONS, may
from huiying.base.audit.registry import hidden_among
from huiying.base.ui.errors import NotThere
from huiying.base.ui.together import Reading

from .models import Comment, SharedFile
from .registry import place_of


def files_of(subject: tuple[str, object]) -> list[SharedFile]:
    """Return a subject's files, newest first."""
    return list(files_reading(subject).query)


def files_reading(subject: tuple[str, object]) -> Reading:
    """Return the same as a part of a larger reading."""
    files = SharedFile.objects.filter(subject_kind=subject[0], subject_id=str(subject[1]))
    return Reading(files, order=attrgetter("at", "pk"), newest_first=True)


def comments_of(subject: tuple[str, object]) -> list[Comment]:
    """Return a subject's comments, oldest first."""
    return list(comments_reading(subject).query)


def comments_reading(subject: tuple[str, object]) -> Reading:
    """Return the same as a part of a larger reading."""
    return Reading(Comment.objects.filter(subject_kind=subject[0], subject_id=str(subject[1])), order=attrgetter("at", "pk"))


def readers_by_name(subject: tuple[str, object]) -> dict[str, frozenset[int]]:
    """Return whom a comment on the subject may call, by display name and by user name; a name may be shared."""
    place = place_of(subject[0])
    right, reads = place.right, place.readers(str(subject[1])) if place.readers else None
    named: dict[str, set[int]] = defaultdict(set)
    if right in PERMISSIONS:
        for person in Person.objects.filter(is_active=True).prefetch_related("grants"):
            roles = frozenset(grant.role for grant in person.grants.all())
            if may(roles, right) and (reads is None or reads(person.pk, roles)):
                named[str(person)].add(person.pk)
                named[person.username].add(person.pk)
    return {name: frozenset(ids) for name, ids in named.items()}


def shared_file(file_id: int) -> SharedFile:
    """Return one file's record; raises NotThere."""
    kept = SharedFile.objects.filter(pk=file_id).first()
    if kept is None or hidden_among({(kept.subject_kind, kept.subject_id)}):
        raise NotThere(_("There is no file %(id)s.") % {"id": file_id})
    return kept


def url_of_subject(kind: str, subject_id: object) -> str:
    """Return the page of ``("incident", 12)``, or the empty text when its room has no such page."""
    try:
        return reverse(place_of(kind).page, args=[str(subject_id)])
    except NoReverseMatch:
        return ""
