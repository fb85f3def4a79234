"""Read the events of a Jetstream (no I/O)."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..records import Record, Unreadable, time_of

COLLECTION = "app.bsky.feed.post"
#: Label by which an account asks that its posts are shown to signed-in people only.
_NOT_OPEN = "!no-unauthenticated"


@dataclass(frozen=True)
class Wanted:
    """What a post must be about: any of the words or hashtags, and the language where one is named."""

    words: tuple[str, ...]
    hashtags: tuple[str, ...]
    languages: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str], languages: Sequence[str]) -> Wanted:
        """Return what a source's words ask for; one that begins with # is a hashtag."""
        plain = [_folded(word) for word in words]
        tags = tuple(word.removeprefix("#") for word in plain if word.startswith("#"))
        return cls(tuple(word for word in plain if not word.startswith("#")), tags, tuple(code.lower() for code in languages))

    def matches(self, text: str, hashtags: Sequence[str], languages: Sequence[str]) -> bool:
        """Return whether a post is asked for.

        >>> Wanted.of(["停水", "#watermain"], []).matches("The #Watermain broke", ["Watermain"], ["en"])
        True
        """
        if self.languages and not any(
            code.lower() == wanted or code.lower().startswith(wanted + "-") for code in languages for wanted in self.languages
        ):
            return False
        folded = _folded(text)
        return any(word in folded for word in self.words) or any(_folded(tag) in self.hashtags for tag in hashtags)


@dataclass(frozen=True)
class Event:
    """What one event means: a post, a deletion, or an account that is gone; and the time it was sent (microseconds)."""

    time_us: int
    record: Record | None = None
    deleted: str = ""
    gone: str = ""


def read_event(frame: str, wanted: Wanted) -> Event | Unreadable:
    """Return what one event means; most mean nothing to us and carry only their time."""
    try:
        event = json.loads(frame)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"not JSON: {error}"[:200], "event", "")
    time_us = event.get("time_us") if isinstance(event, dict) else None
    if not isinstance(time_us, int) or isinstance(time_us, bool) or not 0 < time_us < 1 << 62:
        return Unreadable("an event without a time", "event", "")
    did, commit, account = event.get("did"), event.get("commit"), event.get("account")
    place = f"event {time_us}"
    if isinstance(account, dict) and account.get("status") == "deleted":
        return Event(time_us, gone=str(did))
    if not isinstance(commit, dict) or commit.get("collection") != COLLECTION:
        return Event(time_us)
    if not isinstance(did, str) or not isinstance(commit.get("rkey"), str):
        return Unreadable("a commit without author or key", place, "")
    if commit.get("operation") == "delete":
        return Event(time_us, deleted=_item_id(did, commit["rkey"]))
    return _post(did, commit, time_us, wanted, place)


def _post(did: str, commit: Mapping[str, object], time_us: int, wanted: Wanted, place: str) -> Event | Unreadable:
    post = commit.get("record")
    if not isinstance(post, dict) or not isinstance(post.get("text"), str):
        return Unreadable("a post without text", place, "")
    languages = [code for code in _list(post.get("langs")) if isinstance(code, str)]
    if _is_closed(post) or not wanted.matches(post["text"], _hashtags(post), languages):
        return Event(time_us)
    item_id = _item_id(did, str(commit["rkey"]))
    if commit.get("operation") == "update":
        item_id += f"#{commit.get('cid')}"
    sent = datetime.fromtimestamp(time_us / 1_000_000, UTC)
    return Event(
        time_us,
        Record(
            item_id=item_id,
            published_at=_published(post.get("createdAt"), sent),
            title="",
            text=post["text"],
            author_handle=did,
            language=languages[0] if languages else None,
            extra={"reply": isinstance(post.get("reply"), dict), "edited": commit.get("operation") == "update"},
            place=place,
        ),
    )


def _item_id(did: str, rkey: str) -> str:
    """Return an id that names no account: the address of a post begins with its author."""
    return hashlib.blake2b(f"{did}/{rkey}".encode("utf-8", "replace"), digest_size=16).hexdigest()


def _published(said: object, sent: datetime) -> datetime:
    """Return when a post says it was written, unless that is no time or later than it was sent."""
    try:
        stated = time_of(said if isinstance(said, str) else None)
    except ValueError:
        return sent
    return sent if stated is None or stated > sent else stated


def _hashtags(post: Mapping[str, object]) -> list[str]:
    features = [feature for facet in _list(post.get("facets")) if isinstance(facet, dict) for feature in _list(facet.get("features"))]
    in_text = [feature.get("tag") for feature in features if isinstance(feature, dict)]
    return [tag for tag in [*in_text, *_list(post.get("tags"))] if isinstance(tag, str)]


def _is_closed(post: Mapping[str, object]) -> bool:
    labels = post.get("labels")
    values = _list(labels.get("values")) if isinstance(labels, dict) else []
    return any(isinstance(value, dict) and value.get("val") == _NOT_OPEN for value in values)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
