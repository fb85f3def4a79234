"""Turn buckets and due dates into what the board shows (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from huiying.listen.stories.rules import BUCKET, HOUR, bucket_of

#: What the sparklines show, and how fine: a quarter of an hour is the coarsest step that still shows a surge at once.
WINDOW = timedelta(hours=6)
STEP = timedelta(minutes=15)
HOUR_STEPS = 4
#: A usual hour below this many posts counts as this many: two posts after none are no growth.
LEAST_USUAL = 1.0
#: From this growth on a line is drawn as rising (the scheme's first sign of growth).
RISING_FROM = 2.0
#: Percent of its time a clock has used when it is drawn as nearly out.
SOON_PERCENT = 75


class Bucket(Protocol):
    """Five minutes of a story, as the stories room counts them."""

    @property
    def start(self) -> datetime:
        """When the five minutes begin."""

    @property
    def posts(self) -> int:
        """Posts in them."""


@dataclass(frozen=True)
class Pulse:
    """A story's last six hours: the line, the last hour, and what an hour usually brings."""

    values: list[int]
    last_hour: int
    usual_hour: float

    @property
    def ratio(self) -> float:
        """The last hour over the usual hour."""
        return self.last_hour / max(self.usual_hour, LEAST_USUAL)

    @property
    def ratio_text(self) -> str:
        """The ratio as people read it: a decimal only where it matters."""
        return f"{self.ratio:.0f}" if self.ratio >= 10 else f"{self.ratio:.1f}"

    @property
    def is_new(self) -> bool:
        """Whether there is no usual hour to compare with: a multiple of nothing says nothing."""
        return self.usual_hour < LEAST_USUAL

    @property
    def is_rising(self) -> bool:
        """Whether the last hour is well above the usual one."""
        return self.last_hour > 0 and self.ratio >= RISING_FROM


def pulse(buckets: Iterable[Bucket], first_at: datetime, now: datetime) -> Pulse:
    """Count the buckets into quarter hours that end with the running five minutes.

    The usual hour is the mean of the story's own hours before the last, at most five, as the
    stories room and the warning rules reckon growth.
    """
    steps = int(WINDOW / STEP)
    values = [0] * steps
    end = bucket_of(now) + BUCKET
    for bucket in buckets:
        place = (bucket.start - (end - WINDOW)) // STEP
        if 0 <= place < steps:
            values[place] += bucket.posts
    before = sum(values[:-HOUR_STEPS])
    hours = min(max((now - first_at) / HOUR - 1.0, 1.0), WINDOW / HOUR - 1.0)
    return Pulse(values, sum(values[-HOUR_STEPS:]), before / hours)


@dataclass(frozen=True)
class NextStep:
    """The one thing to do first; ``kind`` chooses the words."""

    kind: str
    title: str
    url: str
    level: str = ""
    since: datetime | None = None
    exercise: bool = False
    act_url: str = ""


def first_step(steps: Sequence[NextStep]) -> NextStep | None:
    """Return the most urgent step: they come in the order of urgency already."""
    return steps[0] if steps else None


class LiveWarning(Protocol):
    """A warning as the board reads one."""

    @property
    def pk(self) -> int: ...
    @property
    def story_id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def exercise(self) -> bool: ...


class OpenIncident(Protocol):
    """An incident as the board reads one."""

    @property
    def pk(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def exercise(self) -> bool: ...


@dataclass(frozen=True)
class ClockRow:
    """A running clock with what it is about."""

    label: str
    title: str
    url: str
    due_at: datetime
    used_percent: int
    exercise: bool

    @property
    def tone(self) -> str:
        """How near the end is: ``late``, ``soon`` or nothing."""
        return "late" if self.used_percent >= 100 else "soon" if self.used_percent >= SOON_PERCENT else ""


@dataclass(frozen=True)
class DutyLine:
    """Who is on, in the reader's words."""

    role: str
    name: str


_CSRF = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
_COUNTDOWN = re.compile(r"(data-countdown[^>]*>)[^<]*")


def what_changes(html: str) -> str:
    """Return a fragment without what differs each time although nothing happened: form tokens and running seconds.

    >>> what_changes('<time data-countdown title="x">8:46</time>')
    '<time data-countdown title="x"></time>'
    """
    return _COUNTDOWN.sub(r"\1", _CSRF.sub(r"\1", html))
