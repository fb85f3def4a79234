"""What is usual for a story now, and what its next hours will bring: computed from its buckets, nothing stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils.translation import gettext as _

from huiying.core.analysis.evidence import Gap, Insufficient
from huiying.core.analysis.outlook import HORIZONS, HOURS_MOST, Outlook, kind_of, outlook
from huiying.core.analysis.series import usual_hours

from .models import Story, StoryBucket, WatchHour
from .rules import BUCKET, HOUR, bucket_of

#: Hours of its own that a story needs before something is usual for it.
USUAL_AFTER = 3


@dataclass(frozen=True)
class Ahead:
    """The outlooks of a story, or in words what is missing for them."""

    outlooks: list[Outlook]
    missing: str

    @property
    def n(self) -> int:
        """Return the posts the outlooks rest on."""
        return self.outlooks[0].evidence.n if self.outlooks else 0

    @property
    def version(self) -> str:
        """Return the version of the model."""
        return self.outlooks[0].evidence.version if self.outlooks else ""


def hours_between(buckets: Sequence[StoryBucket | WatchHour], first: datetime, hours: int) -> list[int]:
    """Return the posts of each of so many hours from ``first`` on."""
    counts = [0] * hours
    for bucket in buckets:
        place = (bucket.start - first) // HOUR
        if 0 <= place < hours:
            counts[place] += bucket.posts
    return counts


def expected_of(buckets: Sequence[StoryBucket | WatchHour], start: datetime, hours: int) -> list[tuple[datetime, float]]:
    """Return what was usual for each of so many hours from ``start`` on, by the hours of the same story or watch before it.

    An hour with fewer than three hours before it is left out: nothing is usual yet.
    """
    if not buckets:
        return []
    before = min(max(-((buckets[0].start - start) // HOUR), 0), HOURS_MOST)
    first = start - before * HOUR
    counts = np.array(hours_between(buckets, first, before + hours), np.int64)
    usual, _spread = usual_hours(counts, int(first.timestamp()) // 3600)
    return [(first + place * HOUR, round(float(usual[place]), 1)) for place in range(max(before, USUAL_AFTER), before + hours)]


def ahead_of(story: Story, buckets: Sequence[StoryBucket], now: datetime) -> Ahead:
    """Return the outlooks of the next hours after ``now``; the five minutes that still run are not counted."""
    end = bucket_of(now)
    first = bucket_of(story.first_at)
    hours = min(max(-((first - end) // HOUR), 0), HOURS_MOST)
    counts = hours_between([bucket for bucket in buckets if bucket.start + BUCKET <= end], end - hours * HOUR, hours)
    end_us = round(end.timestamp()) * 1_000_000
    answers = [outlook(counts, horizon, end_us=end_us, kind=kind_of(counts), sources=story.sources) for horizon in HORIZONS]
    missing = next((answer for answer in answers if isinstance(answer, Insufficient)), None)
    given = [answer for answer in answers if isinstance(answer, Outlook)]
    return Ahead([] if missing else given, missing_text(missing) if missing else "")


def missing_text(missing: Insufficient) -> str:
    """Return what is missing as a sentence."""
    numbers = {"n": missing.n, "needed": missing.needed}
    if missing.gap is Gap.HISTORY:
        return _("Not enough evidence yet: %(n)s h of history, %(needed)s h are needed.") % numbers
    if missing.gap is Gap.RECENT:
        return _("The story is quiet: %(n)s posts in the last 3 hours, %(needed)s are needed for an outlook.") % numbers
    return _("Not enough evidence yet: %(n)s posts in the last 24 hours, %(needed)s are needed.") % numbers
