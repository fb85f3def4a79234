"""What is followed, on which clock, and what may be told: numbers and words without a database."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext


class BurstKind(StrEnum):
    """What a series counts the voices of."""

    STREAM = "stream"
    CHANNEL = "channel"
    WATCH = "watch"


KIND_LABELS: dict[BurstKind, str | Promise] = {
    BurstKind.STREAM: gettext_lazy("all posts"),
    BurstKind.CHANNEL: gettext_lazy("Channel"),
    BurstKind.WATCH: gettext_lazy("Watch"),
}

#: Five minutes are counted when the stream's clock is so many minutes past them: posts of one moment come in several ticks.
GRACE_MINUTES = 5
#: A post that is published and comes in later than this is left out; one that is less late is counted when it comes in. A feed is
#: asked at least once an hour; what is older is a past that was fetched, and no burst of now.
LATE_MINUTES = 60
#: A silence of the whole stream is counted as silence for so long, the longest sum that is followed; beyond it nobody was listening.
DEAF_MINUTES = 360
#: Channels of a stream that are followed; when a new one finds no place, so many of the quietest leave it, once a day.
CHANNELS_MOST, CHANNELS_LEAVE = 200, 20
#: Authors that must be distinct over the whole span of a burst (k-anonymity).
AUTHORS_LEAST = 5
#: Ticks counted in one transaction: at most 50,000 posts.
TICKS_MOST = 100
#: Days of hours and bursts that are kept and shown; bursts longer, as a record of what was told.
SHOWN_DAYS, KEPT_DAYS = 7, 90
#: An owner is not told of a burst that was found longer ago than this (hours): a night lies between, not a holiday.
TOLD_WITHIN_HOURS = 24


def span_words(hours: float) -> str:
    """Return the span of a burst in words."""
    if hours < 1:
        return ngettext("%(n)d minute", "%(n)d minutes", round(hours * 60)) % {"n": round(hours * 60)}
    return ngettext("%(n)d hour", "%(n)d hours", round(hours)) % {"n": round(hours)}


def burst_words(seen: int, expected: float, hours: float) -> str:
    """Return seen against expected in words; no figure on fewer than five."""
    numbers = {"seen": f"{seen:,}", "span": span_words(hours), "usual": f"{round(expected):,}"}
    if round(expected) < AUTHORS_LEAST:
        return _("%(seen)s voices in %(span)s, fewer than 5 are usual") % numbers
    return _("%(seen)s voices in %(span)s, %(usual)s are usual") % numbers
