"""What pages show of the mood and the rumour-likeness of a story: figures that come with its digest, and the mood by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # plain values of a JSON column

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from huiying.base.ui.charts import Chart
from huiying.core.analysis.moments import moment_of
from huiying.core.analysis.mood import EMOTIONS, UNIT

from ..models import Story, StoryDigest
from . import wording

#: Chances above which a story is called somewhat, and rather rumour-like.
SOMEWHAT, RATHER = 0.35, 0.65
Part = Mapping[str, Any]


@dataclass(frozen=True)
class MoodRow:
    """The share of one feeling in percent, with its 95 % interval."""

    name: Promise | str
    percent: int
    low: int
    high: int


@dataclass(frozen=True)
class Mood:
    """What the texts of a story show, or how many there are of those needed; ``n`` texts of ``voices`` authors."""

    polarity: tuple[MoodRow, ...]
    emotions: tuple[MoodRow, ...]
    n: int
    needed: int
    voices: int
    since: datetime
    until: datetime
    version: str

    @property
    def rows(self) -> tuple[MoodRow, ...]:
        """Return all shares."""
        return self.polarity + self.emotions


@dataclass(frozen=True)
class RumourPart:
    """What the words of the post or of the replies speak for, and which they are."""

    name: Promise | str
    is_towards: bool
    words: tuple[str, ...]


@dataclass(frozen=True)
class Rumour:
    """How rumour-like a story is worded, with its reasons, or how many replies there are of those needed."""

    word: Promise | str
    percent: int
    parts: tuple[RumourPart, ...]
    language: str
    minutes: int
    n: int
    needed: int
    since: datetime
    version: str


def mood_of_story(story: Story) -> Mood | None:
    """Return the mood of a story as it was last counted; None before that."""
    part = _part(story, "mood")
    if part is None:
        return None
    ground = part.get("evidence") or part["ground"]
    since, until = map(moment_of, ground["window"])
    if "needed" in part:
        return Mood((), (), part["n"], part["needed"], 0, since, until, ground["version"])
    shares = part["shares"]
    positive = shares["positive"]
    negative = {"shrunk": 1 - positive["shrunk"], "low": 1 - positive["high"], "high": 1 - positive["low"]}
    polarity = (_row("positive", positive), _row("negative", negative))
    emotions = tuple(_row(name, shares[name]) for name in EMOTIONS)
    return Mood(polarity, emotions, ground["n"], 0, part["authors"], since, until, ground["version"])


def mood_course(story: Story) -> Chart | None:
    """Return the share of positive texts by the hour, of hours that have enough texts and authors; None below two such hours."""
    hours = (_part(story, "mood") or {}).get("hours", ())
    if len(hours) < 2:
        return None
    points = [(moment_of(start), round(100 * positive / UNIT / texts, 1)) for start, texts, positive in hours]
    note = _("n = %(n)s texts; hours with at least 5 texts of 5 authors") % {"n": sum(texts for _start, texts, _positive in hours)}
    return Chart(_("Positive texts by the hour"), _("% of the hour's texts"), points, note=note)


def rumour_of_story(story: Story) -> Rumour | None:
    """Return how rumour-like a story is; None before it was read."""
    part = _part(story, "rumour")
    if part is None:
        return None
    ground = part.get("evidence") or part["ground"]
    since, version = moment_of(ground["window"][0]), ground["version"]
    if "needed" in part:
        return Rumour("", 0, (), "", 0, part["n"], part["needed"], since, version)
    chance = part["chance"]
    word = wording.RUMOUR_LIKE["rather" if chance >= RATHER else "somewhat" if chance >= SOMEWHAT else "hardly"]
    parts = tuple(RumourPart(wording.RUMOUR_PARTS[each["of"]], each["weight"] > 0, tuple(each["words"])) for each in part["parts"])
    return Rumour(word, round(100 * chance), parts, part["language"], part["span"] // 60, ground["n"], 0, since, version)


def _part(story: Story, name: str) -> Part | None:
    made: StoryDigest | None = getattr(story, "digest", None)
    part: Part | None = made.data.get(name) if made else None
    return part


def _row(name: str, share: Part) -> MoodRow:
    percent, low, high = (round(100 * share[key]) for key in ("shrunk", "low", "high"))
    return MoodRow(wording.FEELINGS[name], percent, low, high)
