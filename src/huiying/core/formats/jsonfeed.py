"""Write a feed as JSON Feed 1.1. Source: https://jsonfeed.org/version/1.1"""

from __future__ import annotations

import json

from .feed import Feed, FeedItem, instant, readable

MEDIA_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(feed: Feed) -> bytes:
    """Return the feed document as UTF-8 bytes."""
    document: dict[str, object] = {
        "version": VERSION,
        "title": readable(feed.title),
        "home_page_url": feed.home_url,
        "feed_url": feed.self_url,
        "language": feed.language,
        "authors": [{"name": readable(feed.author)}],
        "items": [_item(item) for item in feed.items],
    }
    if feed.subtitle:
        document["description"] = readable(feed.subtitle)
    if feed.exercise:
        document["_huiying"] = {"exercise": True}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _item(item: FeedItem) -> dict[str, object]:
    entry: dict[str, object] = {
        "id": item.id,
        "url": item.url,
        "title": readable(item.title),
        "content_text": readable("\n\n".join(item.paragraphs)),
        "date_published": instant(item.published_at),
        "date_modified": instant(max(item.updated_at, item.published_at)),
        "tags": list(item.categories),
    }
    if item.corrects:
        entry["_huiying"] = {"corrects": item.corrects}
    return entry
