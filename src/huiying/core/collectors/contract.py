"""What every connector promises: one small contract, so that a new channel is one new folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from .addresses import WEB_PORTS
from .fetched import Fetched
from .reaching import reach as reach_public
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


class Kind(StrEnum):
    """What the value of an option is."""

    TEXT = "text"
    LONG = "long"
    """Text of many lines, such as a mapping file."""
    NUMBER = "number"
    """A whole number."""
    FLAG = "flag"
    WORDS = "words"
    """A list of texts."""


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
    kind: Kind = Kind.TEXT
    #: Bounds of a number, or of the count of words.
    least: int | None = None
    most: int | None = None


class BadOption(ValueError):
    """An option that cannot be used: which one, the value given, what is accepted, and a stable code of the reason.

    Codes: unknown_option, missing_option, wrong_type, out_of_range, not_a_choice, bad_value.
    """

    def __init__(self, key: str, value: object, accepted: str, *, code: str = "bad_value") -> None:
        super().__init__(f"{key}={value!r}: {accepted}")
        self.key, self.value, self.accepted, self.code = key, value, accepted, code


class Fetch(Protocol):
    """The safe fetcher, bound to what this source may reach (and to its host's pace)."""

    def __call__(
        self, url: str, *, etag: str = "", last_modified: str = "", headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Awaitable[Fetched]:
        """Return what is behind the URL; raises FetchError."""


class Reach(Protocol):
    """The gate for what is not a plain HTTP request (WebSocket, IMAP), bound to what this source may reach."""

    def __call__(self, host: str, port: int, *, ports: Collection[int] = WEB_PORTS) -> Awaitable[list[str]]:
        """Return the only addresses that may be dialled; raises FetchError."""


@dataclass(frozen=True)
class Ask:
    """What a connector gets to work with; ``cursor`` is what it returned the last time (empty at first)."""

    url: str
    options: Mapping[str, Json]
    cursor: Mapping[str, Json]
    now: datetime
    fetch: Fetch
    reach: Reach = reach_public


@dataclass(frozen=True)
class Answer:
    """What one poll brought."""

    records: Sequence[Record | Unreadable]
    cursor: Mapping[str, Json]
    #: The other side's own wish for the least pause (RSS ttl, skipHours, Cache-Control), in seconds: heeded up to the interval set.
    least_pause: int | None = None
    #: What the other side demands (Crawl-delay, Retry-After, a rate limit used up), in seconds: always honoured.
    demanded_pause: int | None = None
    #: Where the source says that it has moved for good (HTTP 301/308 all the way).
    moved_to: str = ""
    #: WebSub: the hub and the topic that the source names.
    hub: str = ""
    topic: str = ""
    #: Item ids that the source says were deleted.
    deleted: Sequence[str] = ()
    #: Handles whose account was deleted: what they wrote goes with it.
    gone: Sequence[str] = ()
    #: True when there is more at once (a full page of a paged interface).
    more: bool = False


class Connector(Protocol):
    """One kind of source. Stateless: all that lasts is in the cursor."""

    @property
    def key(self) -> str:
        """The name of the folder."""

    @property
    def label(self) -> Mapping[str, str]:
        """Name for people, by language."""

    @property
    def mode(self) -> Mode:
        """Who takes the first step."""

    @property
    def options(self) -> tuple[Option, ...]:
        """Every setting that is accepted."""

    @property
    def signals_deletions(self) -> bool:
        """Whether the other side tells when an item was deleted."""

    @property
    def terms(self) -> Mapping[str, str]:
        """Which terms a person must check before adding such a source (one sentence)."""

    def check(self, url: str, options: Mapping[str, Json]) -> None:
        """Refuse what cannot work: raises BadOption naming the option and what is accepted, FetchError "bad_url" for the address."""

    async def poll(self, ask: Ask) -> Answer:
        """Ask once. Raises FetchError for the transport, BadFeed for a delivery that cannot be read."""


class StreamConnector(Connector, Protocol):
    """A connector whose source talks over a connection that stays open."""

    def listen(self, ask: Ask) -> AsyncIterator[Answer]:
        """Yield answers until the connection ends; each cursor resumes after its records."""
