"""What became of past matters, as far as it is known: what people judged here, and the incidents that higher rooms know of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from huiying.listen.stories.matters.selectors import matters_of_many

from .models import Warning
from .rules import WarningState
from .rulesets.measures import Truth

#: Return ``(story, moment)`` of every incident of the live stream graded in a span; the moment is when it was opened.
IncidentReading = Callable[[datetime, datetime], Iterable[tuple[int, datetime]]]
_readings: dict[str, IncidentReading] = {}


def register_incidents(name: str, read: IncidentReading) -> None:
    """Let a higher room tell which stories became incidents, also those that nobody was warned of; called in ``AppConfig.ready``."""
    _readings[name] = read


def truths_of(since: datetime, until: datetime) -> list[Truth]:
    """Return what is known about the matters of a span."""
    rows = list(Warning.objects.filter(issued_at__gt=since, issued_at__lte=until, exercise=False).exclude(outcome=""))
    told = [(story, at) for read in _readings.values() for story, at in read(since, until)]
    main_of = matters_of_many({*(row.story_id for row in rows), *(story for story, _at in told)})
    found = [Truth(main_of[story], at, is_incident=True) for story, at in told]
    for row in rows:
        is_incident = row.state == WarningState.OPENED and row.opened_at is not None
        at = row.opened_at if is_incident and row.opened_at else row.issued_at
        found.append(Truth(main_of[row.story_id], at, is_incident, row.worth))
    return found
