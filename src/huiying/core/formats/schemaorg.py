"""Describe a statement with schema.org words, so that search engines and archives read it right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from .feed import instant, readable

MEDIA_TYPE = "application/ld+json; charset=utf-8"


@dataclass(frozen=True)
class CorrectionNote:
    """The text that says what was wrong, and when it was said."""

    text: str
    url: str
    at: datetime


@dataclass(frozen=True)
class Announcement:
    """One public statement; ``correction`` is set when a later one replaced it."""

    id: str
    url: str
    title: str
    text: str
    language: str
    publisher: str
    published_at: datetime
    updated_at: datetime
    feed_url: str
    correction: CorrectionNote | None = None
    is_based_on: str = ""


def special_announcement(announcement: Announcement) -> bytes:
    """Return a SpecialAnnouncement as JSON-LD bytes. Source: https://schema.org/SpecialAnnouncement"""
    document: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "SpecialAnnouncement",
        "@id": announcement.id,
        "url": announcement.url,
        "name": readable(announcement.title),
        "text": readable(announcement.text),
        "inLanguage": announcement.language,
        "datePosted": instant(announcement.published_at),
        "dateModified": instant(max(announcement.updated_at, announcement.published_at)),
        "publisher": {"@type": "Organization", "name": readable(announcement.publisher)},
        "webFeed": announcement.feed_url,
    }
    if announcement.is_based_on:
        document["isBasedOn"] = announcement.is_based_on
    if announcement.correction is not None:
        note = announcement.correction
        document["correction"] = {
            "@type": "CorrectionComment",
            "text": readable(note.text),
            "url": note.url,
            "datePublished": instant(note.at),
        }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
