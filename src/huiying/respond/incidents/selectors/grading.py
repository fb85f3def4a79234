"""What the grade scheme says about an incident now, and whether its grade may go down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from huiying.core.grading.factors import FactorTable
from huiying.core.grading.hold import GradeSample, HoldVerdict, hold_time, may_lower
from huiying.core.grading.levels import EventGrade
from huiying.core.grading.scheme import DEFAULT_SCHEME, Proposal, load_scheme, propose
from huiying.listen.stories import selectors as stories

from ..models import Assessment, Incident
from ..rules import GradeState
from .reading import story_ids_of

#: Counts of different things add up over stories; of the rest the largest is sure, a sum might count one twice.
ADDED = ("posts_1h", "posts_24h", "copies_24h", "reads_24h", "reposts_24h", "video_plays_24h", "comments_24h", "questions_24h")
LARGEST = ("growth_ratio_1h", "distinct_sources_24h", "authors_24h", "media_tier_max", "duration_hours")
#: Hours between two looks back when a lower grade is asked for: 24 looks for the longest hold.
LOOK_BACK_HOURS = 1


def latest_assessment(incident: Incident) -> Assessment | None:
    """Return the assessment that counts, or None."""
    return incident.assessments.first()


def combined(tables: Iterable[FactorTable]) -> FactorTable:
    """Return one table over several stories; what no story knows stays unknown.

    >>> combined([FactorTable(posts_1h=2), FactorTable(posts_1h=3, media_tier_max=1)]).as_dict()
    {'posts_1h': 5, 'media_tier_max': 1}
    """
    found = list(tables)

    def over(name: str, join: Callable[[list[float]], float]) -> float | None:
        values = [value for table in found if (value := getattr(table, name)) is not None]
        return join(values) if values else None

    added = {name: over(name, sum) for name in ADDED}
    return FactorTable().with_values(**added, **{name: over(name, max) for name in LARGEST})


def factors_of_incident(incident: Incident, at: datetime) -> FactorTable:
    """Return what the linked stories measure and what the newest assessment judged."""
    table = combined(stories.factors_of_many(story_ids_of(incident.pk), at).values())
    judged = latest_assessment(incident)
    if judged is None:
        return table
    return table.with_values(
        authority_attention=judged.authority_attention or None,
        offline_impact=judged.offline_impact or None,
        harm_if_rumour_believed=judged.harm_if_rumour_believed or None,
    )


def grade_proposal(incident: Incident, at: datetime) -> Proposal:
    """Return the scheme's proposal at a moment; what nobody knows lowers nothing."""
    current = EventGrade(incident.grade) if incident.grade else None
    return propose(factors_of_incident(incident, at), load_scheme(incident.scheme_key or DEFAULT_SCHEME), current=current)


def grade_hold(incident: Incident, now: datetime) -> HoldVerdict:
    """Return whether values stayed below the grade in force long enough to lower it.

    Looks back hour by hour, never before the grade came into force. The proposal is taken without
    its "missing lowers nothing" rule here: a person asks, and gives a reason, and a second decides.
    """
    current, scheme = EventGrade(incident.grade), load_scheme(incident.scheme_key)
    in_force = incident.grade_decisions.filter(state=GradeState.IN_FORCE).first()
    start = now - hold_time(current, scheme.hold_hours) - timedelta(hours=LOOK_BACK_HOURS)
    if in_force and in_force.decided_at:
        start = max(start, in_force.decided_at)
    moments = [now]
    while moments[-1] - timedelta(hours=LOOK_BACK_HOURS) > start:
        moments.append(moments[-1] - timedelta(hours=LOOK_BACK_HOURS))
    moments.append(min(start, now))
    samples = [GradeSample(at, propose(factors_of_incident(incident, at), scheme).level) for at in moments]
    return may_lower(current, samples, now, scheme.hold_hours)
