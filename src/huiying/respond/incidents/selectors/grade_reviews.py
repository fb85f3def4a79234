"""Closed incidents with their grades, first and last, and how these look afterwards (R68)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from huiying.core.grading.levels import EventGrade

from ..grade_rules import Decided, GradeHistory, Share, Verdict
from ..models import GradeDecision, GradeReview, Incident
from ..rules import GradeState, State


@dataclass(frozen=True)
class GradeRow:
    """One closed incident with its grades and the newest judgement about them."""

    incident: Incident
    history: GradeHistory
    review: GradeReview | None


@dataclass(frozen=True)
class GradeFigures:
    """How good the grades were, over all closed incidents that had one."""

    unstable: Share
    followed: Share
    reviewed: Share
    verdicts: Sequence[tuple[str, Share]]


def graded_and_closed(exercise: bool = False) -> QuerySet[Incident]:
    """Return closed incidents that had a grade, newest first."""
    closed = Incident.objects.filter(state=State.CLOSED, exercise=exercise).exclude(grade="")
    return closed.order_by("-closed_at", "-pk")


def grade_rows(incidents: Sequence[Incident]) -> list[GradeRow]:
    """Return the grades of these incidents; two queries for any number."""
    ids = [incident.pk for incident in incidents]
    decided: dict[int, list[Decided]] = defaultdict(list)
    states = (GradeState.IN_FORCE.value, GradeState.REPLACED.value)
    rows = GradeDecision.objects.filter(incident_id__in=ids, state__in=states, decided_at__isnull=False)
    columns: tuple[str, ...] = ("incident_id", "grade", "decided_at", "proposed_grade")
    kept: Any = rows.order_by("decided_at", "pk").values_list(*columns)
    for incident_id, grade, at, proposed in kept:
        decided[incident_id].append(Decided(EventGrade(grade), at, proposed))
    reviews: dict[int, GradeReview] = {}
    for review in GradeReview.objects.filter(incident_id__in=ids).order_by("at", "pk"):
        reviews[review.incident_id] = review
    return [GradeRow(each, GradeHistory(decided[each.pk]), reviews.get(each.pk)) for each in incidents if decided[each.pk]]


def grade_figures(rows: Sequence[GradeRow]) -> GradeFigures:
    """Return the shares over these incidents."""
    judged = [row.review.verdict for row in rows if row.review]
    follows = [row.history.follows_proposal for row in rows if row.history.follows_proposal is not None]
    return GradeFigures(
        unstable=Share(sum(row.history.is_unstable for row in rows), len(rows)),
        followed=Share(sum(follows), len(follows)),
        reviewed=Share(len(judged), len(rows)),
        verdicts=[(verdict.value, Share(judged.count(verdict), len(judged))) for verdict in Verdict],
    )


def grade_reviews_of(incident_id: int) -> QuerySet[GradeReview]:
    """Return every judgement about the grade of an incident, newest first."""
    return GradeReview.objects.filter(incident_id=incident_id)
