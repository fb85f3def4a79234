"""Follow the public or a hashtag timeline of a Mastodon server, without an account."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from ..addresses import FetchError, checked_url
from ..contract import Answer, Ask, BadOption, Json, Kind, Mode, Option
from ..delivered import json_of
from ..fetched import LONGEST_PAUSE, Fetched
from ..records import Record, Unreadable, time_of
from ..seen import Seen
from .reading import order, read_status

#: What a server gives at most in one page.
PAGE = 40
#: Pages read in one poll.
PAGES = 5
#: Newest posts read again at each poll, so that their edits are noticed.
OVERLAP = 20
#: Ids remembered: all that one poll can bring, and the overlap.
SEEN_LIMIT = PAGE * PAGES + OVERLAP + PAGE
#: Below this many requests left, the next poll waits until the server's window ends.
RESERVE = 10
_LINK = re.compile(r'<([^<>]{1,2000})>\s*;\s*rel="?prev"?')
_TAG = re.compile(r"[^\W_][\w·]{0,99}")


class Mastodon:
    """Servers that speak Mastodon's API."""

    key = "mastodon"
    label: Mapping[str, str] = {"en": "Mastodon timeline", "zh-Hans": "Mastodon 时间线"}
    mode = Mode.POLL
    options = (
        Option("timeline", {"en": "Timeline", "zh-Hans": "时间线"}, default="public", choices=("public", "local", "hashtag")),
        Option(
            "hashtag",
            {"en": "Hashtag", "zh-Hans": "话题标签"},
            {"en": "Without #, for a hashtag timeline", "zh-Hans": "不带 #，用于话题时间线"},
        ),
        Option(
            "languages",
            {"en": "Only these languages", "zh-Hans": "只要这些语言"},
            {"en": "Codes such as zh, en; empty: all", "zh-Hans": "语言代码，如 zh、en；留空为全部"},
            kind=Kind.WORDS,
            default=(),
            most=20,
        ),
    )
    signals_deletions = False
    terms: Mapping[str, str] = {
        "en": "Check the server's rules for automated reading; many forbid bulk collection or close the public timeline to visitors.",
        "zh-Hans": "请核对该服务器关于自动读取的规则；不少服务器禁止批量采集，或不对访客开放公共时间线。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address or a timeline that cannot be read."""
        checked_url(url)
        tag = str(options.get("hashtag") or "").removeprefix("#")
        if options.get("timeline") == "hashtag" and not _TAG.fullmatch(tag):
            raise BadOption("hashtag", options.get("hashtag"), "letters and digits without spaces, such as 停水 or watermain")

    async def poll(self, ask: Ask) -> Answer:
        """Read what was posted since the last time, page by page, and the newest posts once more for their edits."""
        base = _base(ask.url)
        seen = Seen(ask.cursor.get("seen"), limit=SEEN_LIMIT)
        languages = cast(Sequence[str], ask.options.get("languages") or ())
        after, pause, more = str(ask.cursor.get("after") or ""), None, False
        records: list[Record | Unreadable] = []
        for number in range(PAGES):
            fetched = await ask.fetch(_address(base, ask.options, after), headers={"Accept": "application/json"})
            page, pause = _page(fetched), _pause(fetched, ask.now)
            ids = [status_id for status in page.statuses if (status_id := _id(status))]
            progress = bool(after) and any(status_id not in seen for status_id in ids)
            for status in reversed(page.statuses):
                _keep(status, base, languages, seen, records)
            if not progress or pause:
                break
            after = page.newer or max(ids, key=order)
            more = number == PAGES - 1
        cursor: dict[str, Json] = {"after": _start(seen, more=more or (progress and bool(pause))), "seen": seen.stored()}
        return Answer(records, cursor, demanded_pause=pause, more=more)


@dataclass(frozen=True)
class _Page:
    """One page of a timeline, and the id after which the next newer page begins (empty where the server does not say)."""

    statuses: list[object]
    newer: str


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _address(base: str, options: Mapping[str, Json], after: str) -> str:
    query = {"limit": str(PAGE)} | ({"min_id": after} if after else {})
    if options.get("timeline") == "hashtag":
        return f"{base}/api/v1/timelines/tag/{quote(str(options.get('hashtag') or '').removeprefix('#'), safe='')}?{urlencode(query)}"
    return f"{base}/api/v1/timelines/public?{urlencode(query | ({'local': 'true'} if options.get('timeline') == 'local' else {}))}"


def _page(fetched: Fetched) -> _Page:
    statuses = json_of(fetched)
    if not isinstance(statuses, list):
        raise FetchError("not_a_timeline", str(statuses.get("error", ""))[:120] if isinstance(statuses, dict) else "")
    link = _LINK.search(fetched.headers.get("link", ""))
    newer = parse_qs(urlsplit(link.group(1)).query).get("min_id", [""])[0] if link else ""
    return _Page(statuses[: PAGE * 2], newer[:40])


def _keep(status: object, base: str, languages: Sequence[str], seen: Seen, records: list[Record | Unreadable]) -> None:
    status_id = _id(status)
    read = read_status(status, base, languages=languages, place=f"status {status_id}")
    if isinstance(read, Unreadable):
        records.append(read)
    elif status_id:
        mark = (read.item_id or "") if read else "left out"
        if read and seen.is_new(status_id, mark):
            records.append(read)
        seen.note(status_id, mark)


def _id(status: object) -> str:
    value = status.get("id") if isinstance(status, dict) else None
    return value[:40] if isinstance(value, str) else ""


def _start(seen: Seen, *, more: bool) -> str:
    """Return where the next poll begins: after the newest while catching up, else so far back that edits show."""
    ordered = sorted((key for key, _mark in seen.stored()), key=order)
    if not ordered:
        return "0"
    return ordered[-1] if more else ordered[max(0, len(ordered) - OVERLAP - 1)]


def _pause(fetched: Fetched, now: datetime) -> int | None:
    """Return the pause until the server's window ends, when few requests are left in it."""
    try:
        left = int(fetched.headers.get("x-ratelimit-remaining", ""))
        ends = time_of(fetched.headers.get("x-ratelimit-reset"))
    except ValueError:
        return None
    return None if left >= RESERVE or ends is None else min(max(1, math.ceil((ends - now).total_seconds())), LONGEST_PAUSE)
