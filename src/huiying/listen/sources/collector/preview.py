"""Ask a source once and say what would be kept, before anything is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from huiying.core.collectors.contract import Ask, Mode
from huiying.core.collectors.encodings import decode
from huiying.core.collectors.fetched import Fetched
from huiying.core.collectors.records import Record, Unreadable

from ..models import Source
from ..rules.channels import checked, connectors
from ..services.intake import Dry, dry_run
from ..services.manage import Wish, allowed_networks, checked_wish
from ..wording import error_words
from .asking import fault_of
from .network import Network

#: A person waits for a preview; a source that needs longer is said to be slow (seconds).
DEADLINE = 12.0
#: Records shown.
SHOWN = 8


@dataclass(frozen=True)
class Delivered:
    """One thing that was fetched: where it was, what it is, how it is written."""

    url: str
    content_type: str
    size: int
    encoding: str
    declared: str


@dataclass
class Preview:
    """What a source brought, and what would become of it."""

    fault: str = ""
    delivered: list[Delivered] = field(default_factory=list)
    found: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    newest: datetime | None = None
    oldest: datetime | None = None
    would: Dry = field(default_factory=Dry)
    moved_to: str = ""
    hub: str = ""
    least_pause: int | None = None


def preview(wish: Wish, *, connector: str, exercise: bool, now: datetime, deadline: float = DEADLINE) -> Preview:
    """Return what a source would bring; raises BadInput for what cannot be asked at all. Stores nothing."""
    _wish, values = checked_wish(wish, connector=connector, exercise=exercise)
    kind = connectors()[connector]
    if kind.mode is not Mode.POLL:
        return Preview()
    options = checked(kind, wish.options)
    shown = {key: value for key, value in values.items() if key in ("name", "url", "channel", "media_tier")}
    source = Source(connector=connector, exercise=exercise, created_at=now, **shown)
    return asyncio.run(_asked(source, options, now, deadline))


async def _asked(source: Source, options: Mapping[str, object], now: datetime, deadline: float) -> Preview:
    found = Preview()

    def note(fetched: Fetched) -> None:
        body = fetched.body or b""
        text = decode(body, content_type=fetched.content_type)
        found.delivered.append(Delivered(fetched.url, fetched.content_type, len(body), text.encoding, text.declared))

    async with Network(deadline=deadline) as network:
        allow = allowed_networks(exercise=source.exercise)
        ask: Ask = await network.ask(source.url, options, now=now, allow=allow, watch=note)
        try:
            async with asyncio.timeout(2 * deadline):
                answer = await connectors()[source.connector].poll(ask)
        except Exception as error:  # a person looks at this: every failure becomes a sentence
            fault = fault_of(error, deadline)
            found.fault = error_words(f"{fault.code} {fault.detail}".strip())
            return found
    times = [item.published_at for item in answer.records if isinstance(item, Record) and item.published_at]
    found.found = len(answer.records)
    found.unreadable = [item for item in answer.records if isinstance(item, Unreadable)][:SHOWN]
    found.newest, found.oldest = max(times, default=None), min(times, default=None)
    found.would = dry_run(source=source, records=answer.records, now=now, shown=SHOWN)
    found.moved_to, found.hub, found.least_pause = answer.moved_to, answer.hub, answer.least_pause
    return found
