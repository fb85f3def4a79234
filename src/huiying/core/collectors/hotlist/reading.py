"""Read the items of a JSON list by its mapping (no I/O)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urljoin

from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from ..addresses import FetchError, checked_url
from ..dates import read_date
from ..plaintext import plain
from ..records import Record, Unreadable
from ..seen import digest
from .mapping import ListMapping, Rule

#: Hot lists have fifty places, the longest some hundreds.
ITEM_LIMIT = 1_000


@dataclass(frozen=True)
class Preview:
    """What a mapping makes of one answer, shown before a source is added."""

    found: int
    records: tuple[Record, ...]
    faults: tuple[Unreadable, ...]


def read_items(value: object, mapping: ListMapping, *, base: str, now: datetime) -> list[Record | Unreadable]:
    """Return the items of a list in its order; raises FetchError "no_items" when the path leads to no list."""
    items = _search(mapping.items, value)
    if not isinstance(items, list):
        raise FetchError("no_items", str(mapping.items.expression)[:120])
    read = [_item(item, mapping, base=base, now=now, number=number) for number, item in enumerate(items[:ITEM_LIMIT], 1)]
    if len(items) > ITEM_LIMIT:
        read.append(Unreadable(f"only the first {ITEM_LIMIT} items of one list are read", f"item {ITEM_LIMIT + 1}", ""))
    return read


def preview(value: object, mapping: ListMapping, *, base: str, now: datetime) -> Preview:
    """Return what would be stored of one answer; raises FetchError as reading does."""
    read = read_items(value, mapping, base=base, now=now)
    faults = tuple(item for item in read if isinstance(item, Unreadable))
    return Preview(len(read), tuple(item for item in read if isinstance(item, Record)), faults)


def _item(item: object, mapping: ListMapping, *, base: str, now: datetime, number: int) -> Record | Unreadable:
    place = f"item {number}"
    said = {name: _value(rule, item) for name, rule in mapping.rules.items() if not rule.template}
    said |= {name: _filled(rule.template, said) for name, rule in mapping.rules.items() if rule.template}
    title, text = (plain(said.get(name, "")) for name in ("title", "text"))
    if not title and not text:
        return Unreadable("neither title nor text", place, _raw(item))
    try:
        published = _moment(said.get("published_at", ""), mapping.rules.get("published_at"), now)
    except ValueError as error:
        return Unreadable(str(error)[:200], place, _raw(item))
    return Record(
        item_id=_identity(said, title or text, published or now, mapping),
        published_at=published,
        title=title if text else "",
        text=text or title,
        url=_url(said.get("url", ""), base),
        author_handle=said.get("author") or None,
        language=said.get("language") or None,
        channel=said.get("channel", ""),
        extra={name: size for name in ("heat", "rank") if (size := _number(said.get(name, ""))) is not None},
        place=place,
    )


def _identity(said: Mapping[str, str], words: str, at: datetime, mapping: ListMapping) -> str:
    """Return the item's own id, or one made of its words, and of the day where it counts once a day."""
    own = said.get("id") or digest(words)
    if mapping.once_per == "ever":
        return own
    zone = mapping.rules.get("published_at", Rule()).zone
    return f"{own}@{at.astimezone(zone).date().isoformat()}"


def _value(rule: Rule, item: object) -> str:
    if rule.path is None:
        return rule.value
    found = _search(rule.path, item)
    if found is None or isinstance(found, (dict, list, bool)):
        return ""
    return str(found)


def _search(path: ParsedResult, value: object) -> object:
    try:
        found: object = path.search(value)
    except (JMESPathError, TypeError, ValueError, RecursionError):
        return None
    return found


def _filled(template: str, said: Mapping[str, str]) -> str:
    """Fill a template; what is filled in is escaped, so that an item cannot change the address around it."""
    for name, value in said.items():
        template = template.replace("{" + name + "}", quote(value, safe=""))
    return template


def _moment(text: str, rule: Rule | None, now: datetime) -> datetime | None:
    if not text or rule is None:
        return None
    if rule.format == "text":
        return read_date(text, now=now, zone=rule.zone)
    seconds = float(text)
    return read_date(seconds / 1000 if rule.format == "milliseconds" else seconds, now=now)


def _number(text: str) -> int | float | None:
    """Return the number in a text such as 1,234 or 358万."""
    text = text.replace(",", "").strip()
    factor = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}.get(text[-1:], 1)
    try:
        value = float(text.rstrip("万萬亿億")) * factor
        return int(value) if value.is_integer() else value
    except (ValueError, OverflowError):
        return None


def _url(text: str, base: str) -> str:
    if not text:
        return ""
    try:
        url = urljoin(base, text.strip())
        checked_url(url)
    except (ValueError, FetchError):
        return ""
    return url


def _raw(item: object) -> str:
    try:
        return json.dumps(item, ensure_ascii=False)[:2000]
    except (ValueError, RecursionError):
        return ""
