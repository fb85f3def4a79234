"""What this room says at a change of shift."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from huiying.base.rosters.registry import HandoverLine


def blind_lines(now: datetime) -> list[HandoverLine]:
    """Return the watched feeds whose silence proves nothing."""
    from .selectors import blind_sources  # the search beside it is large

    return [HandoverLine(_("%(name)s does not answer") % {"name": source.name}, f"/sources/{source.pk}/") for source in blind_sources(now)]
