"""Live through the past of one matter again under given rules (pure).

A level rises when posts come, so the rules are asked at the end of every five minutes that held posts: to the five minutes this is what
the running program would have seen. What only a post knows (reads, reposts) is unknown here, as it is for most sources in life.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate

from huiying.core.analysis.emergence import chance_growing
from huiying.core.grading.conditions import level_of, lines_met
from huiying.core.grading.factors import FactorTable
from huiying.core.grading.levels import WarningLevel
from huiying.core.grading.warning_rules import WarningRules
from huiying.listen.stories.rules import BUCKET, DAY, HALF_HOUR, HOUR, growth_ratio

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Slice:
    """What five minutes from ``start`` added to a matter."""

    start: datetime
    posts: int
    questions: int
    authors: int


@dataclass(frozen=True)
class Course:
    """The whole past of a matter: its slices by time, and when each source first spoke and of which media tier."""

    begun: datetime
    names_authors: bool
    slices: Sequence[Slice]
    sources: Sequence[tuple[datetime, int]] = ()

    @cached_property
    def starts(self) -> list[datetime]:
        """The starts of the slices."""
        return [each.start for each in self.slices]

    @cached_property
    def sums(self) -> dict[str, list[int]]:
        """Running sums, so that any span costs two look-ups."""
        return {name: [0, *accumulate(getattr(each, name) for each in self.slices)] for name in ("posts", "questions", "authors")}

    @cached_property
    def known(self) -> dict[datetime, FactorTable]:
        """The factor tables made so far: both rules that are compared ask for the same ones."""
        return {}

    def between(self, name: str, start: datetime, end: datetime) -> int:
        """Return what the slices that start in a span, its start included, add up to."""
        sums = self.sums[name]
        return sums[bisect_left(self.starts, end)] - sums[bisect_left(self.starts, start)]


@dataclass(frozen=True)
class Raised:
    """One alarm: when, how high it became, which lines carried it."""

    at: datetime
    level: WarningLevel
    lines: tuple[str, ...]


def factors_at(course: Course, start: datetime, asks_growth: bool) -> FactorTable:
    """Return what was known at the end of the five minutes that start at a moment; the chance of growth only where a rule asks for it."""
    now, end = start + BUCKET - _INSTANT, start + BUCKET
    hour, day = course.between("posts", end - HOUR, end), course.between("posts", now - DAY, end)
    counted = "authors" if course.names_authors else "posts"
    newest, before = (course.between(counted, start - gap - HALF_HOUR, start - gap) for gap in (timedelta(0), HALF_HOUR))
    spoke = course.sources[: bisect_right(course.sources, (now, 9))]
    return FactorTable(
        posts_1h=hour,
        posts_24h=day,
        growth_ratio_1h=round(growth_ratio(hour, day, course.begun, now), 2),
        growing_chance=chance_growing(before, newest) if asks_growth else None,
        distinct_sources_24h=len(spoke) or None,
        authors_24h=(course.between("authors", now - DAY, end) or None) if course.names_authors else None,
        questions_24h=course.between("questions", now - DAY, end),
        media_tier_max=max((tier for _at, tier in spoke), default=None),
        duration_hours=round(max((now - course.begun) / HOUR, 0.0), 2),
    )


def replay(course: Course, rules: WarningRules, since: datetime) -> list[Raised]:
    """Return the alarms of a matter from a moment on; a new one only after the quiet hours of the rules without any level."""
    alarms: list[Raised] = []
    last: datetime | None = None
    asks_growth = any(condition.factor == "growing_chance" for _level, line in rules.lines.values() for condition in line.conditions)
    for each in course.slices[bisect_left(course.starts, since) :]:
        if course.between("posts", each.start + BUCKET - DAY, each.start + BUCKET) < rules.least_posts:
            continue
        factors = course.known.get(each.start)
        if factors is None or (asks_growth and factors.growing_chance is None):
            factors = course.known[each.start] = factors_at(course, each.start, asks_growth)
        level = level_of(factors, rules.ladder)
        if level is None:
            continue
        now = each.start + BUCKET
        if last is None or now - last >= rules.quiet:
            alarms.append(Raised(now, level, lines_met(factors, rules.ladder, level)))
        elif level.rank > alarms[-1].level.rank:
            lines = (*alarms[-1].lines, *lines_met(factors, rules.ladder, level))
            alarms[-1] = Raised(alarms[-1].at, level, tuple(dict.fromkeys(lines)))
        last = now
    return alarms
