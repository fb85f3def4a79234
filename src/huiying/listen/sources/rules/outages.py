"""What counts as an outage, and when somebody is told (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from .source import silence_allowed

#: Doubts about the volume of a source that does answer; everything else is a failure to answer.
VOLUME_LABELS = {
    "low": _("fewer items than expected"),
    "high": _("more items than expected"),
    "silent": _("answers, but brings nothing"),
    "gap": _("items may have been missed between two polls"),
}
VOLUME_CODES = frozenset(VOLUME_LABELS)
#: A failure that is over after the next try is no news for anybody.
FAILURES_TOLD = 3


def is_worth_telling(*, code: str, began_at: datetime, now: datetime, failures: int, poll_seconds: int) -> bool:
    """Return whether the person on duty is to be told of an open outage.

    >>> from datetime import UTC
    >>> began = datetime(2026, 1, 2, tzinfo=UTC)
    >>> is_worth_telling(code="http_status", began_at=began, now=began, failures=1, poll_seconds=300)
    False
    >>> is_worth_telling(code="silent", began_at=began, now=began, failures=0, poll_seconds=300)
    True
    """
    if code in VOLUME_CODES:
        return code != "gap"
    return failures >= FAILURES_TOLD or now - began_at >= max(silence_allowed(poll_seconds), timedelta(minutes=10))
