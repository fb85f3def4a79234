"""What a fetch brings back, and the pause a server may ask for; the fetcher itself is next door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from huiying import __version__

from .addresses import FetchError

USER_AGENT = f"Huiying/{__version__}"
#: A server may ask for a pause of up to a day (seconds).
LONGEST_PAUSE = 86_400
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Fetched:
    """What came back; ``body`` is None when nothing changed since the last time."""

    url: str
    body: bytes | None
    content_type: str
    etag: str
    last_modified: str
    #: Header names in small letters, the last of each name (``link`` joined by commas).
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Where the address has moved for good: set when every redirect on the way said so.
    moved_to: str = ""

    @property
    def least_pause(self) -> int | None:
        """Return how many seconds the answer says it stays fresh (Cache-Control: max-age)."""
        found = _MAX_AGE.search(self.headers.get("cache-control", ""))
        return min(int(found[1]), LONGEST_PAUSE) if found else None


class RetryLater(FetchError):
    """The server asks to wait that many seconds."""

    def __init__(self, status: int, seconds: int) -> None:
        super().__init__("retry_later", str(status))
        self.seconds = seconds
