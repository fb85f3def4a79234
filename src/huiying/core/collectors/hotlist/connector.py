"""Follow a hot list or any other list in JSON, described by a mapping file instead of code."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ..addresses import checked_url
from ..contract import Answer, Ask, Json, Kind, Mode, Option
from ..delivered import json_of
from ..fetched import Fetched
from ..records import Record, Unreadable
from ..seen import Seen, noted, validators
from .mapping import ListMapping, read_mapping
from .reading import read_items

#: Items remembered: some days of a list of fifty places.
SEEN_LIMIT = 5_000


class HotList:
    """Lists that a site offers as JSON."""

    key = "hotlist"
    label: Mapping[str, str] = {"en": "Hot list (JSON with a mapping)", "zh-Hans": "热榜（JSON 接口加映射文件）"}
    mode = Mode.POLL
    options = (
        Option(
            "mapping",
            {"en": "Mapping", "zh-Hans": "映射文件"},
            {"en": "YAML or JSON: where the items are, which field says what", "zh-Hans": "YAML 或 JSON：条目在哪里、各字段的含义"},
            required=True,
            kind=Kind.LONG,
        ),
    )
    signals_deletions = False
    terms: Mapping[str, str] = {
        "en": "Check that the interface is public and that its terms allow automated reading; no key, cookie or disguise is used.",
        "zh-Hans": "请核对该接口是否公开、条款是否允许自动读取；系统不使用密钥、Cookie，也不伪装身份。",
    }

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse an address or a mapping that cannot work."""
        checked_url(url)
        read_mapping(str(options.get("mapping") or ""))

    async def poll(self, ask: Ask) -> Answer:
        """Read the list and return the items that are new on it."""
        mapping = read_mapping(str(ask.options.get("mapping") or ""))
        etag, modified = validators(ask)
        fetched = await ask.fetch(ask.url, etag=etag, last_modified=modified, headers={"Accept": "application/json, */*;q=0.1"})
        if fetched.body is None:
            return Answer((), dict(ask.cursor), least_pause=fetched.least_pause)
        seen = Seen(ask.cursor.get("seen"), limit=SEEN_LIMIT)
        records = [item for item in await asyncio.to_thread(_read, fetched, mapping, ask) if _is_new(item, seen)]
        return Answer(records, noted(fetched, ask) | {"seen": seen.stored()}, least_pause=fetched.least_pause, moved_to=fetched.moved_to)


def _read(fetched: Fetched, mapping: ListMapping, ask: Ask) -> list[Record | Unreadable]:
    return read_items(json_of(fetched), mapping, base=fetched.url, now=ask.now)


def _is_new(item: Record | Unreadable, seen: Seen) -> bool:
    if isinstance(item, Unreadable):
        return True
    known = str(item.item_id) in seen
    seen.note(str(item.item_id))
    return not known
