"""Reads of warnings."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiying.base.ui.errors import NotThere
from huiying.listen.stories.matters.selectors import in_matter_of

from .models import Notice, Warning
from .notices.rules import IN_FORCE
from .rules import LIVE, UNDECIDED, WarningState


def warning(warning_id: int) -> Warning:
    """Return one warning with its story; raises NotThere."""
    found = Warning.objects.select_related("story__digest", "acknowledged_by", "dismissed_by").filter(pk=warning_id).first()
    if found is None:
        raise NotThere(_("There is no warning %(id)s.") % {"id": warning_id})
    return found


def open_warnings(limit: int | None = None) -> list[Warning]:
    """Return the warnings somebody still has to decide on: unacknowledged first, then by level, oldest first."""
    rows = (
        Warning.objects.filter(state__in=UNDECIDED)
        .select_related("story", "acknowledged_by")
        .order_by("-state", "-level_rank", "issued_at", "pk")
    )
    return list(rows[:limit] if limit is not None else rows)


def all_warnings() -> QuerySet[Warning]:
    """Return every warning, newest first."""
    return Warning.objects.select_related("story", "acknowledged_by").order_by("-issued_at", "-pk")


def undecided_warnings() -> QuerySet[Warning]:
    """Return the open warnings as a query, for the list page."""
    return (
        Warning.objects.filter(state__in=UNDECIDED)
        .select_related("story", "acknowledged_by")
        .order_by("-state", "-level_rank", "issued_at", "pk")
    )


def unacknowledged() -> QuerySet[Warning]:
    """Return the warnings nobody has taken yet."""
    return Warning.objects.filter(state=WarningState.PROPOSED)


def live_warning_of(story_id: int) -> Warning | None:
    """Return the one live warning of a story, or None."""
    return Warning.objects.select_related("story").filter(story_id=story_id, state__in=LIVE).first()


def live_warnings_of(story_ids: Iterable[int]) -> dict[int, Warning]:
    """Return the live warnings of stories by story id."""
    return {found.story_id: found for found in Warning.objects.filter(story_id__in=list(story_ids), state__in=LIVE)}


def warnings_of_story(story_id: int) -> list[Warning]:
    """Return every warning that the matter of a story ever had, newest first."""
    return list(Warning.objects.filter(story__in=in_matter_of(story_id)).order_by("-issued_at", "-pk"))


def warnings_of_incident(incident_id: int) -> list[Warning]:
    """Return the warnings that became this incident."""
    return list(Warning.objects.select_related("story").filter(incident_id=incident_id))


def live_warnings(limit: int = 200) -> list[Warning]:
    """Return the warnings that follow their stories: undecided ones first as in ``open_warnings``, then those that became incidents."""
    rows = Warning.objects.filter(state__in=LIVE).select_related("story", "acknowledged_by").order_by("-level_rank", "issued_at", "pk")
    place = {WarningState.PROPOSED: 0, WarningState.ACKNOWLEDGED: 1, WarningState.OPENED: 2}
    return sorted(rows[:limit], key=lambda found: place[WarningState(found.state)])


def notices_overdue() -> QuerySet[Notice]:
    """Return the issued warnings that are past their end and still in force."""
    return Notice.objects.filter(renewal_overdue=True, state__in=IN_FORCE)
