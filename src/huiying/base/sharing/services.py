"""Keep a file, write a comment."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from huiying.base.accounts.services import require
from huiying.base.audit.rules import Actor
from huiying.base.audit.services import record
from huiying.base.notify.services import notify
from huiying.base.ui.errors import BadInput

from .models import Comment, SharedFile
from .rules import ACCEPTED_ENDINGS, MAX_COMMENT_CHARACTERS, MAX_FILE_BYTES, FileType, clean_name, has_ending, mentions_in, sniff
from .selectors import readers_by_name, url_of_subject

#: characters of a comment shown in the message about it; the rest is one click away.
TOLD_CHARACTERS = 120


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
def file_destroy(*, actor: Actor, now: datetime, file_id: int, reason: str) -> None:
    """Destroy a file that may be kept no longer; its bytes go once nothing else holds the same. Nothing there is no error.

    The room that hung it on its subject checks the right to do so.
    """
    kept = SharedFile.objects.filter(pk=file_id).first()
    if kept is None:
        return
    subject, sha256 = (kept.subject_kind, kept.subject_id), kept.sha256
    detail: dict[str, object] = {"sha256": sha256, "size": kept.size, "reason": reason}
    record(actor=actor, verb="file.destroy", subject=subject, now=now, detail=detail, exercise=kept.exercise)
    kept.delete()
    if not SharedFile.objects.filter(sha256=sha256).exists():
        transaction.on_commit(lambda: path_of_content(sha256).unlink(missing_ok=True))


@transaction.atomic
def comment_add(*, actor: Actor, now: datetime, subject: tuple[str, object], text: str, exercise: bool) -> Comment:
    """Write a remark on a subject; whom it calls by ``@name`` is told once, if they may read the subject."""
    require(actor, "comment.add")
    said = text.replace("\x00", "").strip()
    if not said:
        raise BadInput(_("An empty comment says nothing: write some words."))
    if len(said) > MAX_COMMENT_CHARACTERS:
        raise BadInput(_("The comment has more than %(limit)s characters: attach it as a file.") % {"limit": MAX_COMMENT_CHARACTERS})
    mentions = mentions_in(said, readers_by_name(subject)) if "@" in said else []
    called = sorted({person for mention in mentions for person in mention.people})
    comment = Comment.objects.create(
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        text=said,
        mentions=[[mention.start, mention.end, *sorted(mention.people)] for mention in mentions],
        at=now,
        by_id=actor.id,
        by_name=actor.name,
        exercise=exercise,
    )
    detail: dict[str, object] = {"comment": comment.pk, "called": called}
    record(actor=actor, verb="comment.add", subject=subject, now=now, detail=detail, exercise=exercise)
    _tell_called(comment, [person for person in called if person != actor.id], now)
    return comment


def _tell_called(comment: Comment, person_ids: list[int], now: datetime) -> None:
    texts = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            shown = {"name": comment.by_name, "text": Truncator(comment.text).chars(TOLD_CHARACTERS)}
            texts[code] = _("%(name)s mentions you: %(text)s") % shown
    page = url_of_subject(comment.subject_kind, comment.subject_id)
    url = f"{page}#comment-{comment.pk}" if page else ""
    notify(now=now, person_ids=person_ids, text=texts, url=url, key=f"comment:{comment.pk}", exercise=comment.exercise)
