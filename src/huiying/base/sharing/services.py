"""Keep a file, write a comment."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.ui.errors import BadInput

from .models import Comment, SharedFile
from .rules import ACCEPTED_ENDINGS, MAX_COMMENT_CHARACTERS, MAX_FILE_BYTES, FileType, clean_name, has_ending, sniff


@transaction.atomic
def file_add(*, actor: Actor, now: datetime, subject: tuple[str, object], name: str, content: bytes, exercise: bool) -> SharedFile:
    """Keep a file on a subject; its type is read from the bytes and must match the name's ending."""
    require(actor, "file.add")
    shown = clean_name(name)
    kind = _accepted(shown, content)
    sha256 = hashlib.sha256(content).hexdigest()
    _store(sha256, content)
    kept = SharedFile.objects.create(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        name=shown,
        sha256=sha256,
        size=len(content),
        media_type=kind.media_type,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
        exercise=exercise,
    )
    detail: dict[str, object] = {"name": shown, "sha256": sha256, "size": len(content)}
    record(actor=actor, verb="file.add", subject=subject, now=now, detail=detail, exercise=exercise)
    return kept


def _accepted(name: str, content: bytes) -> FileType:
    if not content:
        raise BadInput(_("The file “%(name)s” is empty: choose another.") % {"name": name})
    if len(content) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise BadInput(_("The file “%(name)s” is larger than %(limit)s MB: make it smaller or split it.") % {"name": name, "limit": limit})
    kind = sniff(content)
    if kind is None or not has_ending(name, kind.endings):
        accepted = " ".join(ACCEPTED_ENDINGS)
        message = _("The file “%(name)s” is not kept: what is inside must match the ending, and the ending must be one of %(accepted)s.")
        raise BadInput(message % {"name": name, "accepted": accepted})
    return kind


def path_of_content(sha256: str) -> Path:
    """Return where the bytes with this SHA-256 lie."""
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256


def _store(sha256: str, content: bytes) -> None:
    target = path_of_content(sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, 0o640)
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


@transaction.atomic
def comment_add(*, actor: Actor, now: datetime, subject: tuple[str, object], text: str, exercise: bool) -> Comment:
    """Write a remark on a subject."""
    require(actor, "comment.add")
    said = text.replace("\x00", "").strip()
    if not said:
        raise BadInput(_("An empty comment says nothing: write some words."))
    if len(said) > MAX_COMMENT_CHARACTERS:
        raise BadInput(_("The comment has more than %(limit)s characters: attach it as a file.") % {"limit": MAX_COMMENT_CHARACTERS})
    comment = Comment.objects.create(
        subject_kind=subject[0], subject_id=str(subject[1]), text=said, at=now, by_id=actor.id, by_name=actor.name, exercise=exercise
    )
    record(actor=actor, verb="comment.add", subject=subject, now=now, detail={"comment": comment.pk}, exercise=exercise)
    return comment
