"""What every connector promises: one small contract, so that a new channel is one new folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from .fetch import Fetched
from .records import Record, Unreadable

#: JSON values, as an option or a cursor holds them.
Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class Mode(StrEnum):
    """Who takes the first step."""

    POLL = "poll"
    """The collector asks from time to time."""
    STREAM = "stream"
    """The collector holds a connection open and the other side talks."""
    PUSH = "push"
    """Others call us over HTTP."""
    DROP = "drop"
    """Somebody puts a file into a folder or uploads it."""


@dataclass(frozen=True)
class Option:
    """One setting of a source of this kind; what is not declared is refused, never ignored."""

    key: str
    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    secret: bool = False
    default: Json = None
    choices: tuple[str, ...] = ()


class BadOption(ValueError):
    """An option that cannot be used: which one, the value given, and what is accepted."""

    def __init__(self, key: str, value: object, accepted: str) -> None:
        super().__init__(f"{key}={value!r}: {accepted}")
        self.key, self.value, self.accepted = key, value, accepted


class Fetch(Protocol):
    """The safe fetcher, bound to what this source may reach (and to its host's pace)."""

    def __call__(
        self, url: str, *, etag: str = "", last_modified: str = "", headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Awaitable[Fetched]:
        """Return what is behind the URL; raises FetchError."""


@dataclass(frozen=True)
class Ask:
    """What a connector gets to work with; ``cursor`` is what it returned the last time (empty at first)."""

    url: str
    options: Mapping[str, Json]
    cursor: Mapping[str, Json]
    now: datetime
    fetch: Fetch


@dataclass(frozen=True)
class Answer:
    """What one poll brought."""

    records: Sequence[Record | Unreadable]
    cursor: Mapping[str, Json]
    #: The other side's own wish for the least pause (RSS ttl, skipHours, Cache-Control), in seconds.
    least_pause: int | None = None
    #: Where the source says that it has moved for good (HTTP 301/308 all the way).
    moved_to: str = ""
    #: WebSub: the hub and the topic that the source names.
    hub: str = ""
    topic: str = ""
    #: Item ids that the source says were deleted.
    deleted: Sequence[str] = ()
    #: True when there is more at once (a full page of a paged interface).
    more: bool = False


class Connector(Protocol):
    """One kind of source. Stateless: all that lasts is in the cursor."""

    key: str
    label: Mapping[str, str]
    mode: Mode
    options: tuple[Option, ...]
    #: Whether the other side tells when an item was deleted.
    signals_deletions: bool
    #: Which terms a person must check before adding such a source (one sentence).
    terms: Mapping[str, str]

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse what cannot work: raises BadOption naming the option and what is accepted."""

    async def poll(self, ask: Ask) -> Answer:
        """Ask once. Raises FetchError for the transport, BadFeed for a delivery that cannot be read."""


class StreamConnector(Connector, Protocol):
    """A connector whose source talks over a connection that stays open."""

    def listen(self, ask: Ask) -> AsyncIterator[Answer]:
        """Yield answers until the connection ends; each cursor resumes after its records."""
