"""Read the statuses of a Mastodon timeline (no I/O)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from ..plaintext import plain
from ..records import Record, Unreadable, time_of

#: What people write into their profile to be left alone.
_LEFT_ALONE = re.compile(r"#no(?:bots?|index|archive|search)\b", re.IGNORECASE)


def read_status(status: object, base: str, *, languages: Collection[str], place: str) -> Record | Unreadable | None:
    """Return a post, or why it cannot be read; None for a post that must not or need not be kept.

    Kept are public posts of accounts that did not ask to be left out of discovery or search. A boost
    is read as the original it repeats. The address leads to the post on the asked server and names no account.
    """
    if not isinstance(status, Mapping):
        return Unreadable("a status is not an object", place, repr(status)[:500])
    original = status.get("reblog")
    boosted = isinstance(original, Mapping)
    post = original if isinstance(original, Mapping) else status
    account = post.get("account")
    if not isinstance(post.get("id"), str) or not isinstance(post.get("content"), str) or not isinstance(account, Mapping):
        return Unreadable("a status without id, content or account", place, "")
    if not (_is_open(status) and _is_open(post)) or (languages and post.get("language") not in languages):
        return None
    try:
        published = time_of(post.get("created_at"))
    except ValueError as error:
        return Unreadable(str(error), place, "")
    edited = post.get("edited_at")
    language = post.get("language")
    return Record(
        item_id=f"{post['id']}#{edited}" if edited else str(post["id"]),
        published_at=published,
        title=plain(str(post.get("spoiler_text") or "")),
        text=_text(post),
        url=f"{base}/statuses/{post['id']}",
        author_handle=_handle(account, base),
        language=language if isinstance(language, str) else None,
        extra={"boost": boosted, "edited": bool(edited), "content_warning": bool(post.get("spoiler_text") or post.get("sensitive"))},
        place=place,
    )


def order(status_id: str) -> tuple[int, str]:
    """Return the key by which ids sort in time: they are numbers too long for some readers.

    >>> max("99", "100", key=order)
    '100'
    """
    return len(status_id), status_id


def _is_open(post: Mapping[str, object]) -> bool:
    account = post.get("account")
    if post.get("visibility") != "public" or not isinstance(account, Mapping):
        return False
    asked_out = account.get("noindex") is True or account.get("discoverable") is False
    return not asked_out and not _LEFT_ALONE.search(str(account.get("note") or ""))


def _text(post: Mapping[str, object]) -> str:
    poll = post.get("poll")
    choices = poll.get("options") if isinstance(poll, Mapping) else None
    titles = [str(choice.get("title") or "") for choice in choices if isinstance(choice, Mapping)] if isinstance(choices, list) else []
    return "\n".join(filter(None, [plain(str(post["content"])), *titles]))


def _handle(account: Mapping[str, object], base: str) -> str | None:
    """Return the full name of an account: a local one is given without its server."""
    name = str(account.get("acct") or "")
    return (name if "@" in name else f"{name}@{urlsplit(base).hostname}") if name else None
