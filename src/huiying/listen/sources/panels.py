"""What this room hangs into the frame: whether we hear anything."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from huiying.base.jobs.selectors import lives_reading
from huiying.base.ui.frame import frame_of, register_frame_reading
from huiying.base.ui.rights import may_see
from huiying.base.ui.together import Reading


def hearing_status(request: HttpRequest, _obj: object) -> SafeString:
    """Show "n / m sources alive", or "blind"."""
    from . import selectors  # the search behind them is large: the first page loads it, not the start

    if not may_see(request, "source.read"):
        return SafeString("")
    return mark_safe(render_to_string("sources/_status.html", {"hearing": selectors.hearing_in(frame_of(request), timezone.now())}))


def _watched() -> Reading:
    from . import selectors

    return Reading(selectors.watched_sources(), only=("name", "connector", "state", "poll_seconds", "last_success_at"))


register_frame_reading("sources", _watched)
register_frame_reading("heartbeats", lives_reading)
