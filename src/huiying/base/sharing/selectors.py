"""Reads of files and comments, and the address of a subject's page."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere

from .models import Comment, SharedFile


def files_of(subject: tuple[str, object]) -> list[SharedFile]:
    """Return a subject's files, newest first."""
    return list(SharedFile.objects.filter(subject_kind=subject[0], subject_id=str(subject[1])))


def comments_of(subject: tuple[str, object]) -> list[Comment]:
    """Return a subject's comments, oldest first."""
    return list(Comment.objects.filter(subject_kind=subject[0], subject_id=str(subject[1])))


def shared_file(file_id: int) -> SharedFile:
    """Return one file's record; raises NotThere."""
    kept = SharedFile.objects.filter(pk=file_id).first()
    if kept is None:
        raise NotThere(_("There is no file %(id)s.") % {"id": file_id})
    return kept


def url_of_subject(kind: str, subject_id: object) -> str:
    """Return the page of ``("incident", 12)``, or the empty text when its room has no such page."""
    plural = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    try:
        return reverse(f"{plural}:detail", args=[str(subject_id)])
    except NoReverseMatch:
        return ""
