"""What becomes of a record before the database is asked: texts cleaned, masked and cut into index words (pure).

A draft still names its author: it lives in memory, and in the pipe from a process that reads ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from huiying.core.collectors.records import Record, Unreadable
from huiying.core.formats.bigrams import stems_of, words_of_each
from huiying.core.formats.cleaning import clean, mask

from .rules import RAW_LIMIT, TEXT_LIMIT, TITLE_LIMIT

#: The index words of a text in a line, and its stems that are no words of it.
Cut = tuple[str, list[str]]


class Draft(NamedTuple):
    """A record with the texts that will be kept; ``content`` is what an item without an id is known by."""

    item_id: str | None
    published_at: datetime | None
    title: str
    text: str
    url: str
    author_handle: str | None
    language: str | None
    channel: str
    place: str
    content: str
    cut: Cut | None = None

    def kept(self, author: str | None) -> dict[str, object]:
        """Return what is kept of a record that could not be taken in, its author by pseudonym."""
        texts = {"item_id": self.item_id, "published_at": None, "title": self.title, "text": self.text, "url": self.url}
        return {**texts, "author_handle": author, "language": self.language, "channel": self.channel, "extra": {}, "place": self.place}


def draft_of(record: Record) -> Draft:
    """Return the draft of a record."""
    title = mask(clean(record.title[:TITLE_LIMIT])).strip() if record.title else ""
    text = mask(clean(record.text[:TEXT_LIMIT])).strip() if record.text else ""
    if not text:
        title, text = "", title
    elif title == text:
        title = ""
    content = "" if record.item_id else f"{record.url}\0{record.published_at}\0{record.title}\0{record.text}"
    return Draft(
        record.item_id,
        record.published_at,
        title,
        text,
        record.url,
        record.author_handle,
        record.language,
        record.channel,
        record.place,
        content,
    )


def searched(title: str, text: str) -> str:
    """Return the text that is searched: title and text."""
    return f"{title}\n{text}" if title else text


def cuts_of(texts: Sequence[str]) -> list[Cut]:
    """Return the index words of texts; together they cost a tenth of what they cost alone."""
    return [(line, stems_of(line)) for line in words_of_each(texts)]


def drafts_of(items: Iterable[Record | Unreadable]) -> list[Draft | Unreadable]:
    """Return the drafts of a batch with their words; what is unreadable keeps no more than will be stored of it."""
    drafts = [draft_of(item) if isinstance(item, Record) else Unreadable(item.reason, item.place, item.raw[:RAW_LIMIT]) for item in items]
    cuts = iter(cuts_of([searched(each.title, each.text) for each in drafts if isinstance(each, Draft)]))
    return [each._replace(cut=next(cuts)) if isinstance(each, Draft) else each for each in drafts]
