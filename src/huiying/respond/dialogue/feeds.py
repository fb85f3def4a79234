"""The record of releases as feeds and as schema.org words."""

from __future__ import annotations

import hmac
import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from huiying.base.accounts.selectors import organisation_name
from huiying.core.formats.feed import Feed, FeedItem
from huiying.core.formats.schemaorg import Announcement, CorrectionNote

from .site import Entry, matters

#: Entries; a feed reader that was away for a week still sees everything of one crisis.
FEED_LENGTH = 50
TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


def entry_id(uid: str, language: str) -> str:
    """Return the id of a release in one language; it never changes, not even with a correction."""
    return uuid.uuid5(uuid.UUID(uid), language).urn


def feed_id(language: str, *, exercise: bool) -> str:
    """Return this installation's feed id; it depends on the installation's secret, not on its address."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"feed:{language}:{exercise}".encode(), "sha256")
    return uuid.UUID(bytes=digest[:16], version=4).urn


def build(request: HttpRequest, language: str, self_name: str, *, exercise: bool) -> Feed:
    """Return the newest releases as a feed."""
    entries = [entry for matter in matters(language, exercise=exercise) for entry in matter.entries]
    newest = sorted(entries, key=lambda entry: entry.number, reverse=True)[:FEED_LENGTH]
    ids = {entry.number: entry_id(entry.uid, language) for entry in entries}
    updated = max((entry.updated_at for entry in newest), default=datetime(2026, 1, 1, tzinfo=UTC))
    prefix = "rehearsal_" if exercise else ""
    name = organisation_name() or _("Public statements")
    return Feed(
        id=feed_id(language, exercise=exercise),
        title=_("%(name)s: statements") % {"name": name},
        author=name,
        language=TAGS[language],
        home_url=_address(request, f"{prefix}home", language=language),
        self_url=_address(request, f"{prefix}{self_name}", language=language),
        updated_at=updated,
        items=tuple(_item(request, entry, ids, language) for entry in newest),
        exercise=exercise,
    )


def _address(request: HttpRequest, name: str, *args: object, language: str) -> str:
    return request.build_absolute_uri(f"{reverse(f'dialogue:{name}', args=args)}?lang={language}")


def _item(request: HttpRequest, entry: Entry, ids: dict[int, str], language: str) -> FeedItem:
    name = "rehearsal_statement" if entry.exercise else "statement"
    tags = [
        entry.kind,
        *(["exercise"] if entry.exercise else []),
        *([] if entry.is_current else ["withdrawn" if entry.withdrawn_at else "corrected"]),
    ]
    return FeedItem(
        id=ids[entry.number],
        url=_address(request, name, entry.number, language=language),
        title=_title(entry),
        paragraphs=_paragraphs(entry),
        published_at=entry.at,
        updated_at=entry.updated_at,
        categories=tuple(tags),
        corrects=ids.get(entry.corrects or 0, ""),
    )


def _title(entry: Entry) -> str:
    shown = {"title": entry.title, "number": entry.number}
    text = _("%(title)s (no. %(number)s)") % shown
    if entry.withdrawn_at:
        text = _("Withdrawn: %(title)s") % {"title": text}
    elif entry.corrected_by:
        text = _("Corrected: %(title)s") % {"title": text}
    return _("EXERCISE: %(title)s") % {"title": text} if entry.exercise else text


def _paragraphs(entry: Entry) -> tuple[str, ...]:
    if entry.withdrawn_at:
        return (_("This statement was withdrawn. Reason: %(reason)s") % {"reason": entry.withdrawn_reason},)
    notes = []
    if entry.corrected_by:
        notes.append(_("Statement no. %(number)s corrects this one.") % {"number": entry.corrected_by})
    if entry.corrects:
        notes.append(_("Corrects no. %(number)s: %(reason)s") % {"number": entry.corrects, "reason": entry.reason})
    return (*notes, *(words.text for words in entry.sentences))


def announcement(request: HttpRequest, entry: Entry, correction: Entry | None, language: str) -> Announcement:
    """Return a release in schema.org words."""
    prefix = "rehearsal_" if entry.exercise else ""
    note = None
    if correction is not None:
        note = CorrectionNote(
            correction.reason, _address(request, f"{prefix}statement", correction.number, language=language), correction.at
        )
    return Announcement(
        id=entry_id(entry.uid, language),
        url=_address(request, f"{prefix}statement", entry.number, language=language),
        title=_title(entry),
        text="\n".join(_paragraphs(entry)),
        language=TAGS[language],
        publisher=organisation_name(),
        published_at=entry.at,
        updated_at=entry.updated_at,
        feed_url=_address(request, f"{prefix}feed_atom", language=language),
        correction=note,
        is_based_on=_address(request, f"{prefix}statement", entry.corrects, language=language) if entry.corrects else "",
    )
